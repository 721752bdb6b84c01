"""The one reference to the engine in use, and what rebinds it when another snapshot becomes active."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import structlog

from corpus.errors import CentreQAError, UnavailableError
from index.machine import give_back_memory
from index.snapshots.store import SnapshotInfo
from index.stores import ServedStore
from service.answering.engine import Engine

Opener = Callable[[ServedStore, str], Engine]
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Live:
    """Follows the store's CURRENT pointer. Whoever needs an engine takes the reference once, and keeps it.

    `error` says why the last reload failed; `ready` is set from the first engine on.
    """

    def __init__(self, store: ServedStore, open_engine: Opener = Engine.open) -> None:
        self.store = store
        self.error: str | None = None
        self.ready = threading.Event()
        self.open_engine = open_engine
        self._engine: Engine | None = None
        self._tried: str | None = ""
        self._reloading = threading.Lock()

    @property
    def engine(self) -> Engine:
        """The engine in use now; raises UnavailableError while none was ever opened."""
        if self._engine is None:
            raise UnavailableError(self.error or "the snapshot is still being opened; try again in a moment")
        return self._engine

    @property
    def snapshot(self) -> str | None:
        """The id of the snapshot in use, None where there is none."""
        return self._engine.snapshot if self._engine else None

    def reload(self) -> None:
        """Open the active snapshot and rebind; where that fails the old engine stays, and the error is raised.

        Opening takes a while: call it in a thread.
        """
        with self._reloading:
            current = self._tried = self.store.current()
            try:
                if current is None:
                    raise UnavailableError("there is no index yet; run `python -m index build`")
                if current != self.snapshot:
                    self._engine = self.open_engine(self.store, current)
                    log.info("snapshot opened", snapshot=current)
            except Exception as error:
                self.error = str(error) if isinstance(error, CentreQAError) else f"{current} could not be opened"
                raise
            self.error = None
            self.ready.set()
            give_back_memory()

    def give_up(self) -> Engine | None:
        """The engine, which is not kept."""
        engine, self._engine = self._engine, None
        return engine

    def activate(self, snapshot: str) -> SnapshotInfo:
        """Make a snapshot the active one and use it; one that does not open is not left active."""
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
        """Reload where CURRENT changed; a snapshot that does not open is tried once, and logged."""
        try:
            if self.store.current() != self._tried:
                self.reload()
        except CentreQAError as error:
            log.warning("snapshot not opened", error=str(error))
        except Exception:
            log.exception("snapshot not opened")

    async def watch(self, use: Callable[[str], Awaitable[None]], seconds: float = 1.0) -> None:
        """Follow the pointer for ever; `use` is told, again and again, of the snapshot in use."""
        while True:
            await asyncio.to_thread(self.follow)
            if self.snapshot is not None:
                await use(self.snapshot)
            await asyncio.sleep(seconds)
