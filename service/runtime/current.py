"""The one reference to the engine in use; it is rebound when another snapshot becomes active."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import structlog

from corpus.errors import CentreQAError, UnavailableError
from index.machine import give_back_memory
from index.snapshots.store import SnapshotInfo
from index.stores import ServedStore
from service.answering.engine import Engine

OpenEngine = Callable[[ServedStore, str], Engine]
"""Opens the snapshot of this id; raises CentreQAError."""

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class CurrentEngine:
    """Follows the store's CURRENT pointer. A request takes `engine` once and keeps it, whatever becomes active.

    `error` says why the last reload failed, None where it did not; `ready` is set once the first engine is open.
    """

    def __init__(self, store: ServedStore, open_engine: OpenEngine = Engine.open) -> None:
        self.store = store
        self.open_engine = open_engine
        self.error: str | None = None
        self.ready = threading.Event()
        self._engine: Engine | None = None
        self._last_tried: str | None = ""
        self._reloading = threading.Lock()

    @property
    def engine(self) -> Engine:
        """The engine in use now; raises UnavailableError until the first one is open."""
        if self._engine is None:
            raise UnavailableError(self.error or "the snapshot is still being opened; try again in a moment")
        return self._engine

    @property
    def snapshot(self) -> str | None:
        """The id of the snapshot in use; None until the first one is open."""
        return self._engine.snapshot if self._engine else None

    def reload(self) -> None:
        """Open the active snapshot and use it; where that fails, the old engine stays in use and the error is raised.

        Opening takes a while: call this in a thread.
        """
        with self._reloading:
            active = self._last_tried = self.store.current()
            try:
                if active is None:
                    raise UnavailableError("there is no index yet; run `python -m index build`")
                if active != self.snapshot:
                    self._engine = self.open_engine(self.store, active)
                    log.info("snapshot opened", snapshot=active)
            except Exception as error:
                self.error = str(error) if isinstance(error, CentreQAError) else f"{active} could not be opened"
                raise
            self.error = None
            self.ready.set()
            give_back_memory()

    def hand_over(self) -> Engine | None:
        """The engine, to whoever will use it instead: none is in use afterwards."""
        engine, self._engine = self._engine, None
        return engine

    def activate(self, snapshot: str) -> SnapshotInfo:
        """Make a snapshot the active one and use it; where it does not open, the one before is made active again."""
        before = self.store.current()
        self.store.activate(snapshot)
        try:
            self.reload()
        except Exception:
            if before is not None:
                self.store.activate(before)
            raise
        return next(info for info in self.store.list() if info.id == snapshot)

    def follow(self) -> None:
        """Reload where the pointer has changed; a snapshot that does not open is tried once, and logged."""
        try:
            if self.store.current() != self._last_tried:
                self.reload()
        except CentreQAError as error:
            log.warning("snapshot not opened", error=str(error))
        except Exception:
            log.exception("snapshot not opened")

    async def watch(self, use: Callable[[str], Awaitable[None]], seconds: float = 1.0) -> None:
        """Follow the pointer for ever, looking every so many seconds; `use` is given the snapshot in use each time."""
        while True:
            await asyncio.to_thread(self.follow)
            if self.snapshot is not None:
                await use(self.snapshot)
            await asyncio.sleep(seconds)
