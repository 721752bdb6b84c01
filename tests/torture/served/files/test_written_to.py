"""A file of the snapshot in use is written to in place: no reply is wrong or lost, and the service says what is."""

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest

from index.snapshots.manifest import Manifest
from index.snapshots.store import Store
from tests.end_to_end.processes import until
from tests.leases import has_leases
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import Request, clients, places, send_once
from tests.torture.served.rig.services import maps_every_file, maps_without_leases
from tests.torture.served.running import TEXTS, Service, build, serving

pytestmark = [pytest.mark.model, pytest.mark.slow]
ANSWERS = {"Who built the harbour of Lumen?": "Mara Voss", "What do gulls eat in winter?": "bread"}
CLIENTS = 4
TRIES = 20  # until a service that maps has touched what was cut: it did at the first or second


def is_quoted(reply: Mapping[str, Any]) -> bool:
    """Whether a reply has passages, and every text of it stands where it is said to stand."""
    return bool(reply["passages"]) and all(TEXTS[name][start:end] == text for name, start, end, text in places(reply))


def asking(question: str, answer: str) -> Request:
    def is_right(reply: Any) -> bool:
        return is_quoted(reply) and reply["answer"] is not None and answer in reply["answer"]["text"]

    return Request("POST", "/v1/ask", {"question": question}, is_right)


REQUESTS = (
    *(asking(question, answer) for question, answer in ANSWERS.items()),
    *(Request("POST", "/v1/search", {"query": question, "top_k": 50}, is_quoted) for question in ANSWERS),
    Request("GET", "/v1/documents/facts", None, lambda reply: reply["text"] == TEXTS["facts"]),
)


def cut(path: Path) -> None:
    os.truncate(path, 0)


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"X" * path.stat().st_size)


@pytest.fixture(scope="module")
def two(var: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder var/ with another snapshot of the same texts, to fall back to."""
    build(var, tmp_path_factory.mktemp("again") / "texts")
    assert len(Store(var).names()) == 2
    return var


def active(var: Path) -> Path:
    """The folder of the active snapshot."""
    store = Store(var)
    return store.folder(str(store.current()))


def wrong(client: httpx2.Client) -> str | None:
    """What the service says is wrong, None where nothing is; `gone` where there is no service."""
    try:
        detail: str | None = client.get("/readyz").json()["detail"]
    except httpx2.TransportError:
        return "gone"
    return detail


def write_to(
    service: Service, var: Path, name: str, change: Callable[[Path], None], random: Random, tell: bool = True
) -> None:
    """Write to a file while clients ask, put it back, and `tell` the service so, which finds it out by itself as well.

    Raises Torn where a client is not answered well.
    """
    path = active(var) / name
    good = path.read_bytes()
    with service.admin as client, clients(service.port, REQUESTS, CLIENTS, random) as asked:
        until(lambda: len(asked.endings) >= CLIENTS)
        change(path)
        until(lambda: wrong(client) is not None)
        said = wrong(client)
        path.write_bytes(good)
        if said != "gone":
            assert said is not None
            assert name in said
            if tell:
                with suppress(httpx2.TransportError):  # it may end only now: then the clients' replies are lost
                    client.put("/v1/snapshots/active", json={"id": active(var).name}).raise_for_status()
            until(lambda: wrong(client) in (None, "gone"))
    for ending in asked.endings:
        ending.require()
    alone = send_once(service.port, REQUESTS[0])
    alone.require()
    assert alone.status == 200


def files(var: Path) -> Sequence[str]:
    """The files of the active snapshot that hold anything."""
    return [name for name, file in Manifest.read(active(var)).files.items() if file.bytes]


def write_to_each(service: Service, var: Path, tally: Tally, random: Random, is_long: bool) -> None:
    """Write to every file in both ways; in the short mode, to two."""
    every = [(name, change) for name in files(var) for change in (cut, overwrite)]
    for name, change in every if is_long else [("text.bin", cut), *random.sample(every, 1)]:
        tally.tries += 1
        # Only once: a snapshot that did not open is tried again after 10 seconds.
        write_to(service, var, name, change, random, tell=not is_long or tally.tries > 1)
        tally.survivors += 1
    assert service.process.poll() is None


def test_files_that_are_read(two: Path, tmp_path: Path, tally: Tally, random: Random, is_long: bool) -> None:
    """A file of the snapshot in use is cut or overwritten in place while 4 clients ask, and put back."""
    with serving(two, tmp_path / "log") as service:
        write_to_each(service, two, tally, random, is_long)


def test_files_that_are_mapped(two: Path, tmp_path: Path, tally: Tally, random: Random, is_long: bool) -> None:
    """The same, of a snapshot that is mapped into memory: who writes waits for the questions under way."""
    if not has_leases(tmp_path):
        pytest.skip("this file system has no leases")
    with serving(two, tmp_path / "log", maps_every_file) as service:
        write_to_each(service, two, tally, random, is_long)


def cut_again_and_again(service: Service, var: Path, name: str, random: Random) -> None:
    for _ in range(TRIES):
        write_to(service, var, name, cut, random)


def test_without_leases_cut_files_end_a_service_that_maps_them_and_the_next_start_falls_back(
    two: Path, tmp_path: Path, random: Random
) -> None:
    path = active(two) / "text.bin"
    good = path.read_bytes()
    with serving(two, tmp_path / "log", maps_without_leases) as service, pytest.raises(Torn, match="lost"):
        cut_again_and_again(service, two, path.name, random)
    assert service.process.returncode == -signal.SIGBUS
    cut(path)
    with serving(two, tmp_path / "log", maps_every_file) as service, service.admin as client:
        assert f"{path.parent.name}/text.bin" in str(wrong(client))
        assert client.get("/readyz").json()["snapshot"] != path.parent.name
        for request in REQUESTS:
            alone = send_once(service.port, request)
            alone.require()
            assert alone.status == 200
    path.write_bytes(good)
