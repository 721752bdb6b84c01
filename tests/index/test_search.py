"""From question to hits: order, filters, signals and shapes."""

from collections.abc import Callable

import numpy as np
import pytest

from corpus.errors import NotFoundError
from corpus.passages import Chunking
from index.retrieval.fusion import DENSE_ONLY, LEXICAL_ONLY, Ranking
from index.retrieval.late_interaction import token_weights
from index.search import Hit, Searcher
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

EACH = Chunking(min_tokens=1)
TEXTS = {
    "animals": "The cat sat on the mat. It purred loudly.\n\nA dog barked at the moon.\n\nBirds sing in the morning.",
    "cities": "Turin lies on the river Po.\n\nThe Hague is in the Netherlands. The Centre is there.",
    "tools": "A hammer drives nails.\n\nA saw cuts wood. The cat watched. It purred.",
}
QUESTION = "Where is the Centre in The Hague?"
Fill = Callable[..., Store]


@pytest.fixture
def searcher(fill: Fill, encoder: FakeEncoder) -> Searcher:
    return Searcher(fill(TEXTS, chunking=EACH).open(), encoder, Ranking())


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def test_the_passage_that_answers_is_first(searcher: Searcher) -> None:
    query, hits = searcher.search(QUESTION, 3)
    assert query.text == QUESTION
    assert hits[0].passage.text == "The Hague is in the Netherlands. The Centre is there."
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("question", [QUESTION, "cat", "zzz unknown", "?", " ", "É\u2028🙂"])
@pytest.mark.parametrize("top_k", [1, 3, 50])
def test_every_number_is_finite_and_has_its_shape(searcher: Searcher, question: str, top_k: int) -> None:
    query, hits = searcher.search(question, top_k)
    assert len(hits) == min(top_k, 7)
    for hit in hits:
        sentences = len(hit.passage.sentences)
        assert hit.signals.keys() == {"dense", "lexical", "late", "late_sentence"}
        assert np.isfinite([hit.score, *hit.signals.values()]).all()
        assert 0 <= hit.score <= 1
        assert hit.match is not None
        assert hit.sentences is not None
        assert (hit.match.shape, hit.sentences.shape) == ((sentences, len(query.tokens)), (sentences,))
        assert np.isfinite(hit.match).all()
        assert hit.signals["late_sentence"] == pytest.approx(hit.sentences.max())


def test_signals_are_what_the_encoder_says(searcher: Searcher, encoder: FakeEncoder, fill: Fill) -> None:
    snapshot = fill(TEXTS, chunking=EACH).open()
    query, hits = searcher.search(QUESTION, 7)
    inputs = [snapshot.table.encoder_input(row) for row in range(7)]
    encoded = {snapshot.table.passage(row).id: e for row, e in enumerate(encoder.encode_passages(inputs))}
    for hit in hits:
        passage = encoded[hit.passage.id]
        assert hit.signals["dense"] == pytest.approx(float(passage.vector @ query.vector), abs=1e-5)
        products = query.tokens @ passage.tokens.T
        context = len(passage.tokens) - passage.token_counts.sum()
        ends = context + np.cumsum([0, *passage.token_counts])[:-1]
        best = np.stack([part.max(axis=1) for part in np.split(products, ends, axis=1)])
        assert hit.match is not None
        np.testing.assert_allclose(hit.match, best[1:], atol=0.02)
        assert hit.signals["late"] == pytest.approx(best.max(axis=0).mean(), abs=0.02)
        helped = np.maximum(best[1:], best[0]) @ token_weights(query, snapshot.lexical)
        assert hit.sentences is not None
        np.testing.assert_allclose(hit.sentences, helped, atol=0.02)


def test_dense_only_is_in_the_order_of_the_cosines(searcher: Searcher) -> None:
    _, hits = searcher.search(QUESTION, 7, ranking=DENSE_ONLY)
    cosines = [hit.signals["dense"] for hit in hits]
    assert cosines == sorted(cosines, reverse=True)
    assert [hit.match for hit in hits] == [None] * 7
    assert hits[0].score == 1
    assert hits[-1].score == 0


def test_lexical_only_finds_what_shares_a_word(searcher: Searcher) -> None:
    _, hits = searcher.search("cats purring", 7, ranking=LEXICAL_ONLY)
    assert [hit.passage.document for hit in hits] == ["animals", "tools"]
    assert all(hit.signals["lexical"] > 0 for hit in hits)
    assert ids(searcher.search("cats purring", 7, ["tools", "cities"], LEXICAL_ONLY)[1]) == ids(hits[1:])
    assert searcher.search("zzz unknown", 7, ranking=LEXICAL_ONLY)[1] == []


def test_without_the_late_signals_sentences_are_compared_by_their_vectors(
    searcher: Searcher, encoder: FakeEncoder, fill: Fill
) -> None:
    snapshot = fill(TEXTS, chunking=EACH).open()
    inputs = [snapshot.table.encoder_input(row) for row in range(7)]
    encoded = {snapshot.table.passage(row).id: e for row, e in enumerate(encoder.encode_passages(inputs))}
    query, hits = searcher.search(QUESTION, 2, ranking=Ranking(late=0, late_sentence=0))
    for hit in hits:
        assert (hit.match, set(hit.signals)) == (None, {"dense", "lexical", "sentence"})
        assert hit.sentences is not None
        np.testing.assert_allclose(hit.sentences, encoded[hit.passage.id].sentences @ query.vector, atol=0.02)
        assert hit.signals["sentence"] == hit.sentences.max()


