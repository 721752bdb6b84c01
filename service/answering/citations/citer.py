"""Citing from one open snapshot, without reading more of a text than what stands around the quote."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Protocol

from corpus.documents import DocumentInfo
from corpus.errors import InputError
from service.answering.citations.citation import AROUND, START, Citation, Offsets, cite

STEP = 4096  # code points between the positions of a document that are remembered in all units
REMEMBERED = 1024  # documents
MAX_QUOTE = 10_000  # code points


class CitedSnapshot(Protocol):
    """What `index.search.ServedSnapshot` has that is needed here."""

    @property
    def id(self) -> str:
        """The snapshot's name."""

    def info(self, document: str) -> DocumentInfo:
        """One document without its text; raises NotFoundError."""

    def excerpt(self, document: str, start: int, end: int) -> str:
        """Code points `start` to `end` of its text, or what there is of them."""


class Citer:
    """Makes citations of one snapshot."""

    def __init__(self, snapshot: CitedSnapshot) -> None:
        self._snapshot = snapshot
        # A method would make a reference cycle, and a snapshot that was replaced would stay in memory.
        self._steps = lru_cache(REMEMBERED)(partial(_steps, snapshot))

    def cite(self, document: str, start: int, end: int) -> Citation:
        """The citation of `[start:end]`; raises NotFoundError, and InputError where that cannot be quoted."""
        length = self._snapshot.info(document).length
        if not 0 <= start < end <= length:
            raise InputError(
                f"{document} has {length} characters, so {start} to {end} is no span of it: "
                f"give a start, and an end after it of at most {length}"
            )
        if end - start > MAX_QUOTE:
            raise InputError(f"{start} to {end} is no quote but a text: cite at most {MAX_QUOTE} characters")
        return self.cite_evidence(document, start, end)

    def cite_evidence(self, document: str, start: int, end: int) -> Citation:
        """As `cite`, for what is quoted anyway, however long it is."""
        info = self._snapshot.info(document)
        step = self._steps(document)[start // STEP]
        # One more on each side tells whether what is cut off ends inside a word.
        first, last = max(0, min(step.code_points, start - AROUND - 1)), end + AROUND + 1
        text = self._snapshot.excerpt(document, first, last)
        before, quote, after = text[: start - first], text[start - first : end - first], text[end - first :]
        return cite(info, self._snapshot.id, before, quote, after, step.after(before[step.code_points - first :]))


def _steps(snapshot: CitedSnapshot, document: str) -> Sequence[Offsets]:
    """Every `STEP`th position of a document in all units, the first being its start."""
    text = snapshot.excerpt(document, 0, snapshot.info(document).length)
    steps = [START]
    for at in range(0, len(text) - STEP + 1, STEP):
        steps.append(steps[-1].after(text[at : at + STEP]))
    return steps
