"""SIGTERM while requests of every kind are in flight: none is lost, none is torn, and the files stay whole."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from subprocess import TimeoutExpired

import pytest

from corpus.errors import SnapshotError
from index.snapshots.store import Store
from tests.end_to_end.processes import until
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import clients
from tests.torture.served.questions import REQUESTS
from tests.torture.served.rig.services import (
    LEFT,
    TORN,
    hears_no_signal,
    keeps_folders,
    leaves_children,
    tears_snapshots,
)
from tests.torture.served.running import GRACE, KEY, Service, serving

pytestmark = [pytest.mark.model, pytest.mark.slow]
CLIENTS = 12
OUTLIVED = 60.0  # seconds after which nothing may be left of a service that has ended, far longer than that takes


def interrupt(
    service: Service, number: signal.Signals, random: Random, grace: float = GRACE, outlived: float = OUTLIVED
) -> int:
    """Send the signal while clients ask; returns how many requests were sent before it, all of which ended well.

    Raises Torn where one did not, or one of its processes lives on, and TimeoutExpired where it does not end in time.
    """
    with clients(service.port, REQUESTS, CLIENTS, random, KEY) as asked:
        until(lambda: len(asked.endings) >= CLIENTS)
        time.sleep(random.uniform(0, 1))
        family, signalled = service.family(), time.monotonic()
        service.end(number, grace)
    for ending in asked.endings:
        ending.require(sent_before=signalled)
    end = time.monotonic() + outlived
    while left := [member for member in family if Path(f"/proc/{member}").exists()]:
        time.sleep(0.1)
        if time.monotonic() > end:
            raise Torn(f"{len(left)} processes have outlived the service")
    return sum(ending.sent < signalled for ending in asked.endings)


def require_whole(var: Path) -> None:
    """Raise Torn, or what the product raises, where the files are not as a service should leave them."""
    store = Store(var)
    for name in store.names():
        store.verify(name)
    if store.current() is None or any((var / "jobs").iterdir()):
        raise Torn("no snapshot is active, or a job left what it was sent")
    store.prune(3)


def test_sigterm(var: Path, tmp_path: Path, tally: Tally, random: Random, is_long: bool) -> None:
    """The service is told to end (SIGTERM) while 12 clients ask, add documents and read."""
    for _ in range(200 if is_long else 2):
        tally.tries += 1
        with serving(var, tmp_path / "log") as service:
            assert interrupt(service, signal.SIGTERM, random) >= CLIENTS
            assert service.complaints() == []
        require_whole(var)
        tally.survivors += 1


def test_a_service_that_is_killed_loses_replies(var: Path, tmp_path: Path, random: Random) -> None:
    with serving(var, tmp_path / "log") as service, pytest.raises(Torn, match="lost"):
        interrupt(service, signal.SIGKILL, random)


def test_a_service_that_hears_no_signal_is_noticed(var: Path, tmp_path: Path, random: Random, is_long: bool) -> None:
    with serving(var, tmp_path / "log", hears_no_signal) as service, service.admin as client:
        with pytest.raises(TimeoutExpired):
            interrupt(service, signal.SIGTERM, random, grace=GRACE if is_long else 1)
        assert client.get("/readyz").status_code == 200  # it has not even begun to end


@pytest.mark.usefixtures("in_long_mode_only")
def test_a_process_that_outlives_the_service_is_noticed(var: Path, tmp_path: Path, random: Random) -> None:
    with serving(var, tmp_path / "log", leaves_children) as service, pytest.raises(Torn, match="outlived"):
        interrupt(service, signal.SIGTERM, random, outlived=2)
    os.kill(int((var / LEFT).read_text()), signal.SIGKILL)  # it is still there


@pytest.mark.usefixtures("in_long_mode_only")
@pytest.mark.parametrize(("changed", "left"), [(keeps_folders, "a job left what"), (tears_snapshots, TORN)])
def test_files_that_are_not_whole_are_noticed(
    changed: Callable[[], None], left: str, built: Path, tmp_path: Path, random: Random
) -> None:
    var = shutil.copytree(built, tmp_path / "var")
    with serving(var, tmp_path / "log", changed) as service:
        interrupt(service, signal.SIGTERM, random)
    with pytest.raises((Torn, SnapshotError), match=left):
        require_whole(var)
