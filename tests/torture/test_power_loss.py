"""The power is lost at any instant: the old state or the new one, and what was done stays done."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from corpus.errors import CentreQAError
from index.snapshots.store import Store
from index.storage.vector_writer import VectorWriter
from tests.torture.conftest import Tally
from tests.torture.rig.calls import watched
from tests.torture.rig.disk import NOTHING, Disk, Event, Loss, Recorder, Synced, losses
from tests.torture.rig.operations import STEPS, Mended, Torn, require_old_or_new

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
SHORT = 40  # prefixes in the short mode


@dataclass(frozen=True, slots=True)
class Recording:
    """All steps one after another; `ends` are the numbers of events after each.

    `checkpoints` are the numbers of those events that put on the disk what is encoded, before all of it is.
    """

    events: Sequence[Event]
    ends: Sequence[int]
    checkpoints: Collection[int]

    def without(self, left_out: Collection[int]) -> Sequence[Event]:
        """The same events, but those of these numbers put nothing on the disk."""
        return [Synced(-1, "") if number in left_out else event for number, event in enumerate(self.events)]

    def step(self, prefix: int) -> int:
        """The step that is being done after so many events, or was just done."""
        return next(number for number, end in enumerate(self.ends) if prefix <= end)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    root = tmp_path_factory.mktemp("recorded")
    recorder, ends, checkpoints = Recorder(root), list[int](), set[int]()
    with watched(root, after=recorder), noticed_checkpoints(recorder.events, checkpoints):
        for step in STEPS:
            step.run(Store(root / "var"))
            ends.append(len(recorder.events))
    again = tmp_path_factory.mktemp("again")
    Disk(recorder.events).lay(again, NOTHING)
    assert contents(again) == contents(root)  # nothing was missed
    return Recording(recorder.events, ends, checkpoints)


@contextmanager
def noticed_checkpoints(events: Sequence[Event], numbers: set[int]) -> Iterator[None]:
    """Adds the numbers of all events that put something on the disk while vectors are written.

    That is for checkpoints alone. `Store.publish` puts all files on the disk again, however far they are.
    """
    write = VectorWriter.write

    def noticed(writer: VectorWriter, *arguments: Any) -> int:
        first = len(events)
        reused = write(writer, *arguments)
        numbers.update(n for n in range(first, len(events)) if isinstance(events[n], Synced))
        return reused

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(VectorWriter, "write", noticed)
        yield


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


class Machine:
    """Starts again after the power was lost."""

    def __init__(self, root: Path, recording: Recording) -> None:
        self.recording = recording
        self._root = root
        self._mended = Mended()

    def lose_power(self, prefix: int, loss: Loss, events: Sequence[Event] | None = None) -> None:
        """Lose it after so many of the events; raises what `require_old_or_new` and `Mended.require` raise."""
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir()
        number = self.recording.step(prefix)
        Disk((events or self.recording.events)[:prefix]).lay(self._root, loss)
        store = Store(self._root / "var")
        require_old_or_new(store, number, done=prefix == self.recording.ends[number])
        self._mended.require(store, STEPS[number].texts)


@pytest.fixture
def machine(tmp_path: Path, recording: Recording) -> Machine:
    return Machine(tmp_path / "root", recording)


def test_power_loss(machine: Machine, tally: Tally, random: Random, is_long: bool) -> None:
    """The power is lost after any event, and any part of what was not yet on the disk."""
    recording = machine.recording
    prefixes = range(len(recording.events) + 1)
    assert len(prefixes) > 500
    for prefix in prefixes if is_long else sorted({*recording.ends, *random.sample(prefixes, SHORT)}):
        for loss in losses(random) if is_long else random.sample(losses(random), 2):
            tally.tries += 1
            try:
                machine.lose_power(prefix, loss)
            except (CentreQAError, Torn) as error:
                raise AssertionError(f"{loss.name} lost after {prefix}: {recording.events[:prefix][-3:]}") from error
            tally.survivors += 1


def test_checkpoints_that_are_not_on_the_disk(machine: Machine, tally: Tally, random: Random, is_long: bool) -> None:
    """The power is lost, and nothing that was encoded was put on the disk before its snapshot was published."""
    recording = machine.recording
    events = recording.without(recording.checkpoints)
    prefixes = range(min(recording.checkpoints), len(events) + 1)
    for prefix in prefixes if is_long else sorted({*recording.ends, *random.sample(prefixes, SHORT // 4)}):
        for loss in random.sample(losses(random)[:-1], 1):
            tally.tries += 1
            machine.lose_power(prefix, loss, events)
            tally.survivors += 1


def test_without_one_fsync(machine: Machine, random: Random, tally: Tally, is_long: bool) -> None:
    """One fsync is left out: that is noticed, unless it costs no more than encoding again."""
    recording = machine.recording
    synced = {number for number, event in enumerate(recording.events) if isinstance(event, Synced)}
    needed = sorted(synced - set(recording.checkpoints))
    for number in needed if is_long else random.sample(needed, 12):
        tally.tries += 1
        assert turns_red(machine, random, number), recording.events[number]
        tally.survivors += 1


def turns_red(machine: Machine, random: Random, left_out: int) -> bool:
    """Whether a power loss tears something where this event, which puts something on the disk, is left out.

    Those for checkpoints are left out too: they put files on the disk that `Store.publish` puts there again.

    What is lost is missed once its name is on the disk. So the power is lost after each event that puts names there,
    until the next one that puts the same on the disk.
    """
    recording = machine.recording
    events = recording.without({left_out, *recording.checkpoints})
    first = left_out + 1
    end = recording.ends[recording.step(first)]
    last = next((n for n in range(first, end) if events[n] == recording.events[left_out]), end)
    named = [n + 1 for n in range(first, last) if isinstance(event := events[n], Synced) and event.names]
    for prefix in dict.fromkeys([last, *named]):
        for loss in losses(random)[:-2]:
            try:
                machine.lose_power(prefix, loss, events)
            except (CentreQAError, Torn):
                return True
    return False
