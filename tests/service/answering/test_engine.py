"""The engine on a small store with the fake encoder."""

import gc
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from corpus.errors import InputError, ModelMismatch, NotFoundError
from index.encoding.encoder import EncodedQuery
from index.retrieval.fusion import LEXICAL_ONLY
from index.snapshots.store import Store
from service.answering.answer import Reply
from service.answering.confidence import Confidence
from service.answering.engine import Engine, SearchReply
from service.answering.reader.reader import Reader
from service.answering.reader.spans import ReaderInput
from tests.fakes import FakeEncoder
from tests.service.answering.pieces import InPieces

TEXTS = {
    "centre": "= The Centre =\n\nThe head of the Centre is Irakli Beridze. He 🤖 leads it."
    "\n\n== Place ==\n\nIt is in The Hague.",
    "sea/blue": "The sea is blue. Fish swim in the sea.",
}
Fill = Callable[..., Store]
SURE = Confidence({"weakest": 8.0}, -4.0, 0.5)


@pytest.fixture
def engine(fill: Fill, encoder: FakeEncoder) -> Engine:
    return Engine(fill(TEXTS).open(), encoder, SURE)


@pytest.mark.parametrize("question", ["Who is the head of the Centre?", "Do zebras bake bread?", "?!", "x" * 1000])
@pytest.mark.parametrize("top_k", [1, 5, 50])
def test_every_position_in_a_reply_is_exact(engine: Engine, question: str, top_k: int) -> None:
    reply = engine.ask(question, top_k)
    assert (reply.answer is None) != (reply.abstained is None)
    assert 0 <= reply.confidence <= 1
    assert [hit.rank for hit in reply.hits] == list(range(1, len(reply.hits) + 1))
    assert len(reply.hits) <= top_k
    for hit in reply.hits:
        assert engine.document(hit.passage.document).text[hit.passage.start : hit.passage.end] == hit.passage.text
    shown = reply.answer.evidence if reply.answer else ()
    shown += (reply.abstained.nearest,) if reply.abstained and reply.abstained.nearest else ()
    for evidence in shown:
        assert engine.document(evidence.document).text[evidence.start : evidence.end] == evidence.quote
        assert evidence.citation == engine.cite(evidence.document, evidence.start, evidence.end)
        assert (evidence.citation.quote, evidence.citation.snapshot) == (evidence.quote, reply.snapshot)


def test_an_answer_is_quoted_with_its_positions(engine: Engine) -> None:
    reply = engine.ask("Who is the head of the Centre?")
    assert reply.answer is not None
    assert reply.answer.text == "The head of the Centre is Irakli Beridze."
    assert reply.answer.kind == "extractive"
    assert (reply.answer.evidence[0].document, reply.answer.evidence[0].passage) == ("centre", 1)
    assert reply.snapshot == engine.snapshot
    assert reply.took_ms > 0


def test_a_misspelt_question_is_answered_as_the_text_spells_it(fill: Fill) -> None:
    engine = Engine(fill(TEXTS).open(), InPieces(), SURE)
    reply = engine.ask("Who is the hed of the centrre?")
    assert reply.understood == "Who is the hed of the centre?"
    assert reply.question == "Who is the hed of the centrre?"
    assert [hit.score for hit in reply.hits] == [hit.score for hit in engine.ask(reply.understood).hits]
    misspelt, right = engine.search("centrre"), engine.search("centre")
    assert (misspelt.understood, right.understood) == ("centre", None)
    assert [hit.score for hit in misspelt.hits] == [hit.score for hit in right.hits]
    assert engine.search("centrre", ranking=LEXICAL_ONLY).hits == ()
    assert engine.ask("Who is the head of the Centre?").understood is None


def test_a_misspelt_word_is_looked_for_in_the_whole_index(fill: Fill) -> None:
    texts = {f"t{number}": f"Robots help farmers in county {number}." for number in range(6)}
    engine = Engine(fill(texts | {"zoo": "A veterinarian lives here, and Lindqvist too."}).open(), InPieces(), SURE)
    assert engine.ask("Do robots help a vetrinarian?").understood == "Do robots help a veterinarian?"
    named = engine.ask("Do robots help Lindkvist?")
    assert (named.understood, named.did_you_mean) == (None, "Do robots help Lindqvist?")
    assert engine.ask("Do robots help Lindqvist?").did_you_mean is None


def test_a_reply_says_whether_confidence_was_fitted_on_the_documents(fill: Fill) -> None:
    store = fill(TEXTS)
    assert not Engine(store.open(), FakeEncoder(), SURE).ask("Who is the head?").calibrated
    fitted = '{"weights": {"late": 1}, "intercept": 0, "threshold": 0.5}'
    (store.root / "confidence.json").write_text(fitted, "utf-8")
    assert Engine(fill(TEXTS).open(), FakeEncoder()).ask("Who is the head?").calibrated


class FailingReader(Reader):
    """Gives logits that are no numbers."""

    def __init__(self) -> None:
        pass

    def read(self, inputs: Sequence[ReaderInput], *, until_sure: bool = True) -> None:
        return None


def test_a_question_that_the_reader_fails_on_is_answered_and_told_apart(fill: Fill, encoder: FakeEncoder) -> None:
    engine = Engine(fill(TEXTS).open(), encoder, SURE, reader=FailingReader())
    question = "Who is the head of the Centre?"
    reply = engine.ask(question)
    assert reply.answer is not None
    assert reply.reader_failed
    for unread in (engine.ask(question, read=False), engine.ask("Summarise the documents"), engine.ask("谁是中心主任")):
        assert not unread.reader_failed


