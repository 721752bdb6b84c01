"""SIGTERM while requests of every kind are in flight: none is lost, none is torn, and the files stay whole."""

import signal
import time
from pathlib import Path
from random import Random

import pytest

from index.snapshots.store import Store
from tests.end_to_end.processes import until
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import clients
from tests.torture.served.questions import REQUESTS
from tests.torture.served.running import KEY, Service, serving

pytestmark = [pytest.mark.model, pytest.mark.slow]
CLIENTS = 12


def interrupt(service: Service, number: signal.Signals, random: Random) -> int:
    """Send the signal while clients ask; returns how many requests were sent before it, all of which ended well."""
    with clients(service.port, REQUESTS, CLIENTS, random, KEY) as asked:
        until(lambda: len(asked.endings) >= CLIENTS)
        time.sleep(random.uniform(0, 1))
        family, signalled = service.family(), time.monotonic()
        service.end(number)
    for ending in asked.endings:
        ending.require(sent_before=signalled)
    until(lambda: not any(Path(f"/proc/{member}").exists() for member in family))
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
