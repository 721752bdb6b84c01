"""The engine on a small store with the fake encoder."""

from dataclasses import replace

import pytest

from corpus.errors import InputError, ModelMismatch, NotFoundError
from corpus.sources import make_document
from index.retrieval.fusion import LEXICAL_ONLY
from service.answering.confidence import Confidence
from service.answering.engine import Engine, check_quote
from tests.fakes import InPieces

TEXTS = {
    "centre": "= The Centre =\n\nThe head of the Centre is Irakli Beridze. He 🤖 leads it."
    "\n\n== Place ==\n\nIt is in The Hague.",
    "sea/blue": "The sea is blue. Fish swim in the sea.",
}
SURE = Confidence({"weakest": 8.0}, -4.0, 0.5)


@pytest.fixture
def engine(fill, encoder):
    return Engine(fill(TEXTS).open(), encoder, SURE)


@pytest.mark.parametrize("question", ["Who is the head of the Centre?", "Do zebras bake bread?", "?!", "x" * 1000])
@pytest.mark.parametrize("top_k", [1, 5, 50])
def test_every_position_in_a_reply_is_exact(engine, question, top_k):
    reply = engine.ask(question, top_k)
    assert (reply.answer is None) != (reply.abstained is None)
    assert 0 <= reply.confidence <= 1
    assert [hit.rank for hit in reply.hits] == list(range(1, len(reply.hits) + 1))
    assert len(reply.hits) <= top_k
    for hit in reply.hits:
        assert engine.document(hit.passage.document).text[hit.passage.start : hit.passage.end] == hit.passage.text
    for evidence in reply.answer.evidence if reply.answer else ():
        assert engine.document(evidence.document).text[evidence.start : evidence.end] == evidence.quote


def test_an_answer_is_quoted_with_its_place(engine):
    reply = engine.ask("Who is the head of the Centre?")
    assert reply.answer.text == "The head of the Centre is Irakli Beridze."
    assert reply.answer.kind == "extractive"
    assert (reply.answer.evidence[0].document, reply.answer.evidence[0].passage) == ("centre", 1)
    assert reply.snapshot == engine.snapshot
    assert reply.took_ms > 0


def test_a_misspelt_question_is_answered_as_the_text_spells_it(fill):
    engine = Engine(fill(TEXTS).open(), InPieces(), SURE)
    reply = engine.ask("Who is the hed of the centrre?")
    assert reply.understood == "Who is the hed of the centre?"
    assert reply.question == "Who is the hed of the centrre?"
    assert [hit.score for hit in reply.hits] == [hit.score for hit in engine.ask(reply.understood).hits]
    found, right = engine.search("centrre"), engine.search("centre")
    assert (found.understood, right.understood) == ("centre", None)
    assert [hit.score for hit in found.hits] == [hit.score for hit in right.hits]
    assert engine.search("centrre", ranking=LEXICAL_ONLY).hits == ()
    assert engine.ask("Who is the head of the Centre?").understood is None


def test_a_question_that_the_text_does_not_answer_is_refused_with_passages(engine):
    reply = engine.ask("Do zebras bake bread?")
    assert reply.answer is None
    assert reply.abstained.code == "low_confidence"
    assert reply.hits
    assert reply.candidate is not None


def test_what_top_k_shows_does_not_change_the_answer(engine):
    assert engine.ask("Where does the fish swim?", 1).answer == engine.ask("Where does the fish swim?", 50).answer


def test_documents_filter(engine):
    reply = engine.ask("Who is the head of the Centre?", documents=["sea/blue"])
    assert {hit.passage.document for hit in reply.hits} == {"sea/blue"}
    with pytest.raises(NotFoundError, match="nowhere"):
        engine.ask("Who?", documents=["nowhere"])


@pytest.mark.parametrize("question", ["", " \n\t", "\u200b"])
def test_an_empty_question_is_refused(engine, question):
    with pytest.raises(InputError, match="empty"):
        engine.ask(question)
    with pytest.raises(InputError, match="empty"):
        engine.search(question)


def test_a_ranking_without_any_hit_abstains_for_no_match(fill, encoder):
    reply = Engine(fill(TEXTS).open(), encoder, SURE, LEXICAL_ONLY).ask("zebras")
    assert (reply.abstained.code, reply.confidence, reply.candidate, reply.hits) == ("no_match", 0.0, None, ())


