"""What a reader changes: which sentence is quoted, in which order the hits come, which words answer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from corpus.errors import InputError
from index.snapshots.store import Store
from service.answering.answer import Reply
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from service.answering.question.answer_type import asks_for_several
from service.answering.reader.spans import ReaderInput, Reading
from tests.fakes import FakeEncoder
from tests.readers import FakeCrossEncoder, FakeReader

UNREAD = Confidence({}, 30.0, 0.5)
READ = Confidence({"read": 8.0}, 0.0, 0.5, unread=UNREAD)
COMPARED = Confidence({"compared": 8.0}, 0.0, 0.5, unread=UNREAD)
TEXTS = {
    "harbour": "The harbour opened to ships. In 1920 the mayor cut a ribbon there. Gulls eat bread.",
    "museum": "The museum of the harbour is old. Ann Lee runs it.",
}
Ask = Callable[..., Reply]


@pytest.fixture
def ask(fill: Callable[..., Store], encoder: FakeEncoder) -> Ask:
    """Asks an engine with a reader."""

    def ask(question: str, reader: FakeReader | None, confidence: Confidence = READ, *, read: bool = True) -> Reply:
        return Engine(fill(TEXTS).open(), encoder, confidence, reader=reader).ask(question, read=read)

    return ask


def test_the_sentence_with_the_words_that_answer_is_quoted(ask: Ask) -> None:
    reply = ask("When did the harbour open?", FakeReader(**{"1920": 12.0}))
    assert reply.answer is not None
    assert reply.answer.short is not None
    assert "In 1920 the mayor cut a ribbon there." in reply.answer.text
    short, (evidence,) = reply.answer.short, reply.answer.evidence
    assert (short.text, short.document) == ("1920", "harbour")
    assert evidence.quote[short.start - evidence.start : short.end - evidence.start] == "1920"
    assert TEXTS["harbour"][short.start : short.end] == "1920"


def test_a_reader_that_marks_no_words_gives_no_short_answer(ask: Ask) -> None:
    reply = ask("When did the harbour open?", FakeCrossEncoder(**{"1920": 12.0}))
    assert reply.answer is not None
    assert "In 1920 the mayor cut a ribbon there." in reply.answer.text
    assert reply.answer.short is None


def test_the_hit_with_the_answer_comes_first(ask: Ask) -> None:
    assert [hit.passage.document for hit in ask("Who runs harbour ships?", None).hits] == ["harbour", "museum"]
    reply = ask("Who runs harbour ships?", FakeReader(**{"Ann Lee": 12.0}))
    assert [hit.passage.document for hit in reply.hits] == ["museum", "harbour"]
    assert [hit.rank for hit in reply.hits] == [1, 2]
    assert reply.hits[0].signals["read"] > reply.hits[1].signals["read"]
    assert reply.answer is not None
    assert reply.answer.evidence[0].passage == 1


def test_without_reading_nothing_is_short_and_its_own_confidence_holds(ask: Ask) -> None:
    reader = FakeReader(**{"1920": -12.0})
    unread = ask("When did the harbour open?", reader, read=False)
    assert not reader.asked
    assert unread.answer is not None
    assert unread.answer.short is None
    assert unread.confidence > 0.99  # that of UNREAD
    assert ask("When did the harbour open?", None).answer == unread.answer
    assert ask("When did the harbour open?", reader).answer is None  # READ goes by the reader


def test_yes_and_no_have_no_short_answer(ask: Ask) -> None:
    reply = ask("Did the harbour open in 1920?", FakeReader(**{"1920": 12.0}))
    assert reply.answer is not None
    assert reply.answer.short is None


def test_the_reader_sees_title_headings_and_whole_passages(ask: Ask) -> None:
    reader = FakeReader()
    ask("When did the harbour open?", reader)
    inputs, *_ = reader.asked
    assert {each.question for each in inputs} == {"When did the harbour open?"}
    assert {each.text for each in inputs} == set(TEXTS.values())
    assert {each.title for each in inputs} == {"harbour", "museum"}


def test_what_is_only_said_beside_its_neighbours_is_less_likely(ask: Ask) -> None:
    class Confused(FakeReader):
        """Takes the sentence for the answer only where it stands in its passage."""

        def read(self, inputs: Sequence[ReaderInput], *, until_sure: bool = True) -> list[list[Reading]] | None:
            readings = super().read(inputs, until_sure=until_sure)
            if readings is None or until_sure:
                return readings
            return [[replace(reading, score=-9.0) for reading in sentences] for sentences in readings]

    convinced, confused = (
        ask("When did the harbour open?", kind(**{"1920": 12.0}), COMPARED) for kind in (FakeReader, Confused)
    )
    assert convinced.confidence > 0.5 > confused.confidence


def test_a_reader_that_fails_on_what_is_compared_leaves_the_answer_of_the_words(ask: Ask) -> None:
    class FailsThen(FakeReader):
        def read(self, inputs: Sequence[ReaderInput], *, until_sure: bool = True) -> list[list[Reading]] | None:
            return super().read(inputs) if until_sure else None

    reply = ask("When did the harbour open?", FailsThen())
    assert reply.answer == ask("When did the harbour open?", None).answer


def test_a_reader_that_fails_leaves_the_answer_of_the_words(ask: Ask) -> None:
    class Fails(FakeReader):
        def read(self, *_: object, **__: object) -> None:
            return None

    reply = ask("When did the harbour open?", Fails())
    assert reply.answer == ask("When did the harbour open?", None).answer


def test_levels_say_how_sure() -> None:
    confidence = Confidence({}, 0.0, 0.3, sure=0.9, likely=0.6)
    assert [confidence.level(chance) for chance in (0.95, 0.9, 0.7, 0.6, 0.5)] == [
        "sure", "sure", "likely", "likely", "unsure",
    ]  # fmt: skip


def test_a_refusal_says_what_is_missing_and_what_is_near(ask: Ask) -> None:
    reply = ask("When did the harbour crane open?", FakeReader(**{"1920": -12.0}))
    assert reply.abstained is not None
    assert reply.abstained.code == "low_confidence"
    assert reply.abstained.missing == ("crane",)
    assert "“crane”" in reply.abstained.message
    near = reply.abstained.nearest
    assert near is not None
    assert TEXTS[near.document][near.start : near.end] == near.quote


def test_a_request_for_a_summary_is_told_so(ask: Ask) -> None:
    reply = ask("Summarise the whole document about the harbour", FakeReader(**{"1920": 12.0}))
    assert reply.answer is None
    assert reply.abstained is not None
    assert reply.abstained.code == "out_of_scope"
    assert reply.hits


def test_what_a_short_form_stands_for_is_the_short_answer(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    text = "The Harbour Rescue Council (HRC) meets in May. Ships honour the HRC."
    reply = Engine(fill({"a": text}).open(), encoder, UNREAD).ask("What does HRC stand for?")
    assert reply.answer is not None
    assert reply.answer.short is not None
    assert reply.answer.short.text == "Harbour Rescue Council"
    assert text[reply.answer.short.start : reply.answer.short.end] == "Harbour Rescue Council"


def test_a_row_is_given_with_the_header_that_names_its_columns(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    text = "# Fees\n\n| Plan | Fee |\n|---|---|\n| Basic plan | 5 EUR |\n| Pro plan | 15 EUR |\n"
    reader = FakeReader(**{"15 EUR": 12.0})
    reply = Engine(fill({"a": text}).open(), encoder, READ, reader=reader).ask("How much is the pro plan?")
    assert reply.answer is not None
    row, header = reply.answer.evidence
    assert (row.quote, header.quote) == ("| Pro plan | 15 EUR |", "| Plan | Fee |")
    assert text[header.start : header.end] == header.quote
    assert reply.answer.short is not None
    assert reply.answer.short.text == "15 EUR"


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("What are the tickets?", True),
        ("Which papers do I need?", True),
        ("List the partners of the museum", True),
        ("What documents must I bring?", True),
        ("What is the fee?", False),
        ("Which paper do I need?", False),
        ("Who are you?", False),
    ],
)
def test_questions_for_several_things(question: str, several: bool) -> None:
    assert asks_for_several(question) is several


def test_the_reader_sees_no_tags(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    text = (
        "# Hours\n\n<table><tr><th>Gate</th><th>Warden</th></tr>\n<tr><td>North</td><td>Ines Roth</td></tr></table>\n"
    )
    reader = FakeReader()
    engine = Engine(fill({"a": text}).open(), encoder, READ, reader=reader)
    hits = engine.ask("Who is the warden of the north gate?").hits
    inputs, (compared,) = reader.asked
    assert "<" not in compared.text
    for hit, seen in zip(hits, inputs, strict=True):
        assert "<" not in seen.text
        assert len(seen.text) == len(hit.passage.text)
        assert seen.text.replace("|", " ").split() == re.sub("<[^>]*>", " ", hit.passage.text).split()


def test_marks_around_the_words_that_answer_are_left_out(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    text = "The pilot of the harbour is **Ann Lee**. Gulls eat bread."
    reader = FakeReader(**{"**Ann Lee**": 12.0})
    reply = Engine(fill({"a": text}).open(), encoder, READ, reader=reader).ask("Who is the pilot of the harbour?")
    assert reply.answer is not None
    assert reply.answer.short is not None
    assert reply.answer.short.text == "Ann Lee" == text[reply.answer.short.start : reply.answer.short.end]


def test_a_follow_up_is_understood_with_what_was_asked_before(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    engine = Engine(fill(TEXTS).open(), encoder, UNREAD)
    reply = engine.ask("Who runs it?", history=["Is the Museum old?"])
    assert reply.question == "Who runs it?"
    assert reply.understood == "Who runs it (Museum)?"
    assert engine.ask("Who runs it?").understood is None
    with pytest.raises(InputError):
        engine.ask("Who runs it?", history=[" "])
