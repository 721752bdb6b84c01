"""The power is lost at any instant: the old state or the new one, and what was done stays done."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from corpus.errors import CentreQAError
from index.snapshots.store import Store
from tests.torture.conftest import Tally
from tests.torture.rig.calls import watched
from tests.torture.rig.disk import NOTHING, Disk, Event, Loss, Recorder, Synced, losses
from tests.torture.rig.operations import STEPS, Mended, Torn, require_old_or_new

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
SHORT = 40  # prefixes in the short mode


@dataclass(frozen=True, slots=True)
class Recording:
    """All steps one after another; `ends` are the numbers of events after each."""

    events: Sequence[Event]
    ends: Sequence[int]

    def step(self, prefix: int) -> int:
        """The step that is being done after so many events, or was just done."""
        return next(number for number, end in enumerate(self.ends) if prefix <= end)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    root = tmp_path_factory.mktemp("recorded")
    recorder, ends = Recorder(root), []
    with watched(root, after=recorder):
        for step in STEPS:
            step.run(Store(root / "var"))
            ends.append(len(recorder.events))
    again = tmp_path_factory.mktemp("again")
    Disk(recorder.events).lay(again, NOTHING)
    assert contents(again) == contents(root)  # nothing was missed
    return Recording(recorder.events, ends)


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


def test_without_one_fsync(machine: Machine, random: Random, tally: Tally, is_long: bool) -> None:
    """One fsync is left out: that is noticed, unless it costs no more than encoding again."""
    recording = machine.recording
    synced = [number for number, event in enumerate(recording.events) if isinstance(event, Synced)]
    for number in synced if is_long else random.sample(synced, 8):
        event = recording.events[number]
        tally.tries += 1
        same = [other for other in synced if recording.events[other] == event and other != number]
        assert (
            turns_red(machine, random, [number])
            or turns_red(machine, random, [number, *same])  # it was put on the disk twice
            or is_checkpoint(event)
        ), event
        tally.survivors += 1


def is_checkpoint(event: Event) -> bool:
    """Without it a build begins anew after the power was lost."""
    return isinstance(event, Synced) and (".partial.json-" in event.what or ".building-" in event.what)


def turns_red(machine: Machine, random: Random, left_out: Sequence[int]) -> bool:
    """Whether a power loss tears something where these events, which put one thing on the disk, are left out.

    What is lost is missed once its name is on the disk. So the power is lost after each event that puts names there,
    until the next one that puts the same on the disk.
    """
    recording = machine.recording
    events = [Synced(-1, "") if number in left_out else event for number, event in enumerate(recording.events)]
    first = left_out[0] + 1
    end = recording.ends[recording.step(first)]
    last = next((n for n in range(first, end) if events[n] == recording.events[left_out[0]]), end)
    named = [n + 1 for n in range(first, last) if isinstance(event := events[n], Synced) and event.names]
    for prefix in dict.fromkeys([last, *named]):
        for loss in losses(random)[:-2]:
            try:
                machine.lose_power(prefix, loss, events)
            except (CentreQAError, Torn):
                return True
    return False
