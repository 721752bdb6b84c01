"""Copies of one passage take one rank; what only looks alike is no copy. Builds and edits keep the groups right."""

from collections.abc import Callable

import pytest

from corpus.sources import make_document
from index.build import build
from index.edits import Edit
from index.retrieval.fusion import DENSE_ONLY, LEXICAL_ONLY, Ranking
from index.search import Searcher
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

Fill = Callable[..., Store]


def groups(store: Store) -> list[list[str]]:
    """The documents of the active snapshot whose first passages say the same, where there is more than one."""
    snapshot = store.open()
    found: dict[int, list[str]] = {}
    for record in snapshot.documents:
        found.setdefault(int(snapshot.table.passages["group"][record.first_passage]), []).append(record.info.id)
    return sorted(names for names in map(sorted, found.values()) if len(names) > 1)


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


def test_near_copies_are_copies(fill: Fill, encoder: FakeEncoder) -> None:
    texts = {"a": "The ferry leaves at nine.", "b": "Ferry leaves at nine", "c": "The ferry leaves at ten."}
    hits = Searcher(fill(texts).open(), encoder, Ranking()).search("the ferry leaves at nine", 5)[1]
    assert [(hit.passage.document, hit.copies) for hit in hits] == [("a", ("b:0-20",)), ("c", ())]


@pytest.mark.parametrize("ranking", [Ranking(pool=5), DENSE_ONLY, LEXICAL_ONLY])
def test_copies_leave_room_for_others(fill: Fill, encoder: FakeEncoder, ranking: Ranking) -> None:
    texts = {f"copy{number}": "The ferry leaves at nine." for number in range(300)}
    texts |= {f"other{number}": f"The ferry to island {number} is small." for number in range(4)}
    first, *others = Searcher(fill(texts).open(), encoder, ranking).search("ferry leaves nine", 5)[1]
    assert first.passage.document.startswith("copy")
    assert all(name.startswith("copy") for name in first.copies)
    assert sorted(hit.passage.document for hit in others) == [f"other{number}" for number in range(4)]
    assert all(not hit.copies for hit in others)


def test_edits_keep_the_groups_right(fill: Fill, encoder: FakeEncoder) -> None:
    same = "The ferry leaves at nine."
    store = fill({"a": same, "b": "Gulls eat bread.", "c": same})
    assert groups(store) == [["a", "c"]]

    def edit(text: str = "", remove: str = "") -> list[list[str]]:
        documents = [make_document("d", text)] if text else []
        change = Edit("overwrite", remove=frozenset(remove.split()))
        build(store, documents, encoder, edit=change)
        return groups(store)

    assert edit("Ferry leaves at nine") == [["a", "c", "d"]]
    assert edit("GULLS eat the bread!") == [["a", "c"], ["b", "d"]]
    assert edit(remove="a") == [["b", "d"]]
    assert edit("the ferry leaves at nine") == [["c", "d"]]


def test_a_build_that_takes_everything_over_keeps_the_groups(fill: Fill, encoder: FakeEncoder) -> None:
    texts = {"a": "The ferry leaves at nine.", "b": "Gulls eat bread.", "c": "The ferry leaves at nine!"}
    fill(texts)
    encoder.encoded = 0
    assert groups(fill(dict(reversed(texts.items())))) == [["a", "c"]]
    assert encoder.encoded == 0