def test_a_question_that_the_text_does_not_answer_is_refused_with_passages(engine: Engine) -> None:
    reply = engine.ask("Do zebras bake bread?")
    assert reply.answer is None
    assert reply.abstained is not None
    assert reply.abstained.code == "low_confidence"
    assert reply.hits
    assert reply.best_answer is not None


def test_what_top_k_shows_does_not_change_the_answer(engine: Engine) -> None:
    assert engine.ask("Where does the fish swim?", 1).answer == engine.ask("Where does the fish swim?", 50).answer


def test_documents_filter(engine: Engine) -> None:
    reply = engine.ask("Who is the head of the Centre?", documents=["sea/blue"])
    assert {hit.passage.document for hit in reply.hits} == {"sea/blue"}
    with pytest.raises(NotFoundError, match="nowhere"):
        engine.ask("Who?", documents=["nowhere"])


@pytest.mark.parametrize("question", ["", " \n\t", "\u200b"])
def test_an_empty_question_is_refused(engine: Engine, question: str) -> None:
    with pytest.raises(InputError, match="empty"):
        engine.ask(question)
    with pytest.raises(InputError, match="empty"):
        engine.search(question)


def test_a_ranking_without_any_hit_abstains_for_no_match(fill: Fill, encoder: FakeEncoder) -> None:
    reply = Engine(fill(TEXTS).open(), encoder, SURE, LEXICAL_ONLY).ask("zebras")
    assert reply.abstained is not None
    assert (reply.abstained.code, reply.confidence, reply.best_answer, reply.hits) == ("no_match", 0.0, None, ())


def test_search_uses_the_ranking_it_is_given(engine: Engine) -> None:
    assert engine.search("zebras", ranking=LEXICAL_ONLY).hits == ()
    assert engine.search("zebras").hits


def test_documents_and_passages(engine: Engine) -> None:
    assert [info.id for info in engine.documents()] == ["centre", "sea/blue"]
    assert engine.documents()[0].title == "The Centre"
    assert [passage.section for passage in engine.passages("centre")] == [(), ("Place",)]
    with pytest.raises(NotFoundError):
        engine.passages("nowhere")


def test_what_was_written_is_compared_with_the_passages(engine: Engine) -> None:
    passages = engine.passages("centre")
    support = engine.support("The head of the Centre is Irakli Beridze.", passages)
    assert support.supported
    assert support.passage is not None
    text = engine.document("centre").text[support.start : support.end]
    assert text == "The head of the Centre is Irakli Beridze."
    assert not engine.support("The Centre has 300 employees.", passages).supported


def test_another_model_is_refused_with_what_to_run(fill: Fill, encoder: FakeEncoder) -> None:
    store = fill(TEXTS)
    encoder.sha256 = "1" * 64
    with pytest.raises(ModelMismatch, match="run `python -m index build`"):
        Engine(store.open(), encoder, SURE)


def test_the_fitted_confidence_of_a_snapshot_is_used(
    fill: Fill, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.answering.engine.open_encoder", lambda *_, **__: encoder)
    store = fill(TEXTS)
    assert Engine.open(store).ask("Who is the head of the Centre?").confidence < 1
    (store.root / "confidence.json").write_text('{"weights": {}, "intercept": 30, "threshold": 0.1}')
    fill(TEXTS)
    assert Engine.open(store).ask("Who is the head of the Centre?").confidence == pytest.approx(1)


def test_replies_are_values(engine: Engine) -> None:
    reply = engine.ask("Who?")
    assert replace(reply, question="What?").question == "What?"


class RecordingEncoder(FakeEncoder):
    """Keeps the questions that it encodes."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[str] = []

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        self.questions += questions
        return super().encode_queries(questions)


@pytest.mark.parametrize("method", ["ask", "search"])
def test_questions_are_remembered_by_all_that_makes_the_reply(fill: Fill, method: str) -> None:
    encoder = RecordingEncoder()
    engine = Engine(fill(TEXTS).open(), encoder, SURE, remembered=8)
    plain = Engine(fill(TEXTS).open(), FakeEncoder(), SURE)
    ask: Callable[..., Reply | SearchReply] = getattr(engine, method)
    first, second = ask("Who leads it?", 7), ask(" Who  leads it?", 7)
    assert encoder.questions == ["Who leads it?"]
    assert second.hits == first.hits
    assert second.hits[0].passage == plain.ask("Who leads it?", 7).hits[0].passage
    for top_k, documents in ((8, None), (7, ["centre"]), (7, ["sea/blue"])):
        encoder.questions.clear()
        hits = ask("Who leads it?", top_k, documents).hits
        assert {hit.passage.document for hit in hits} <= set(documents or TEXTS)
        assert len(encoder.questions) == 1
    encoder.questions.clear()
    engine.search("Who leads it?", 7, ranking=LEXICAL_ONLY)
    assert len(encoder.questions) == 1


def test_only_so_many_questions_are_remembered_and_none_unless_wanted(fill: Fill) -> None:
    encoder = RecordingEncoder()
    for remembered, expected in ((0, 3), (1, 3), (2, 2)):
        engine = Engine(fill(TEXTS).open(), encoder, SURE, remembered=remembered)
        encoder.questions.clear()
        for question in ("Who?", "fish?", "Who?"):
            engine.ask(question)
        assert len(encoder.questions) == expected


def test_an_engine_that_nobody_uses_is_freed_at_once(fill: Fill, encoder: FakeEncoder) -> None:
    engine = Engine(fill(TEXTS).open(), encoder, SURE, remembered=8)
    engine.ask("Who leads it?")
    engine.search("Who leads it?")
    remains = weakref.ref(engine)
    gc.disable()  # what is left must not wait for a collection
    try:
        del engine
        assert remains() is None
    finally:
        gc.enable()
