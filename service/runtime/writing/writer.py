"""Writes an answer in place of a quoted one, if it can; whatever goes wrong, the quoted answer stands."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

import structlog

from corpus.errors import CentreQAError, WritingError
from service.answering.answer import Reply, Struck, Written
from service.answering.engine import Engine
from service.answering.written.draft import MAX_CHARACTERS, Draft, Kept
from service.answering.written.prompt import Message, Piece, passages_for_model, write_prompt
from service.answering.written.splitting import Splitter, Statement, load_rules

WAITING_PER_SEAT = 4  # questions that wait until the model is free; one more gets the quoted answer at once
NOT_CONFIGURED = "this service has no language model: see CENTREQA_LLM_BASE_URL and CENTREQA_LLM in the README"
REFUSED = "no language model was asked: the texts do not seem to answer the question"
T = TypeVar("T")
Emit = Callable[[Kept | Struck], None]
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Run(Protocol):
    """Runs a call where it holds nobody up, and raises as it does: a `Pool`."""

    async def run(self, call: Callable[[], T]) -> T:
        """The result of the call."""


class LanguageModel(Protocol):
    """What writes."""

    model: str

    def write(self, messages: Sequence[Message]) -> AsyncGenerator[Piece]:
        """What it writes, as it comes; raises WritingError."""


class Writer:
    """Has answers written, as many at a time as there are seats. Used from one event loop."""

    def __init__(
        self,
        model: LanguageModel,
        seats: int = 1,
        seconds: float = 60.0,
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`seconds` is how long an answer may take, waiting for a seat included; `close` ends what the model needs."""
        self._model = model
        self._seats = asyncio.Semaphore(seats)
        self._most_waiting = WAITING_PER_SEAT * seats
        self._waiting = 0
        self._seconds = seconds
        self._close = close

    async def write(self, reply: Reply, engine: Engine, run: Run, emit: Emit) -> Reply:
        """The reply with a written answer, or with the reason why it has none. Raises nothing but CancelledError.

        `emit` is called with each statement once it is checked. Those it was called with may yet not be in the answer:
        where the model fails later, the quoted answer stands.
        """
        if reply.answer is None:
            return replace(reply, written=Written(self._model.model, REFUSED))
        passages = passages_for_model([hit.passage for hit in reply.hits])
        draft = Draft(reply.hits[: len(passages)], engine.support, engine.cite)
        try:
            await self._within_limits(reply.understood or reply.question, draft, run, emit)
            answer, reason = draft.answer(), draft.reason()
        except TimeoutError:
            answer, reason = None, f"the language model took longer than {self._seconds:g} seconds"
        except CentreQAError as error:
            answer, reason = None, str(error)
        except Exception:
            log.exception("unexpected error while an answer was written")
            answer, reason = None, "something went wrong inside the service"
        if answer is None:
            log.warning("no written answer", reason=reason)
            return replace(reply, written=Written(self._model.model, reason, draft.struck))
        written = Written(self._model.model, "", draft.struck, reply.answer)
        return replace(reply, answer=answer, written=written)

    async def close(self) -> None:
        """End what the model needs."""
        if self._close:
            await self._close()

    async def _within_limits(self, question: str, draft: Draft, run: Run, emit: Emit) -> None:
        if self._seats.locked() and self._waiting >= self._most_waiting:
            raise WritingError("too many answers are being written; ask again in a moment")
        async with asyncio.timeout(self._seconds):
            self._waiting += 1
            try:
                await self._seats.acquire()
            finally:
                self._waiting -= 1
            try:
                await self._write(question, draft, run, emit)
            finally:
                self._seats.release()

    async def _write(self, question: str, draft: Draft, run: Run, emit: Emit) -> None:
        """Have the model write, and each statement checked as soon as it is complete."""
        await run.run(load_rules)
        splitter, characters, is_cut = Splitter(), 0, False

        async def check(statements: Sequence[Statement]) -> None:
            for statement in statements:
                if not draft.is_full:
                    emit(await run.run(partial(draft.check, statement)))

        async with aclosing(self._model.write(write_prompt(question, draft.passages))) as pieces:
            async for piece in pieces:
                text = piece.text[: MAX_CHARACTERS - characters]
                characters, is_cut = characters + len(text), piece.is_cut or is_cut
                await check(splitter.take(text))
                if draft.is_full or characters >= MAX_CHARACTERS:
                    is_cut = True
                    break
        await check(splitter.end(is_finished=not is_cut))


def not_configured(reply: Reply) -> Reply:
    """The reply where no language model is configured."""
    return replace(reply, written=Written("", NOT_CONFIGURED))
