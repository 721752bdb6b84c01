"""The best sentences of all hits are read side by side, and may then change places."""

from collections.abc import Callable, Sequence

from index.snapshots.store import Store
from service.answering.answer import Reply
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from service.answering.reader.spans import ReaderInput, Reading
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

ALWAYS = Confidence({}, 30.0, 0.5)
TEXTS = {
    "north": "The harbour opened to ships in 1920. Gulls eat bread.",
    "south": "The harbour opened to yachts in 1954. Ann Lee runs it.",
}


class Compares(FakeReader):
    """Finds other words where it sees sentences of several passages, or of one, side by side."""

    def __init__(self, alone: dict[str, float], compared: dict[str, float]) -> None:
        super().__init__(**alone)
        self.compared = compared
        self.seen: list[ReaderInput] = []

    def read(self, inputs: Sequence[ReaderInput], *, until_sure: bool = True) -> list[list[Reading]] | None:
        if until_sure or len(inputs[0].sentences) < 2:
            return super().read(inputs, until_sure=until_sure)
        self.seen += inputs
        return FakeReader(**self.compared).read(inputs, until_sure=until_sure)


def ask(fill: Callable[..., Store], encoder: FakeEncoder, reader: FakeReader) -> Reply:
    return Engine(fill(TEXTS).open(), encoder, ALWAYS, reader=reader).ask("When did the harbour open?")


def test_what_answers_better_beside_the_others_is_quoted(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    marks = {"1920": 9.0, "1954": 11.0}
    as_read = ask(fill, encoder, Compares(marks, marks))
    swapped = ask(fill, encoder, Compares(marks, {"1920": -8.0, "1954": 12.0}))
    assert as_read.answer is not None
    assert swapped.answer is not None
    assert (as_read.answer.evidence[0].document, swapped.answer.evidence[0].document) == ("north", "south")


def test_what_is_clearly_the_best_stays_the_best(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    reply = ask(fill, encoder, Compares({"1920": 20.0}, {"1954": 3.0}))
    assert reply.answer is not None
    assert reply.answer.evidence[0].document == "north"


def test_what_may_answer_and_was_not_compared_is_read_by_itself(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    texts = {name: f"The harbour of {name} opened to ships." for name in ("Ay", "Bex", "Cadiz", "Deal")}
    reader = FakeReader()
    reply = Engine(fill(texts).open(), encoder, ALWAYS, reader=reader).ask("When did the harbour open?")
    assert reply.answer is None  # no sentence says when, so each may still be the one that is told as nearest
    passages, (together,), (rest,) = reader.asked
    assert len(passages) == 4
    assert [len(read.sentences) for read in (together, rest)] == [3, 1]


def test_which_cell_answers_is_told_where_the_columns_are_named(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    table = "# Fares\n\n| Year | Single | Day |\n|---|---|---|\n| 2023 | 2.60 | 6.80 |\n| 2024 | 2.90 | 7.40 |\n"
    reader = Compares({"2.90": 9.0}, {"7.40": 9.0})
    reply = Engine(fill({"fares": table}).open(), encoder, ALWAYS, reader=reader).ask("What was the day fare of 2024?")
    assert reply.answer is not None
    assert reply.answer.short is not None
    assert reply.answer.short.text == "7.40"
    assert table[reply.answer.short.start : reply.answer.short.end] == "7.40"
    assert "Year: 2024; Single: 2.90; Day: 7.40" in reader.seen[0].text


def test_what_is_compared_stands_in_lines_below_what_tells_it_apart(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    reader = Compares({"1920": 9.0, "1954": 11.0}, {})
    ask(fill, encoder, reader)
    (seen,) = reader.seen
    assert seen.question == "When did the harbour open?"
    assert seen.title == ""
    assert seen.text == ("north: The harbour opened to ships in 1920.\nsouth: The harbour opened to yachts in 1954.\n")
    assert [seen.text[slice(*span)].split()[-1] for span in seen.sentences] == ["1920.", "1954."]


def test_a_reader_that_fails_there_leaves_the_answer_of_the_words(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    class Fails(Compares):
        def read(self, inputs: Sequence[ReaderInput], *, until_sure: bool = True) -> list[list[Reading]] | None:
            readings = super().read(inputs, until_sure=until_sure)
            return None if self.seen else readings

    reply = ask(fill, encoder, Fails({"1920": 9.0, "1954": 11.0}, {}))
    assert reply.reader_failed
    assert reply.answer is not None
    assert reply.answer.short is None
