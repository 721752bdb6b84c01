"""The one reference to the engine in use; it is rebound when another snapshot becomes active."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

from corpus.errors import CentreQAError, NotFoundError, SnapshotError, UnavailableError
from index.machine import give_back_memory
from index.snapshots.store import SnapshotInfo
from index.stores import ServedStore
from service.answering.engine import Engine

OpenEngine = Callable[[ServedStore, str], Engine]
"""Opens the snapshot of this id; raises CentreQAError."""

RETRY_SECONDS = 10.0  # after a snapshot did not open, until it is tried again
RETRY_SHARE = 10  # and so many times as long as trying it took, where that is longer
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class CurrentEngine:
    """Follows the store's CURRENT pointer. A request takes `engine` once and keeps it, whatever becomes active.

    `error` says why the active snapshot is not in use, None where it is; `ready` is set once the first engine is open.
    `opened` counts engines, also those that were opened on a snapshot that another one had been open on.
    """

    def __init__(
        self, store: ServedStore, open_engine: OpenEngine = Engine.open, retry_seconds: float = RETRY_SECONDS
    ) -> None:
        self.store = store
        self.open_engine = open_engine
        self.error: str | None = None
        self.ready = threading.Event()
        self.opened = 0
        self._engine: Engine | None = None
        self._last_tried: str | None = None
        self._retry_seconds = retry_seconds
        self._next_try = 0.0  # on the monotonic clock; before that, only another pointer is a reason to try
        self._reloading = threading.Lock()

    @property
    def engine(self) -> Engine:
        """The engine in use now; raises UnavailableError while there is none, and where its files were changed."""
        engine = self._engine
        if engine is None:
            raise UnavailableError(self.error or "the snapshot is still being opened; try again in a moment")
        engine.require_unchanged()
        return engine

    @property
    def snapshot(self) -> str | None:
        """The id of the snapshot in use; None while there is none."""
        return self._engine.snapshot if self._engine else None

    def reload(self) -> None:
        """Open the active snapshot and use it; where that fails, the error is raised and the old engine stays in use.

        Where there is no old engine, the newest snapshot that opens is used, but none that did not pass its gate.
        Opening takes a while: call this in a thread.
        """
        with self._reloading:
            active, started = None, time.monotonic()
            try:
                active = self._last_tried = self.store.current()
                if active is None:
                    raise UnavailableError("there is no index yet; run `python -m index build`")
                if active != self.snapshot:
                    self._use(active)
            except Exception as error:
                self.error = str(error) if isinstance(error, CentreQAError) else f"{active} could not be opened"
                if self._engine is None and (active or isinstance(error, SnapshotError)):
                    self._fall_back(active)
                ended = time.monotonic()
                self._next_try = ended + max(self._retry_seconds, RETRY_SHARE * (ended - started))
                raise
            finally:
                if self._engine:
                    self.ready.set()
                    give_back_memory()
            self.error = None

    def hand_over(self) -> Engine | None:
        """The engine, to whoever will use it instead: none is in use afterwards."""
        engine, self._engine = self._engine, None
        return engine

    def activate(self, snapshot: str) -> SnapshotInfo:
        """Make a snapshot the active one and use it; where it does not open, the one before is made active again.

        Raises NotFoundError, also where another activation came after it and the snapshot was deleted since.
        """
        try:
            before = self.store.current()
        except SnapshotError:
            before = None
        self.store.activate(snapshot)
        try:
            self.reload()
        except Exception:
            if before is not None:
                self.store.activate(before)
            raise
        if info := next((info for info in self.store.list() if info.id == snapshot), None):
            return info
        raise NotFoundError(f"{snapshot} was active for a moment, and was deleted since; activate another snapshot")

    def follow(self) -> None:
        """Reload where the pointer has changed, the files of the engine were, or the last try is long enough ago.

        Never raises: what does not open is logged, once for each reason.
        """
        before = self.error
        try:
            self._drop_changed()
            if self._is_due():
                self.reload()
        except CentreQAError:
            if self.error != before:
                log.warning("snapshot not opened", error=self.error, in_use=self.snapshot)
        except Exception:
            if self.error != before:
                log.exception("snapshot not opened", in_use=self.snapshot)

    async def watch(self, use: Callable[[str | None, int], Awaitable[None]], seconds: float = 1.0) -> None:
        """Follow the pointer for ever, looking every so many seconds.

        `use` is given the snapshot in use each time, None where there is none any more, and how many were `opened`.
        """
        while True:
            await asyncio.to_thread(self.follow)
            if self.opened:
                await use(self.snapshot, self.opened)
            await asyncio.sleep(seconds)

    def _use(self, snapshot: str) -> None:
        self._engine = self.open_engine(self.store, snapshot)
        self.opened += 1
        log.info("snapshot opened", snapshot=snapshot)

    def _is_due(self) -> bool:
        """Whether the active snapshot is to be opened now."""
        if self._engine is None and self.error is None:
            return True
        try:
            moved = self.store.current() != self._last_tried
        except CentreQAError:
            moved = self.error is None  # `reload` will say why
        return moved or (self.error is not None and time.monotonic() >= self._next_try)

    def _drop_changed(self) -> None:
        """Use no engine any more whose files were changed; what is opened next is compared with its checksums."""
        try:
            if self._engine:
                self._engine.require_unchanged(now=True)
        except SnapshotError as error:
            self._engine, self.error, self._next_try = None, str(error), 0.0
            log.error("snapshot changed while it was in use", error=self.error)

    def _fall_back(self, active: str | None) -> None:
        """Use the newest snapshot that opens, first among those older than the active one, if any does."""
        infos: Sequence[SnapshotInfo] = ()
        with suppress(CentreQAError):
            infos = self.store.list()
        for name in _others(infos, active):
            with suppress(Exception):  # what matters is why the active one does not open, and that is said
                self._use(name)
                return


def _others(infos: Sequence[SnapshotInfo], active: str | None) -> list[str]:
    """The snapshots besides the active one that were not refused by their gate, in the order in which they are tried.

    Newer ones may never have been meant to be active, so those come last. Ids begin with the time.
    """
    ids = [info.id for info in infos]
    newer = ids[: ids.index(active)] if active in ids else [name for name in ids if active and name > active]
    names = [info.id for info in infos if info.passed is not False and info.id != active]
    return sorted(names, key=lambda name: name in newer)
