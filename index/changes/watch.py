"""A folder that is watched: whenever its files have settled, what changed becomes a new snapshot.

What failed last is kept in the file watch.json under var/, for `python -m index list` and a service to show.
"""

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from corpus.errors import InputError
from index.edits import source_name as name_of
from index.files import replace_file

if TYPE_CHECKING:
    from watchfiles import DefaultFilter

SETTLE_SECONDS = 2.0  # without a change, until files count as settled
LONGEST_SECONDS = 60.0  # that changes may go on until they count as settled
FAILURE = "watch.json"
BUSY = "another build is running"  # how the message begins that says to try again


@dataclass(frozen=True, slots=True)
class Failure:
    """The last rebuild of a watched folder, which failed: the folder, when (ISO 8601 in UTC), and why."""

    folder: str
    at: str
    error: str

    def __str__(self) -> str:
        return f"watching {self.folder}: the rebuild of {self.at[:19]} failed: {self.error}"


def record(var: Path, folder: Path, error: str | None) -> None:
    """Keep why the last rebuild failed; forget it where `error` is None."""
    if error is None:
        (var / FAILURE).unlink(missing_ok=True)
        return
    failure = Failure(name_of(folder), datetime.now(UTC).isoformat(timespec="seconds"), error)
    var.mkdir(parents=True, exist_ok=True)
    replace_file(var / FAILURE, json.dumps(asdict(failure), ensure_ascii=False) + "\n")


def last_failure(var: Path) -> Failure | None:
    """Why the last rebuild of a watched folder failed; None where it did not."""
    try:
        return Failure(**json.loads((var / FAILURE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def require(folder: Path) -> None:
    """Raise InputError where the folder cannot be watched, or the package for that is missing."""
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; name one to watch")
    _ignoring(folder)


def settled(folder: Path, var: Path, seconds: float = SETTLE_SECONDS) -> Iterator[object]:
    """Yields once watching has begun, and then each time that files in the folder have changed and settled.

    No change after the first time is missed, also while nobody waits for the next time. Ends at Ctrl+C.
    """
    ignoring = _ignoring(var)
    from watchfiles import watch

    has_begun = False
    for changes in watch(folder, watch_filter=ignoring, raise_interrupt=False, **_times(seconds)):
        if changes or not has_begun:
            has_begun = True
            yield changes


async def settled_async(folder: Path, var: Path, seconds: float = SETTLE_SECONDS) -> AsyncIterator[object]:
    """As `settled`, for an event loop; ends when it is cancelled."""
    ignoring = _ignoring(var)
    from watchfiles import awatch

    has_begun = False
    async for changes in awatch(folder, watch_filter=ignoring, **_times(seconds)):
        if changes or not has_begun:
            has_begun = True
            yield changes


def rebuild_each_time(
    times: Iterable[object], command: Sequence[str], folder: Path, var: Path, pause: float = SETTLE_SECONDS
) -> None:
    """Run the command each time and record how it ended; while another build runs, try again after `pause` seconds."""
    for _ in times:
        while (error := _run(command)) and error.startswith(BUSY):
            time.sleep(pause)
        record(var, folder, error)
        if error:
            print(f"failed, waiting for the next change: {error}", file=sys.stderr, flush=True)


def _run(command: Sequence[str]) -> str | None:
    """Run the command; returns what it complained about, None where it ended well."""
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if not ended.returncode:
        return None
    complaint = (ended.stderr.strip().splitlines() or [f"ended with status {ended.returncode}"])[-1]
    return complaint.removeprefix("error: ")


class _Times(TypedDict):
    """How long watching waits, in milliseconds, and that it says so when nothing has changed for `rust_timeout`."""

    step: int
    debounce: int
    rust_timeout: int
    yield_on_timeout: bool


def _times(seconds: float) -> _Times:
    """Files settle in so many seconds. Watching has begun when it first says whether something has changed."""
    step = int(1000 * seconds)
    return _Times(step=step, debounce=int(1000 * LONGEST_SECONDS), rust_timeout=step, yield_on_timeout=True)


def _ignoring(folder: Path) -> "DefaultFilter":
    """What is watched: no hidden or temporary files, and nothing in this folder; raises InputError."""
    try:
        from watchfiles import DefaultFilter
    except ImportError as error:
        raise InputError("the package watchfiles is not installed; run pip install -e '.[watch]'") from error
    return DefaultFilter(ignore_paths=[folder.resolve()])
