"""A process that answers is killed while questions are asked: another one is there in a second, and none is lost."""

import os
import signal
import time
from pathlib import Path
from random import Random

import pytest

from service.runtime.workers.helper_process import LONG_LIFE
from tests.end_to_end.processes import helping, until
from tests.torture.conftest import Tally
from tests.torture.served.clients import clients
from tests.torture.served.questions import READING
from tests.torture.served.running import Service, serving

pytestmark = [pytest.mark.model, pytest.mark.slow]
SECONDS = 1.0  # that are promised


def test_killed_helpers(var: Path, tmp_path: Path, tally: Tally, is_long: bool) -> None:
    """A helper process is killed while 4 clients ask; another one takes its place in a second, no reply is lost."""
    with serving(var, tmp_path / "log", PROCESSES="2") as service:
        for number in range(20 if is_long else 1):
            tally.tries += 1
            with clients(service.port, READING, 4, Random(number)) as asked:
                seconds = seconds_to_replace(service)
            for ending in asked.endings:
                ending.require()
            assert asked.endings
            tally.survivors += seconds < SECONDS
            if is_long:
                time.sleep(LONG_LIFE)  # who does not live long is replaced later and later


def test_a_helper_that_is_replaced_too_late_is_noticed(var: Path, tmp_path: Path) -> None:
    with serving(var, tmp_path / "log", PROCESSES="2") as service:
        seconds_to_replace(service)
        assert seconds_to_replace(service) > SECONDS  # a second one at once has to wait


def seconds_to_replace(service: Service) -> float:
    """Kill a helper, and wait for another one that can be asked."""
    with service.admin as client:
        (before,) = service.helpers()
        os.kill(before, signal.SIGKILL)
        started = time.monotonic()
        until(lambda: helping(client) == 1 and service.helpers() not in ([], [before]))
        return time.monotonic() - started