def test_search_uses_the_ranking_it_is_given(engine):
    assert engine.search("zebras", ranking=LEXICAL_ONLY).hits == ()
    assert engine.search("zebras").hits


def test_documents_and_passages(engine):
    assert [info.id for info in engine.documents()] == ["centre", "sea/blue"]
    assert engine.documents()[0].title == "The Centre"
    assert [passage.section for passage in engine.passages("centre")] == [(), ("Place",)]
    with pytest.raises(NotFoundError):
        engine.passages("nowhere")


def test_another_model_is_refused_with_what_to_run(fill, encoder):
    store = fill(TEXTS)
    encoder.sha256 = "1" * 64
    with pytest.raises(ModelMismatch, match="run `python -m index build`"):
        Engine(store.open(), encoder, SURE)


@pytest.mark.parametrize(
    ("start", "end", "quote", "valid", "reason"),
    [
        (0, 5, "Fünf🤖", True, "exactly"),
        (1, 5, "Fünf🤖", False, "at 0 to 5"),
        (0, 5, "Sechs", False, "nowhere"),
        (0, 99, "Fünf🤖", False, "12 characters"),
        (-1, 5, "Fünf🤖", False, "12 characters"),
        (3, 2, "", False, "12 characters"),
        (2, 2, "", True, "exactly"),
        (0, 5, "", False, "something else"),
    ],
)
def test_check_quote(start, end, quote, valid, reason):
    verdict = check_quote(make_document("a", "Fünf🤖 Finger."[:12]), start, end, quote)
    assert verdict.valid is valid
    assert reason in verdict.reason


def test_the_fitted_confidence_of_a_snapshot_is_used(fill, encoder, monkeypatch):
    monkeypatch.setattr("service.answering.engine.open_encoder", lambda models, variant, threads: encoder)
    store = fill(TEXTS)
    assert Engine.open(store).ask("Who is the head of the Centre?").confidence < 1
    (store.root / "confidence.json").write_text('{"weights": {}, "intercept": 30, "threshold": 0.1}')
    fill(TEXTS)
    assert Engine.open(store).ask("Who is the head of the Centre?").confidence == pytest.approx(1)


def test_replies_are_values(engine):
    reply = engine.ask("Who?")
    assert replace(reply, question="What?").question == "What?"


def test_questions_are_remembered_by_all_that_makes_the_reply(fill, encoder, monkeypatch):
    asked = []
    encode = encoder.encode_queries
    monkeypatch.setattr(encoder, "encode_queries", lambda questions: asked.extend(questions) or encode(questions))
    engine = Engine(fill(TEXTS).open(), encoder, SURE, remembered=8)
    plain = Engine(fill(TEXTS).open(), encoder, SURE)
    for search in (engine.ask, engine.search):
        asked.clear()
        first, again = search("Who leads it?", 7), search(" Who  leads it?", 7)
        assert asked == ["Who leads it?"]
        assert again.hits == first.hits
        assert again.hits[0].passage == plain.ask("Who leads it?", 7).hits[0].passage
        for options in ({"top_k": 8}, {"top_k": 7, "documents": ["centre"]}, {"top_k": 7, "documents": ["sea/blue"]}):
            asked.clear()
            found = {hit.passage.document for hit in search("Who leads it?", **options).hits}
            assert found <= set(options.get("documents", TEXTS))
            assert len(asked) == 1
    asked.clear()
    engine.search("Who leads it?", 7, ranking=LEXICAL_ONLY)
    assert len(asked) == 1


def test_only_so_many_questions_are_remembered_and_none_unless_wanted(fill, encoder, monkeypatch):
    asked = []
    encode = encoder.encode_queries
    monkeypatch.setattr(encoder, "encode_queries", lambda questions: asked.extend(questions) or encode(questions))
    for remembered, expected in ((0, 3), (1, 3), (2, 2)):
        engine = Engine(fill(TEXTS).open(), encoder, SURE, remembered=remembered)
        asked.clear()
        for question in ("Who?", "fish?", "Who?"):
            engine.ask(question)
        assert len(asked) == expected
