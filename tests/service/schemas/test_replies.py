"""Replies: exactly the contract, and only numbers that JSON knows."""

import json
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from corpus.documents import Anchor, Block, Document, DocumentInfo, Passage, Section
from index.search import Hit
from service.answering.answer import Abstention, Answer, Evidence, Reply, ShortAnswer
from service.answering.citations.citation import Offsets, cite
from service.schemas import replies

HIT = Hit(
    rank=1,
    passage=Passage("a/b", "Title", ("One", "Two"), 3, 8, "Words", ((3, 8),)),
    score=np.float32(0.1234567),  # type: ignore[arg-type]
    signals={"dense": np.float32(0.5), "lexical": 2.0},  # type: ignore[dict-item]
    sentences=np.zeros(1, np.float32),
    match=None,
)


def reply(answer: Answer | None, abstained: Abstention | None, hit: Hit = HIT) -> Reply:
    return Reply(
        question="Who?",
        confidence=0.75,
        level="likely",
        answer=answer,
        abstained=abstained,
        best_answer=answer,
        features={},
        hits=(hit,),
        snapshot="s1",
        took_ms=1.5,
    )


def test_an_answer_is_exactly_the_contract() -> None:
    info = DocumentInfo("a/b", "Title", "0" * 64, 12, (Section(("One", "Two"), 3, 12),))
    citation = cite(info, "s1", "🎉, ", "Words", " end", Offsets(3, 4, 6))
    evidence = Evidence("a/b", 3, 8, "Words", 1, citation=citation)
    short = ShortAnswer("Wo", "a/b", 3, 5)
    given = reply(Answer("Words", "extractive", (evidence,), short), None)
    assert json.loads(replies.AskReply.model_validate(given).model_dump_json()) == {
        "question": "Who?",
        "understood": None,
        "confidence": 0.75,
        "level": "likely",
        "answer": {
            "text": "Words",
            "kind": "extractive",
            "evidence": [
                {
                    "document": "a/b",
                    "title": "Title",
                    "section": ["One", "Two"],
                    "start": 3,
                    "end": 8,
                    "start_utf16": 4,
                    "end_utf16": 9,
                    "start_utf8": 6,
                    "end_utf8": 11,
                    "quote": "Words",
                    "prefix": "🎉, ",
                    "suffix": " end",
                    "sha256": "0" * 64,
                    "snapshot": "s1",
                    "url": citation.url,
                    "text_fragment": citation.text_fragment,
                    "passage": 1,
                }
            ],
            "short": {"text": "Wo", "document": "a/b", "start": 3, "end": 5},
        },
        "abstained": None,
        "passages": [
            {
                "rank": 1,
                "id": "a/b:3-8",
                "document": "a/b",
                "title": "Title",
                "section": ["One", "Two"],
                "start": 3,
                "end": 8,
                "text": "Words",
                "score": 0.123457,
                "signals": {"dense": 0.5, "lexical": 2.0},
            }
        ],
        "calibrated": False,
        "snapshot": "s1",
        "took_ms": 1.5,
    }


def test_a_refusal_keeps_the_withheld_answer_to_itself() -> None:
    dumped = replies.AskReply.model_validate(reply(None, Abstention("no_match", "nothing", ("who",)))).model_dump()
    assert dumped["answer"] is None
    assert dumped["abstained"] == {"code": "no_match", "message": "nothing", "missing": ["who"], "nearest": None}
    assert "best_answer" not in dumped


def test_copies_and_a_newer_version_are_named_where_there_are_any() -> None:
    hit = replace(HIT, copies=("b:0-5",), superseded_by="c")
    (dumped,) = replies.AskReply.model_validate(reply(None, Abstention("no_match", "nothing"), hit)).model_dump()[
        "passages"
    ]
    assert (dumped["copies"], dumped["superseded_by"]) == (["b:0-5"], "c")


def test_a_number_that_json_does_not_know_is_refused() -> None:
    hit = Hit(1, HIT.passage, float("nan"), {}, HIT.sentences, None)
    with pytest.raises(ValidationError, match="finite number"):
        replies.AskReply.model_validate(reply(None, Abstention("no_match", "nothing"), hit))


def test_a_document_with_its_text() -> None:
    metadata = (("author", "Ada"), ("source", "http"))
    info = DocumentInfo("a/b", "Title", "0" * 64, 5, (Section(("One",), 0, 5),), metadata)
    dumped = replies.Document.of(Document(info, "Words", ())).model_dump()
    assert dumped == {
        "id": "a/b",
        "title": "Title",
        "sha256": "0" * 64,
        "length": 5,
        "sections": [{"path": ["One"], "start": 0, "end": 5}],
        "metadata": dict(metadata),
        "source": "http",
        "text": "Words",
    }


def test_a_reply_says_where_sentences_lie_where_that_is_asked_for() -> None:
    text = "Basic\t10\nPlus\t20"
    passage = Passage("a", "T", (), 20, 36, text, ((20, 28), (29, 36)), (3, 12), "Plan\tCost", ("row", "row"), (0, 1))
    hit = replace(HIT, passage=passage)
    given = reply(None, Abstention("no_match", "nothing"), hit)
    (structured,) = replies.StructuredReply.model_validate(given).model_dump()["passages"]
    assert structured.pop("structure") == {
        "sentences": [
            {"start": 20, "end": 28, "kind": "row", "block": 0},
            {"start": 29, "end": 36, "kind": "row", "block": 1},
        ],
        "lead": {"start": 3, "end": 12, "text": "Plan\tCost"},
    }
    assert [structured] == replies.AskReply.model_validate(given).model_dump()["passages"]


def test_sentences_of_unknown_kind_are_a_paragraph() -> None:
    (structured,) = replies.StructuredReply.model_validate(reply(None, Abstention("no_match", ""))).passages
    assert structured.structure is not None
    assert [(sentence.kind, sentence.block) for sentence in structured.structure.sentences] == [("paragraph", 0)]
    assert structured.structure.lead is None


def test_a_document_says_what_its_text_is_made_of_where_that_is_asked_for() -> None:
    info = DocumentInfo("a", "T", "0" * 64, 20, (), anchors=(Anchor(0, 3, "page 3"), Anchor(9, None, "Prices!A4")))
    blocks = (Block("heading", 2, 6, level=2), Block("row", 8, 12, lead=(0, 1)))
    document = Document(info, "# Plans\nA\tB", blocks, ((13, 20),))
    assert replies.Document.of(document, structure=True).model_dump()["structure"] == {
        "blocks": [
            {"kind": "heading", "start": 2, "end": 6, "level": 2, "lead": None},
            {"kind": "row", "start": 8, "end": 12, "level": 0, "lead": {"start": 0, "end": 1}},
        ],
        "hidden": [{"start": 13, "end": 20}],
        "anchors": [{"start": 0, "page": 3, "label": "page 3"}, {"start": 9, "label": "Prices!A4"}],
    }
