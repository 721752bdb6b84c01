"""Written answers: what is written, what is struck, and that the quoted answer stands whatever goes wrong."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TypeVar

import pytest

from corpus.errors import OverloadedError, WritingError
from service.answering.answer import Reply, Struck
from service.answering.written.draft import MAX_STATEMENTS, Kept
from service.answering.written.prompt import Message, Piece
from service.runtime.writing.writer import REFUSED, WAITING_PER_SEAT, Writer
from tests.fakes import QUOTE
from tests.language_server import CheckedEngine

T = TypeVar("T")
ENGINE = CheckedEngine("s1")
TRUE, FALSE = "Irakli Beridze leads it [1].", "Its budget is $1.1 billion [1]."
KEPT_TEXT, STRUCK_TEXT = "Irakli Beridze leads it.", "Its budget is $1.1 billion."


class Here:
    """Runs calls at once."""

    async def run(self, call: Callable[[], T]) -> T:
        return call()


class FakeModel:
    """Writes these pieces; then raises, or waits for ever."""

    model = "tiny"

    def __init__(self, *pieces: str, error: Exception | None = None, waits: bool = False, is_cut: bool = False) -> None:
        self.pieces, self.error, self.waits, self.is_cut = pieces, error, waits, is_cut
        self.asked = self.writing = 0
        self.given = 0
        self.has_begun = asyncio.Event()

    async def write(self, messages: Sequence[Message]) -> AsyncGenerator[Piece]:
        self.asked += 1
        self.writing += 1
        self.has_begun.set()
        try:
            for piece in self.pieces:
                self.given += 1
                yield Piece(piece)
            if self.error:
                raise self.error
            if self.waits:
                await asyncio.Event().wait()
            if self.is_cut:
                yield Piece("", is_cut=True)
        finally:
            self.writing -= 1


def write(model: FakeModel, question: str = "Who?", seconds: float = 60.0) -> tuple[Reply, list[Kept | Struck]]:
    emitted: list[Kept | Struck] = []
    quoted = ENGINE.ask(question)
    reply = asyncio.run(Writer(model, seconds=seconds).write(quoted, ENGINE, Here(), emitted.append))
    assert model.writing == 0
    return reply, emitted


def stands(reply: Reply, reason: str) -> bool:
    """Whether the quoted answer came back as it was, for this reason."""
    assert reply.written is not None
    assert reply.answer == ENGINE.ask("Who?").answer
    return reason in reply.written.reason and reply.written.quoted is None


def test_a_supported_answer_takes_the_place_of_the_quoted_one() -> None:
    reply, emitted = write(FakeModel(f"{TRUE} ", f"{FALSE}"))
    assert reply.answer is not None
    assert reply.written is not None
    assert (reply.answer.text, reply.answer.kind) == (f"{KEPT_TEXT} [1]", "generated")
    assert [evidence.quote for evidence in reply.answer.evidence] == [QUOTE]
    assert (reply.written.model, reply.written.reason) == ("tiny", "")
    assert [struck.text for struck in reply.written.struck] == [STRUCK_TEXT]
    assert reply.written.quoted == ENGINE.ask("Who?").answer
    assert [statement.text for statement in emitted] == [KEPT_TEXT, STRUCK_TEXT]


def test_no_model_is_asked_about_a_refused_question() -> None:
    model = FakeModel(TRUE)
    reply, emitted = write(model, "What is the budget?")
    assert (model.asked, emitted) == (0, [])
    assert reply.answer is None
    assert reply.refused == "low_confidence"
    assert reply.written is not None
    assert reply.written.reason == REFUSED


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (FakeModel(), "wrote nothing"),
        (FakeModel(FALSE), "nothing that the language model wrote is supported"),
        (FakeModel("The passages do not answer this."), "found no answer in the passages"),
        (FakeModel(f"{TRUE} ", "More", error=WritingError("it broke off")), "it broke off"),
        (FakeModel(error=OverloadedError("everybody is busy")), "everybody is busy"),
        (FakeModel(f"{TRUE} ", "More", error=RuntimeError("a secret")), "something went wrong inside the service"),
        (FakeModel("Irakli Beridze leads", is_cut=True), "nothing that the language model wrote is supported"),
    ],
)
def test_the_quoted_answer_stands(model: FakeModel, reason: str) -> None:
    reply, _ = write(model)
    assert stands(reply, reason)


def test_a_model_that_takes_too_long() -> None:
    reply, emitted = write(FakeModel(f"{TRUE} ", "More ", waits=True), seconds=0.3)
    assert stands(reply, "took longer than 0.3 seconds")
    assert [statement.text for statement in emitted] == [KEPT_TEXT]


def test_each_statement_is_told_as_soon_as_it_is_checked() -> None:
    async def watch() -> None:
        emitted: list[Kept | Struck] = []
        first = asyncio.Event()

        def emit(statement: Kept | Struck) -> None:
            emitted.append(statement)
            first.set()

        model = FakeModel(f"{TRUE} ", "More ", waits=True)
        work = asyncio.create_task(Writer(model).write(ENGINE.ask("Who?"), ENGINE, Here(), emit))
        async with asyncio.timeout(30):
            await first.wait()
        assert [statement.text for statement in emitted] == [KEPT_TEXT]
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert model.writing == 0

    asyncio.run(watch())


@pytest.mark.parametrize("piece", ["It is {}. ", "word", "word "])
def test_a_model_that_never_ends_is_left(piece: str) -> None:
    model = FakeModel(*(piece.format(number) for number in range(100_000)))
    reply, emitted = write(model)
    assert stands(reply, "nothing that the language model wrote is supported")
    assert len(emitted) <= MAX_STATEMENTS
    assert model.given < 2000


def test_a_model_that_repeats_itself_is_left() -> None:
    model = FakeModel(*[f"{TRUE} "] * 1000)
    reply, _ = write(model)
    assert reply.answer is not None
    assert reply.answer.text == f"{KEPT_TEXT} [1]"
    assert model.given == 3


def test_who_waits_too_long_or_finds_too_many_waiting_gets_the_quoted_answer() -> None:
    async def crowd() -> None:
        model, quoted = FakeModel(waits=True), ENGINE.ask("Who?")
        writer = Writer(model, seats=1, seconds=1.0)
        tasks = [
            asyncio.create_task(writer.write(quoted, ENGINE, Here(), lambda _: None))
            for _ in range(1 + WAITING_PER_SEAT)
        ]
        await model.has_begun.wait()
        reply = await writer.write(quoted, ENGINE, Here(), lambda _: None)
        assert stands(reply, "too many answers are being written")
        assert all(stands(reply, "took longer than 1 seconds") for reply in await asyncio.gather(*tasks))
        assert model.asked <= 2
        assert stands(await writer.write(quoted, ENGINE, Here(), lambda _: None), "took longer than 1 seconds")

    asyncio.run(crowd())
