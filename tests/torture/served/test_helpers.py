"""A process that answers is killed while questions are asked: another one is there in a second, and none is lost."""

import os
import signal
import time
from pathlib import Path
from random import Random
from statistics import median

import pytest

from service.runtime.workers.helper_process import LONG_LIFE
from tests.end_to_end.processes import helping, until
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import clients
from tests.torture.served.questions import READING
from tests.torture.served.rig.services import SHORT_LIFE, counts_short_lives_as_long, replaces_late
from tests.torture.served.running import Service, serving

pytestmark = [pytest.mark.model, pytest.mark.slow]
SECONDS = 1.0  # that are promised


def kill(service: Service, times: int, life: float, random: Random, tally: Tally) -> None:
    """Kill a helper so often while 4 clients ask, each after a long `life` in seconds.

    Raises Torn where a reply is lost, or more than half of the helpers are replaced too late: one or another may be,
    where the machine is busy.
    """
    needed = list[float]()
    for _ in range(times):
        tally.tries += 1
        with clients(service.port, READING, 4, random) as asked:
            needed.append(seconds_to_replace(service))
        for ending in asked.endings:
            ending.require()
        assert asked.endings
        tally.survivors += needed[-1] < SECONDS
        time.sleep(life)  # who does not live long is replaced later and later
    if median(needed) >= SECONDS:
        raise Torn(f"replaced too late: half of them after {median(needed):.1f} seconds and more")


def test_killed_helpers(var: Path, tmp_path: Path, tally: Tally, random: Random, is_long: bool) -> None:
    """A helper process is killed while 4 clients ask; another one takes its place in a second, no reply is lost."""
    changed, times, life = (None, 20, LONG_LIFE) if is_long else (counts_short_lives_as_long, 3, SHORT_LIFE)
    with serving(var, tmp_path / "log", changed) as service:
        kill(service, times, life, random, tally)


def test_helpers_that_are_replaced_too_late_are_noticed(var: Path, tmp_path: Path, random: Random) -> None:
    with serving(var, tmp_path / "log", replaces_late) as service, pytest.raises(Torn, match="too late"):
        kill(service, 1, 0, random, Tally())


def seconds_to_replace(service: Service) -> float:
    """Kill a helper, and wait for another one that can be asked."""
    with service.admin as client:
        (before,) = service.helpers()
        os.kill(before, signal.SIGKILL)
        started = time.monotonic()
        until(lambda: helping(client) == 1 and service.helpers() not in ([], [before]))
        return time.monotonic() - started
