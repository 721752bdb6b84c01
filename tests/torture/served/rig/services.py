"""Services that lack one protection each: with them, the tests of services must fail.

Each function is called in the process of a service before that begins; see `tests.torture.served.running.serving`.
"""

import asyncio
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from index.snapshots.manifest import MANIFEST
from index.snapshots.store import SnapshotInfo, Store
from service.runtime.rebuild_process import Ending
from service.runtime.workers.helper_process import HelperProcess

SHORT_LIFE = 1.0  # seconds
LEFT = "left"  # a file in var/ with the id of a process that nobody ends
PAUSE = 2.0  # seconds before a process is replaced
TORN = "99990101T000000-aaaaaa"
patch = pytest.MonkeyPatch()


def counts_short_lives_as_long() -> None:
    """Lacks nothing: each helper process that has lived a second is replaced at once, so that a test need not wait."""
    patch.setattr("service.runtime.workers.helper_process.LONG_LIFE", SHORT_LIFE)


def maps_every_file() -> None:
    """Maps the files of each snapshot into memory, as only those of a large one are."""
    patch.setattr("index.snapshots.snapshot.IN_MEMORY", 0)


def maps_without_leases() -> None:
    """Maps the files of each snapshot into memory, and holds nobody off who would write to them."""
    maps_every_file()
    patch.setattr("index.snapshots.leases.SHARE", 1 << 30)  # no process may open so many files


def replaces_late() -> None:
    """Lets some time pass before it replaces a helper process, the first one too."""

    class Late(HelperProcess):
        async def open(self, snapshot: str | None, opened: int = 1) -> None:
            if self.gone:
                await asyncio.sleep(PAUSE)
            await super().open(snapshot, opened)

    patch.setattr("service.runtime.workers.helper_process.HelperProcess", Late)


def does_not_follow() -> None:
    """Writes down what is to be active, and goes on with what it has."""
    from service.runtime.current import CurrentEngine

    follow = CurrentEngine.follow

    def follow_once(current: CurrentEngine) -> None:
        if current.snapshot is None:
            follow(current)

    def activate(current: CurrentEngine, snapshot: str) -> SnapshotInfo:
        current.store.activate(snapshot)
        return next(info for info in current.store.list() if info.id == snapshot)

    patch.setattr(CurrentEngine, "follow", follow_once)
    patch.setattr(CurrentEngine, "activate", activate)


def hears_no_signal() -> None:
    """Goes on as if nobody had told it to end."""
    patch.setattr("uvicorn.Server.handle_exit", lambda *arguments: None)


def leaves_children() -> None:
    """Does not end the process of a job with itself."""

    def start(var: Path) -> "subprocess.Popen[bytes]":
        nowhere = subprocess.DEVNULL
        child = subprocess.Popen(["sleep", "300"], stdin=nowhere, stdout=nowhere, stderr=nowhere)
        (var / LEFT).write_text(str(child.pid))
        return child

    async def run_child(command: Sequence[str], *arguments: object) -> Ending:
        child = start(Path(command[command.index("--var") + 1]))
        while child.poll() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return Ending(1, "it was no build")

    patch.setattr("service.runtime.rebuild.run_child", run_child)


def keeps_folders() -> None:
    """Deletes no folder of a job."""
    patch.setattr(shutil, "rmtree", lambda *arguments, **options: None)


def tears_snapshots() -> None:
    """Writes a snapshot under its own name, and never comes to its end."""

    async def run_child(command: Sequence[str], *arguments: object) -> Ending:
        store = Store(Path(command[command.index("--var") + 1]))
        whole = store.folder(str(store.current()))
        torn = whole.with_name(TORN)
        torn.mkdir()
        shutil.copy(whole / MANIFEST, torn)
        await asyncio.sleep(3600)
        return Ending(1, "it was no build")

    patch.setattr("service.runtime.rebuild.run_child", run_child)


def does_not_count() -> None:
    """Parses a body however many values it holds."""
    patch.setattr("service.schemas.bodies.holds_more", lambda body, most: False)


def believes_that_all_is_json() -> None:
    """Takes what is no JSON for a fault of its own."""
    from service.schemas.bodies import BodyError
    from service.schemas.bodies import read_body as read

    def read_body(adapter: TypeAdapter[object], body: bytes, most: int) -> object:
        try:
            return read(adapter, body, most)
        except BodyError as error:
            if error.problem.status == 400:
                raise ValueError("that was no JSON") from error
            raise

    patch.setattr("service.web.guard.read_body", read_body)
