"""Reading one file that others may move, exchange or write to at the same time."""

import os
import stat
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import CorpusError
from corpus.reading.names import show

STEP = 20_000_000  # nanoseconds: the clock that files are stamped by goes in steps of up to 10 milliseconds


@dataclass(frozen=True, slots=True)
class FileContent:
    """The bytes of a file, and the day of its last change as YYYY-MM-DD, empty where that is no day."""

    data: bytes
    modified: str


def read_source_file(path: Path, folder: Path | None, max_bytes: int) -> FileContent:
    """A regular file of at most `max_bytes`, below `folder` where one is given; raises CorpusError.

    What was a file when the folder was listed may be something else by now: a link that leads out of it, a pipe that
    nobody writes to, a log that grows.
    """
    try:
        real = Path(os.path.realpath(path, strict=True))
        if folder and not real.is_relative_to(os.path.realpath(folder)):
            raise CorpusError(f"{show(path)} is a link out of {show(folder)}: copy what it names, or remove it")
        # Opening a pipe would wait for somebody to write to it.
        opened = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            before = _at_rest(opened)
            if not stat.S_ISREG(before.st_mode):
                raise CorpusError(f"{show(path)} is not a regular file: remove it")
            if before.st_size > max_bytes:
                raise CorpusError(
                    f"{show(path)} has {before.st_size} bytes, more than {max_bytes}: split it into smaller files"
                )
            is_at_rest = not _just_changed(before)
            with os.fdopen(opened, "rb", closefd=False) as file:
                data = file.read(max_bytes + 1)
            after = os.fstat(opened)
        finally:
            os.close(opened)
    except OSError as error:
        raise CorpusError(f"{show(path)} cannot be read ({error.strerror}): check its permissions") from None
    if not is_at_rest or len(data) != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
        raise CorpusError(f"{show(path)} changed while it was read: build again when nothing writes to it")
    return FileContent(data, _day(before.st_mtime))


def _at_rest(opened: int) -> os.stat_result:
    """What an open file is; one that just changed is given a moment, since its next change may have the same time."""
    found = os.fstat(opened)
    if _just_changed(found):
        time.sleep(STEP / 1e9)
        found = os.fstat(opened)
    return found


def _just_changed(file: os.stat_result) -> bool:
    """Whether a change now may have the time of the last one."""
    return 0 <= time.time_ns() - file.st_mtime_ns < STEP


def _day(seconds: float) -> str:
    """The day of a time since 1970, as YYYY-MM-DD; empty where the calendar has none."""
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
