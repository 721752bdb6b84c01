"""Hits on a server are those of the local searcher, score for score."""

from typing import Any

import numpy as np
import pytest

from corpus.errors import ModelMismatch
from index.milvus.reading import Limits
from index.milvus.search import blocks
from index.milvus.store import MilvusStore
from index.retrieval.fusion import DENSE_ONLY, LEXICAL_ONLY, Ranking
from index.search import Hit, Searcher
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.index.milvus.samples import QUESTION, QUESTIONS, by_age, ids

pytestmark = pytest.mark.slow

ALIKE = [None, DENSE_ONLY, LEXICAL_ONLY, Ranking(dense=0, lexical=0), Ranking(depth=2)]


def assert_alike(hits: list[Hit], expected: list[Hit]) -> None:
    """The same passages in the same order; every number is the same but for rounding."""
    assert [(hit.rank, hit.passage, hit.copies) for hit in hits] == [
        (hit.rank, hit.passage, hit.copies) for hit in expected
    ]
    for hit, other in zip(hits, expected, strict=True):
        assert hit.score == pytest.approx(other.score, abs=1e-5)
        assert hit.signals == pytest.approx(other.signals, abs=1e-5)
        for array, other_array in ((hit.match, other.match), (hit.sentences, other.sentences)):
            assert (array is None) == (other_array is None)
            if array is not None and other_array is not None:
                np.testing.assert_allclose(array, other_array, atol=1e-5)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("documents", [None, ["animals"], ["tools", "cities/é", "tools"], [], ["rules"]], ids=str)
def test_hits_are_those_of_the_local_searcher(
    both: tuple[Searcher, Searcher], question: str, documents: list[str] | None
) -> None:
    there, here = both
    for ranking in ALIKE:
        for top_k in (1, 3, 50):
            query, hits = there.search(question, top_k, documents, ranking)
            _, expected = here.search(question, top_k, documents, ranking)
            assert query.text == question
            assert_alike(hits, expected)


def test_a_passage_stands_for_its_copies(both: tuple[Searcher, Searcher]) -> None:
    for searcher in both:
        first = searcher.search("A hammer drives nails.", 3)[1][0]
        assert sorted([first.passage.document, *(name.partition(":")[0] for name in first.copies)]) == [
            "tool copy",
            "tools",
        ]


def test_where_token_vectors_are_not_kept_there_is_no_match(published: MilvusStore, local: Store) -> None:
    old, encoder = by_age(local)[0], FakeEncoder()
    _, hits = Searcher(published.open(old), encoder, Ranking()).search("the cat", 3)
    _, expected = Searcher(local.open(old), encoder, Ranking()).search("the cat", 3)
    assert ids(hits) == ids(expected)
    assert [(hit.match, "late" in hit.signals) for hit in hits] == [(None, False)] * 3


def test_the_passage_that_answers_is_first_and_stands_where_it_says(published: MilvusStore) -> None:
    snapshot = published.open()
    _, hits = Searcher(snapshot, FakeEncoder(), Ranking()).search(QUESTION, 3)
    assert hits[0].passage.text == "The Hague is in the Netherlands. The Centre is there."
    for hit in hits:
        passage = hit.passage
        text = snapshot.document(passage.document).text
        assert text[passage.start : passage.end] == passage.text
        sentences = [text[start:end] for start, end in passage.sentences]
        assert " ".join(sentences) == passage.text
        assert hit.sentences is not None
        assert len(hit.sentences) == len(sentences)


def test_a_small_pool_holds_what_either_list_puts_first(both: tuple[Searcher, Searcher]) -> None:
    for question in (QUESTION, "morning", "wood", "the cat", "loudly in the morning", "nails of The Hague"):
        for ranking in (Ranking(pool=1), Ranking(dense=1, lexical=0, pool=1)):
            hits, expected = (searcher.search(question, 1, None, ranking)[1] for searcher in both)
            assert [hit.passage for hit in hits] == [hit.passage for hit in expected]
            assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], abs=1e-5)
    narrow = Ranking(dense=1, lexical=0, pool=2)
    assert [len(both[0].search("cat", top_k, ranking=narrow)[1]) for top_k in (1, 2, 5)] == [1, 2, 5]


def test_sentences_are_asked_for_in_blocks_that_a_server_answers_whole() -> None:
    passages = [{"sentences": count} for count in (3, 2, 2, 5, 1, 1)]
    counts = [[passage["sentences"] for passage in block] for block in blocks(passages, most=4)]
    assert counts == [[3], [2, 2], [5], [1, 1]]


def test_hits_are_the_same_in_several_searches_of_few_rows(server: str, published: MilvusStore) -> None:
    few = MilvusStore(server, limits=Limits(rows=2)).open(published.current())
    narrow, wide = (Searcher(snapshot, FakeEncoder(), Ranking()) for snapshot in (few, published.open()))
    assert_alike(narrow.search("cat", 9)[1], wide.search("cat", 9)[1])


@pytest.mark.parametrize("change", [{"sha256": "1" * 64}, {"variant": "other"}, {"dim": 8}], ids=str)
def test_another_encoder_is_refused(published: MilvusStore, change: dict[str, Any]) -> None:
    encoder = FakeEncoder()
    for name, value in change.items():
        setattr(encoder, name, value)
    with pytest.raises(ModelMismatch, match=r"was made by fake \(fake, 000000000000\), not .*; build with that"):
        published.open().require(encoder)
