"""Feedback that waits to become questions: one JSON object a line, in a folder that only this user can read."""

import errno
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path

from filelock import FileLock

from corpus.errors import FullError, UnavailableError
from index.files import replace_file, sync

FOLDER, WAITING = "feedback", "waiting.jsonl"  # under var, and in that folder
MOST_BYTES = 16 * 1024**2
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Quote:
    """Where an answer stands: `document.text[start:end] == quote`."""

    document: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody said of a reply; `received` is ISO 8601 in UTC.

    `evidence` is where the right answer stands, as they say. `answered` is what the reply quoted, none where it is not
    known; `refused` says whether it was a refusal, `filtered` whether only some documents were asked. `snapshot` is the
    one that the evidence was compared with, or that replied.
    """

    id: str
    received: str
    question: str
    right: bool
    snapshot: str
    comment: str = ""
    evidence: tuple[Quote, ...] = ()
    answered: tuple[Quote, ...] = ()
    refused: bool = False
    filtered: bool = False

    @property
    def gold(self) -> tuple[Quote, ...]:
        """Where the right answer stands: as it was said, or what was quoted by a reply that was right."""
        return self.evidence or (self.answered if self.right else ())

    @property
    def unanswerable(self) -> bool:
        """Whether the text does not answer: a refusal was right."""
        return self.right and self.refused


class WaitingFeedback:
    """The file of what waits. Several threads and processes may use it at the same time."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path = folder / WAITING
        self._most_bytes = most_bytes
        self._lock = FileLock(folder / "lock")

    def add(self, feedback: Feedback) -> None:
        """Keep it, on the disk when this returns; raises FullError, UnavailableError, and leaves the file as it was."""
        line = json.dumps(asdict(feedback), ensure_ascii=False).encode() + b"\n"
        try:
            with self.alone():
                is_new = not self._path.exists()
                descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
                with FileIO(descriptor, "r+") as file:
                    self._append(file, line)
                if is_new:
                    sync(self._path.parent)
                    sync(self._path.parent.parent)
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise FullError("the disk is full, and nothing was kept; make room, then send it again") from None
            raise UnavailableError(f"{self._path}: cannot be written ({error.strerror}); check permissions") from None

    def _append(self, file: FileIO, line: bytes) -> None:
        end = _end_of_lines(file)
        if end + len(line) > self._most_bytes:
            raise FullError(
                f"feedback fills its {self._most_bytes} bytes, and this was not kept: "
                "run `python -m eval adopt`, or raise CENTREQA_MAX_FEEDBACK"
            )
        file.seek(end)  # over a line that power was lost on: nobody was told that it is kept
        try:
            if file.write(line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise

    def read(self) -> tuple[Feedback, ...]:
        """All that waits, oldest first; raises UnavailableError."""
        return tuple(_parse(line, f"{self._path}:{number}") for number, line in enumerate(self._lines(), 1))

    def remove(self, ids: Collection[str]) -> None:
        """Take these out of the file; raises UnavailableError."""
        with self.alone():
            waiting = zip(self._lines(), self.read(), strict=True)
            left = [f"{line}\n" for line, feedback in waiting if feedback.id not in ids]
            replace_file(self._path, "".join(left))
            self._path.chmod(0o600)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else changes what is in the folder meanwhile."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock:
            yield

    def _lines(self) -> list[str]:
        """The lines that were written to their ends."""
        try:
            return self._path.read_bytes().decode("utf-8", "replace").split("\n")[:-1]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UnavailableError(f"{self._path}: cannot be read ({error.strerror}); check permissions") from None


def _end_of_lines(file: FileIO) -> int:
    """How many bytes the lines have that were written to their ends."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 1))
    if file.read(1) in (b"", b"\n"):
        return size
    file.seek(0)
    return file.readall().rfind(b"\n") + 1


def _parse(line: str, where: str) -> Feedback:
    try:
        values = json.loads(line)
        quotes = {name: tuple(Quote(**quote) for quote in values[name]) for name in ("evidence", "answered")}
        return Feedback(**{**values, **quotes})
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UnavailableError(f"{where}: is no feedback of this version; mend the line or delete it") from None
