"""The disk is full or fails at any call: a known error, the old state or the new one, and no debris that grows."""

import errno
import os
import shutil
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from random import Random
from threading import Lock

import pytest

from corpus.errors import CentreQAError, SnapshotError
from index.snapshots.store import Store
from tests.torture.conftest import Tally
from tests.torture.rig.calls import Call, watched
from tests.torture.rig.careless import NeverCleared, RemovedFirst, UnreadIsEmpty, WrittenInPlace
from tests.torture.rig.operations import STEPS, Mended, Torn, require_old_or_new

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
NUMBERS = {step.name: number for number, step in enumerate(STEPS)}
FULL = ("open", "write", "mkdir", "fsync", "msync", "rename", "replace", "link")  # what a full disk refuses
STRIDES = {errno.ENOSPC: 24, errno.EIO: 60}  # in the short mode, from one call that fails to the next


class FailingDisk:
    """Refuses its n-th call, from 1, and with `for_good` all later ones. A full disk refuses only what needs room.

    With `only`, calls of other names do not count.
    """

    def __init__(self, n: int, code: int, *, for_good: bool = False, only: str | None = None) -> None:
        self.n, self.code, self.for_good = n, code, for_good
        self.names = (only,) if only else FULL if code == errno.ENOSPC else None
        self.calls = 0
        self._lock = Lock()  # files are read in several threads

    def __call__(self, call: Call) -> None:
        if self.names and call.name not in self.names:
            return
        with self._lock:
            self.calls += 1
            calls = self.calls
        if calls == self.n or (self.for_good and calls > self.n):
            raise OSError(self.code, os.strerror(self.code), str(call.path))

    @property
    def failed(self) -> bool:
        return self.calls >= self.n


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """For each step a folder var/ in the state that it begins with."""
    root = tmp_path_factory.mktemp("before")
    (root / "0").mkdir()
    for number, step in enumerate(STEPS):
        shutil.copytree(root / str(number), root / str(number + 1))
        step.run(Store(root / str(number + 1)))
    return [root / str(number) for number in range(len(STEPS))]


@pytest.fixture(scope="module")
def mended() -> Mended:
    return Mended()


def run_on(disk: FailingDisk, store: Store, number: int) -> bool:
    """Run a step; returns whether it was done. Raises what is neither the product's error nor the disk's."""
    try:
        with watched(store.root, disk):
            STEPS[number].run(store)
    except (CentreQAError, OSError):
        return False
    return True


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_call_that_fails(
    name: str,
    code: int,
    before: Sequence[Path],
    tmp_path: Path,
    mended: Mended,
    tally: Tally,
    random: Random,
    is_long: bool,
) -> None:
    """A call fails since the disk is full or broken, once or from then on."""
    number, stride = NUMBERS[name], 1 if is_long else STRIDES[code]
    for n in count(1 + random.randrange(stride), stride):
        shutil.rmtree(tmp_path / "var", ignore_errors=True)
        store = Store(Path(shutil.copytree(before[number], tmp_path / "var")))
        for_good = random.random() < 0.5
        tally.tries += 1
        for _ in range(3):
            disk = FailingDisk(n, code, for_good=for_good)
            if done := run_on(disk, store, number):
                break
        require_old_or_new(store, number, done=done)
        require_no_growth(store)
        mended.require(store, STEPS[number].texts)
        tally.survivors += 1
        if not disk.failed:
            break


def require_no_growth(store: Store) -> None:
    """At most two folders wait for the next build: one that took over from the other, and the other."""
    if len(left := list(store.root.glob("snapshots/.*"))) > 2 or len(list(store.root.glob(".*"))) > 1:
        raise Torn(f"left {left}")


def test_a_pointer_that_is_written_in_place_is_lost(before: Sequence[Path], tmp_path: Path) -> None:
    store = WrittenInPlace(Path(shutil.copytree(before[NUMBERS["activate"]], tmp_path / "var")))
    assert not run_on(FailingDisk(2, errno.ENOSPC, for_good=True), store, NUMBERS["activate"])
    with pytest.raises(SnapshotError, match="CURRENT: is empty"):
        require_old_or_new(store, NUMBERS["activate"], done=False)


@pytest.mark.parametrize(
    ("kind", "name", "call", "for_good"),
    [
        (WrittenInPlace, "activate", "write", True),  # else it is written when the file is closed
        (RemovedFirst, "activate", "fsync", False),
        (UnreadIsEmpty, "remove", "read", False),
    ],
)
def test_without_its_protection_a_broken_disk_tears_a_step(
    kind: type[Store], name: str, call: str, for_good: bool, before: Sequence[Path], tmp_path: Path
) -> None:
    number, counted = NUMBERS[name], FailingDisk(sys.maxsize, errno.EIO, only=call)
    assert run_on(counted, kind(Path(shutil.copytree(before[number], tmp_path / "counted"))), number)
    for n in range(counted.calls, 0, -1):
        store = kind(Path(shutil.copytree(before[number], tmp_path / str(n))))
        done = run_on(FailingDisk(n, errno.EIO, for_good=for_good, only=call), store, number)
        try:
            require_old_or_new(store, number, done=done)
        except (Torn, SnapshotError):
            return
    pytest.fail(f"no {call} that failed tore it")


def test_debris_that_is_never_cleared_grows(before: Sequence[Path], tmp_path: Path) -> None:
    store = NeverCleared(Path(shutil.copytree(before[NUMBERS["add"]], tmp_path / "var")))
    for _ in range(3):
        run_on(FailingDisk(20, errno.ENOSPC, for_good=True), store, NUMBERS["add"])
    with pytest.raises(Torn):
        require_no_growth(store)
