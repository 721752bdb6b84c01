"""Copies of one passage take one rank; what only looks alike is no copy."""

from collections.abc import Callable

import pytest

from index.retrieval.fusion import Ranking
from index.search import Searcher
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

Fill = Callable[..., Store]


def test_copies_take_one_rank_and_are_named(fill: Fill, encoder: FakeEncoder) -> None:
    texts = {f"copy{number}": "The ferry leaves at nine." for number in range(6)}
    texts |= {"case": "the FERRY leaves, at  nine!", "other": "The ferry never leaves.", "far": "Gulls eat bread."}
    first, second, third = Searcher(fill(texts).open(), encoder, Ranking()).search("When does the ferry leave?", 3)[1]
    documents = sorted(name.partition(":")[0] for name in (first.passage.id, *first.copies))
    assert documents == ["case", *(f"copy{number}" for number in range(6))]
    assert [(hit.rank, hit.passage.document, hit.copies) for hit in (second, third)] == [
        (2, "other", ()),
        (3, "far", ()),
    ]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Write it in C++.", "Write it in C#."),
        ("Keep it at -5 degrees.", "Keep it at 5 degrees."),
        ("Pay 5 €.", "Pay 5 £."),
        ("It is 1.10.2.", "It is 1.2.10."),
        ("Use .NET here.", "Use net here."),
    ],
)
def test_what_differs_in_a_sign_is_no_copy(fill: Fill, encoder: FakeEncoder, text: str, other: str) -> None:
    hits = Searcher(fill({"a": text, "b": other}).open(), encoder, Ranking()).search(text, 5)[1]
    assert sorted(hit.passage.document for hit in hits) == ["a", "b"]


def test_passages_without_words_are_no_copies(fill: Fill, encoder: FakeEncoder) -> None:
    hits = Searcher(fill({"a": "🙂", "b": "…!"}).open(), encoder, Ranking()).search("🙂", 5)[1]
    assert [hit.copies for hit in hits] == [(), ()]


def test_the_same_words_in_other_signs_are_copies(fill: Fill, encoder: FakeEncoder) -> None:
    texts = {"a": "The o\ufb03ce has H\u2082O.", "b": "The office has H2O."}
    (hit,) = Searcher(fill(texts).open(), encoder, Ranking()).search("office", 5)[1]
    assert len(hit.copies) == 1
