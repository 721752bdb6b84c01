"""Replies as text: what a person or a model reads of them, and where the marks stand."""

from dataclasses import replace

from service.answering.answer import Abstention, Answer, Reply, Struck, Written
from service.answering.engine import SearchReply
from service.schemas import replies
from service.web.doors.reply_text import write_hits, write_reply
from tests.fakes import EVIDENCE, HIT, QUOTE, START, FakeEngine

HEAD = replace(EVIDENCE, start=15, end=19, quote="Head", page=3, anchor="page 3")


def schema(reply: Reply) -> replies.AskReply:
    return replies.AskReply.model_validate(reply)


def test_an_answer_with_its_marks_and_sources() -> None:
    answer = Answer(QUOTE, "extractive", (EVIDENCE, HEAD))
    written = write_reply(schema(replace(FakeEngine("s1").ask("Who?"), answer=answer, calibrated=True)))
    assert written.text == (
        f"{QUOTE} [1] [2]\n\n"
        "Sources:\n"
        f"[1] notes/centre, characters {START} to {EVIDENCE.end}: “{QUOTE}”\n"
        "[2] notes/centre, page 3, characters 15 to 19: “Head”\n\n"
        "Confidence: 90% (sure). Snapshot: s1"
    )
    assert [written.text[start:end] for start, end in written.marks] == ["[1]", "[2]"]


def test_what_a_quote_says_is_no_mark() -> None:
    answer = Answer("as [1] says", "extractive", (EVIDENCE,))
    written = write_reply(schema(replace(FakeEngine("s1").ask("Who?"), answer=answer)))
    assert written.text.startswith("as [1] says [1]\n")
    assert written.marks == ((12, 15),)


def test_a_written_answer_keeps_its_marks_and_says_who_wrote_it() -> None:
    quoted = FakeEngine("s1").ask("Who?")
    answer = Answer("He leads [1] it. [1] It is Dutch. [2] He does. [1]", "generated", (EVIDENCE, HEAD))
    reply = replace(quoted, answer=answer, written=Written("tiny", quoted=quoted.answer))
    written = write_reply(schema(reply))
    assert written.text.startswith(f"{answer.text}\n\nSources:\n[1] notes/centre")
    assert [written.text[start:end] for start, end in written.marks] == ["[1]", "[2]"]
    assert "Written by a language model (tiny); each sentence was checked against its source." in written.text
    failed = replace(quoted, written=Written("tiny", "it took too long", (Struck("It is rich.", "nothing says so"),)))
    assert "No written answer: it took too long" in write_reply(schema(failed)).text
    assert "rich" not in write_reply(schema(failed)).text


def test_a_source_that_is_out_of_date_says_so() -> None:
    reply = replace(FakeEngine("s1").ask("Who?"), hits=(replace(HIT, superseded_by="notes/new"),))
    newer = "; the version in force says otherwise: notes/new"
    assert f"{EVIDENCE.end}{newer}: “{QUOTE}”" in write_reply(schema(reply)).text
    found = SearchReply("who", reply.hits, "s1", 1.0, understood="whom")
    assert write_hits(replies.SearchReply.model_validate(found)).startswith(
        f"Understood as: whom\n\n1. Centre > Head (notes/centre, characters 24 to 72{newer})\n{HIT.passage.text}"
    )


def test_a_refusal_says_why_what_is_missing_and_what_comes_nearest() -> None:
    reply = replace(FakeEngine("s1").ask("budget?"), understood="budget?", did_you_mean="The budget of Centre?")
    written = write_reply(schema(reply))
    assert written.text == (
        "No answer. it does not say\n\n"
        "Not accounted for: budget\n\n"
        f"The nearest sentence, which is no answer: “{QUOTE}” (notes/centre, characters 24 to 52)\n\n"
        "Understood as: budget?\n\n"
        "Did you mean: The budget of Centre?\n\n"
        "Confidence: 7% (unsure, judged by questions about other texts). Snapshot: s1"
    )
    assert written.marks == ()


def test_nothing_found() -> None:
    reply = replace(FakeEngine("s1").ask("budget?"), hits=(), abstained=Abstention("no_match", "nothing fits"))
    assert write_reply(schema(reply)).text.startswith("No answer. nothing fits\n\nConfidence: ")
    nothing = replies.SearchReply.model_validate(SearchReply("x", (), "s1", 1.0))
    assert write_hits(nothing) == "No passage has anything in common with the query."


def test_a_reply_can_be_read_back_from_its_own_json() -> None:
    for question in ("Who?", "budget?"):
        quoted = FakeEngine("s1").ask(question)
        written = Written("tiny", "it failed", (Struck("It is rich.", "nothing says so"),), quoted.answer)
        reply = schema(replace(quoted, hits=(replace(HIT, copies=("a:1-2",)),), written=written))
        assert replies.AskReply.model_validate_json(reply.model_dump_json()) == reply