def test_where_token_vectors_are_not_kept_there_is_no_match(fill: Fill, encoder: FakeEncoder) -> None:
    store = fill(TEXTS, chunking=EACH, token_limit=0)
    _, hits = Searcher(store.open(), encoder, Ranking()).search(QUESTION, 3)
    assert hits[0].passage.document == "cities"
    assert [(hit.match, set(hit.signals)) for hit in hits] == [(None, {"dense", "lexical", "sentence"})] * 3


def test_only_the_first_few_are_matched_and_stay_in_front(searcher: Searcher) -> None:
    shallow, deep = Ranking(sentence=0, late=0, late_sentence=0), Ranking(depth=2)
    before, after = (ids(searcher.search("the cat purred", 7, ranking=ranking)[1]) for ranking in (shallow, deep))
    hits = searcher.search("the cat purred", 7, ranking=deep)[1]
    assert set(after[:2]) == set(before[:2])
    assert after[2:] == before[2:]
    assert [(hit.match is None, hit.sentences is None) for hit in hits] == [(False, False)] * 2 + [(True, True)] * 5
    assert ids(searcher.search("the cat purred", 7, ranking=Ranking(depth=0))[1]) == before


@pytest.mark.parametrize("ranking", [Ranking(), Ranking(pool=1), DENSE_ONLY, LEXICAL_ONLY])
@pytest.mark.parametrize("documents", [["animals"], ["tools", "cities", "tools"], []])
def test_a_filter_leaves_only_those_documents(searcher: Searcher, documents: list[str], ranking: Ranking) -> None:
    _, hits = searcher.search("The cat is in the river", 50, documents, ranking)
    assert {hit.passage.document for hit in hits} == set(documents)
    assert ids(hits) == list(dict.fromkeys(ids(hits)))


def test_an_unknown_document_is_an_error(searcher: Searcher) -> None:
    with pytest.raises(NotFoundError, match="no document has the id 'nothing'"):
        searcher.search(QUESTION, 3, ["animals", "nothing"])


def test_the_pool_bounds_the_candidates_but_never_below_top_k(searcher: Searcher) -> None:
    narrow = Ranking(dense=1, lexical=0, pool=2)
    assert [len(searcher.search("cat", k, ranking=narrow)[1]) for k in (1, 2, 5)] == [1, 2, 5]
    both = {hit.passage.id for hit in searcher.search("morning", 2, ranking=Ranking(pool=1))[1]}
    firsts = {searcher.search("morning", 1, ranking=ranking)[1][0].passage.id for ranking in (DENSE_ONLY, LEXICAL_ONLY)}
    assert firsts <= both


def test_a_longer_list_starts_with_the_shorter(searcher: Searcher) -> None:
    longest = ids(searcher.search("the cat and the river", 7)[1])
    assert [ids(searcher.search("the cat and the river", k)[1]) for k in range(8)] == [longest[:k] for k in range(8)]


def test_equals_keep_their_order_and_the_first_stands_for_its_copies(fill: Fill, encoder: FakeEncoder) -> None:
    store = fill(dict.fromkeys("edcba", "# T\nSame words.\n\nOther words."), chunking=EACH)
    searcher = Searcher(store.open(), encoder, Ranking())
    hits = searcher.search("same", 10)[1]
    assert [hit.rank for hit in hits] == [1, 2]
    assert ids(hits) == ["e:4-15", "e:17-29"]
    assert [hit.copies for hit in hits] == [
        tuple(f"{name}:4-15" for name in "dcba"),
        tuple(f"{name}:17-29" for name in "dcba"),
    ]
    assert ids(searcher.search("same", 2)[1]) == ids(hits)


def test_a_search_sees_its_own_snapshot_for_as_long_as_it_lives(fill: Fill, encoder: FakeEncoder) -> None:
    store = fill({"d": "Old text."})
    searcher = Searcher(store.open(), encoder, Ranking())
    fill({"d": "New text."})
    store.prune(1)
    assert searcher.search("text", 1)[1][0].passage.text == "Old text."


def test_documents_without_passages_are_no_trouble(fill: Fill, encoder: FakeEncoder) -> None:
    store = fill({"rules": "---\n\n---", "text": "Words."})
    searcher = Searcher(store.open(), encoder, Ranking())
    assert searcher.search("words", 5, ["rules"])[1] == []
    assert ids(searcher.search("words", 5)[1]) == ["text:0-6"]


def test_a_lone_passage_is_the_best_there_is(fill: Fill, encoder: FakeEncoder) -> None:
    searcher = Searcher(fill({"d": "The cat sat."}).open(), encoder, Ranking())
    assert searcher.search("Where is the cat?", 5)[1][0].score == pytest.approx(1)
    assert searcher.search("zebra", 5, ranking=LEXICAL_ONLY)[1] == []
