"""What became of the files of a source: read, left out, or not looked at."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from corpus.documents import Document


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that could not be read, and why."""

    file: str
    reason: str


@dataclass(slots=True)
class ReadingReport:
    """`not_read` counts the files of other formats by suffix; `encodings` names those that are not UTF-8, by file."""

    left_out: list[LeftOut] = field(default_factory=list)
    not_read: Counter[str] = field(default_factory=Counter)
    encodings: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """The report as the values of its fields, which change no more."""
        return {
            "left_out": tuple(self.left_out),
            "not_read": dict(self.not_read),
            "encodings": dict(self.encodings),
        }

    def lines(self) -> Iterator[str]:
        """The report for people; nothing where every file was read as it stands."""
        if self.left_out:
            yield f"{len(self.left_out)} {'file' if len(self.left_out) == 1 else 'files'} left out:"
            yield from (f"  {left.file}: {left.reason}" for left in self.left_out)
        if self.not_read:
            yield "not read: " + ", ".join(f"{suffix} ({count})" for suffix, count in sorted(self.not_read.items()))
        yield from (f"read as {encoding}: {file}" for file, encoding in sorted(self.encodings.items()))


class Reading(Iterator[Document]):
    """The documents of a source, one after another. Its report is complete when the last one has come."""

    def __init__(self, documents: Iterator[Document], report: ReadingReport | None = None) -> None:
        self._documents = documents
        self.report = report or ReadingReport()

    def __next__(self) -> Document:
        return next(self._documents)
