"""Everything at the same time, for as long as one likes: `make soak MINUTES=30`.

A real service is asked, by too many now and then, given documents, some of them hostile, activated, rolled back and
pruned, while broken clients and bad bodies come and its helper processes are killed. At the end no reply was wrong,
lost or a mixture of snapshots, nothing was refused but cleanly, and memory, descriptors and disk are where they were.
"""

import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

import httpx2

from index.snapshots.store import Store
from tests.end_to_end.processes import ended_somehow, helping, until
from tests.torture.hostile.makers import TEXTS
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import REFUSED, Ending, Request, answers, clients, places
from tests.torture.served.questions import READING
from tests.torture.served.rig.bodies import DOORS, KINDS, is_clean
from tests.torture.served.rig.broken import connections
from tests.torture.served.running import KEY, Service, build, serving

CLIENTS = 8
WAITING, MANY = 32, 100  # requests that may wait, and clients that come at a time now and then
KEPT = 3  # snapshots
LETTERS = 2000  # of a hostile text, so that it hardly counts on disk
SECONDS = 60.0  # in which a bad body is refused
WARM_UP = 0.25  # of the time, after which it is measured what there is
GENERATION = Request("POST", "/v1/ask", {"question": "Which generation of lamps is it?"}, answers)
QUIET = READING + [GENERATION] * 3


@dataclass(frozen=True, slots=True)
class Usage:
    """What a service holds when nobody asks: bytes of memory and on disk, descriptors, processes.

    Descriptors of token vectors do not count: a snapshot has them in 1 to 16 parts, as builds add and join them.
    """

    memory: int
    disk: int
    descriptors: int
    processes: int

    @classmethod
    def of(cls, service: Service, var: Path) -> "Usage":
        family = [pid for pid in service.family() if Path(f"/proc/{pid}/fd").exists()]
        memory = sum(_proportional(pid) for pid in family)
        disk = sum(path.stat().st_blocks * 512 for path in var.rglob("*") if path.is_file())
        return cls(memory, disk, sum(map(_descriptors, family)), len(family))

    def require_no_more_than(self, before: "Usage") -> None:
        """Raise Torn where this is clearly more than before: a quarter of the memory, 1 MiB on disk, 8 descriptors."""
        if (
            self.memory > before.memory * 1.25
            or self.disk > before.disk + 1024**2
            or self.descriptors > before.descriptors + 8
            or self.processes > before.processes
        ):
            raise Torn(f"it did not come back: {before}, then {self}")


def _proportional(pid: int) -> int:
    """Bytes of memory, of which a share is counted of what processes share."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.partition("\nPss:")[2].split()[0]) * 1024


def _descriptors(pid: int) -> int:
    opened = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since
            target = str(link.readlink())
            opened += "/token_" not in target or target.endswith("(deleted)")
    return opened


class Soak:
    """What is done to a service; each of its tasks is done again and again, each in a thread."""

    def __init__(self, service: Service, var: Path, random: Random) -> None:
        self.service = service
        self.store = Store(var)
        self.random = random
        self.done = Counter[str]()
        self.generations: dict[str, str] = {}  # the text of a document, by snapshot
        self._count = count()
        self._stopped = threading.Event()

    def run(self, seconds: float) -> Counter[str]:
        """Do all of it for so long; returns how often each thing was done."""
        self._stopped.clear()
        tasks: Mapping[Callable[[httpx2.Client], object], float] = {
            self.rebuild: 0, self.activate: 0.5, self.prune: 1, self.break_off: 0.05,
            self.send_bad_body: 0.2, self.kill_helper: 5, self.overload: 5,
        }  # fmt: skip
        with (
            clients(self.service.port, QUIET, CLIENTS, self.random, KEY) as asked,
            ThreadPoolExecutor(len(tasks)) as pool,
        ):
            running = [pool.submit(self._repeat, task, pause) for task, pause in tasks.items()]
            self._stopped.wait(seconds)  # or until one of them fails
            self._stopped.set()
        for task in running:
            task.result()
        for ending in asked.endings:
            ending.require()
            require_one_snapshot(ending, self.generations)
            self.done[f"replies with {ending.status}"] += 1
        return self.done

    def _repeat(self, task: Callable[[httpx2.Client], object], pause: float) -> None:
        try:
            with self.service.admin as client:
                while not self._stopped.is_set():
                    task(client)
                    self.done[task.__name__] += 1
                    self._stopped.wait(pause)
        finally:
            self._stopped.set()

    def rebuild(self, client: httpx2.Client) -> None:
        text = f"These are lamps of generation {next(self._count)}."
        hostile = "Harm was done." + self.random.choice(list(TEXTS.values())) * LETTERS
        documents = [{"id": "lamps", "text": text}, {"id": "hostile", "text": hostile[:LETTERS]}]
        body = {"documents": documents, "mode": "add"}
        job = ended_somehow(client, client.post("/v1/snapshots", json=body))
        if job["state"] != "succeeded":
            raise Torn(f"a job failed: {job}")
        self.generations[job["snapshot"]] = text

    def activate(self, client: httpx2.Client) -> None:
        """Forward or back, to any of those that are kept."""
        names = [info["id"] for info in client.get("/v1/snapshots").json()]
        _require(client.put("/v1/snapshots/active", json={"id": self.random.choice(names)}), 200, 404, 503)

    def prune(self, client: httpx2.Client) -> None:
        for info in client.get("/v1/snapshots").json()[KEPT:]:
            _require(client.delete(f"/v1/snapshots/{info['id']}"), 204, 404, 409)

    def break_off(self, client: httpx2.Client) -> None:
        with next(connections(self.service.port, self.random)):
            self._stopped.wait(self.random.random())

    def send_bad_body(self, client: httpx2.Client) -> None:
        body = self.random.choice(KINDS)(self.random, self.random.choice(DOORS))
        ending = body.send(self.service.port, KEY, SECONDS)
        if not is_clean(ending) and ending.status not in REFUSED:
            raise Torn(f"no clean refusal: {ending.status} {ending.body[:300]!r} to {body}")

    def overload(self, client: httpx2.Client) -> None:
        """More ask than there is room for."""
        with clients(self.service.port, QUIET, MANY, self.random, KEY) as asked:
            self._stopped.wait(1)
        for ending in asked.endings:
            ending.require()
            self.done[f"replies under overload with {ending.status}"] += 1

    def kill_helper(self, client: httpx2.Client) -> None:
        helpers = self.service.helpers()
        if helpers:
            with suppress(ProcessLookupError):
                os.kill(self.random.choice(helpers), signal.SIGKILL)

    def settle(self) -> Usage:
        """What the service holds after it has served one snapshot for a moment, the only one that is left."""
        with self.service.admin as client:
            newest = client.get("/v1/snapshots").json()[0]["id"]
            _require(client.put("/v1/snapshots/active", json={"id": newest}), 200)
            for info in client.get("/v1/snapshots").json()[1:]:
                _require(client.delete(f"/v1/snapshots/{info['id']}"), 204)
            until(lambda: helping(client) == 1)
            for _ in range(20):
                _require(client.post("/v1/ask", json=GENERATION.body), 200)
        self.store.verify(newest)
        time.sleep(2)
        return Usage.of(self.service, self.store.root)


def require_one_snapshot(ending: Ending, generations: Mapping[str, str]) -> None:
    """Raise Torn where a reply says that a text is of a snapshot which holds another `generation` of it."""
    if ending.request is not GENERATION or ending.status != 200:
        return
    reply = ending.json()
    known = generations.get(reply["snapshot"])
    for document, start, end, text in places(reply):
        if known and document == "lamps" and known[start:end] != text:
            raise Torn(f"{reply['snapshot']} holds {known!r}, and replied {text!r}")


def _require(response: httpx2.Response, *statuses: int) -> None:
    if response.status_code not in statuses:
        raise Torn(f"{response.request.method} {response.request.url}: {response.status_code} {response.text}")


def soak(minutes: float, seed: int) -> None:
    """Raise Torn, or what else went wrong; prints what was done."""
    with tempfile.TemporaryDirectory() as folder:
        var, log = Path(folder) / "var", Path(folder) / "log"
        build(var, Path(folder) / "texts")
        with serving(var, log, PATIENCE="2", MAX_WAITING=str(WAITING)) as service:
            soaked = Soak(service, var, Random(seed))
            soaked.run(60 * minutes * WARM_UP)
            before = soaked.settle()
            done = soaked.run(60 * minutes * (1 - WARM_UP))
            after = soaked.settle()
            service.end()
            print(*(f"{number:8,} {name}" for name, number in sorted(done.items())), sep="\n")
            print(f"before   {before}\nafter    {after}")
            after.require_no_more_than(before)
            if complaints := service.complaints(expected="a process is gone"):
                raise Torn("\n".join(complaints))


if __name__ == "__main__":
    soak(float(sys.argv[1]), int(os.environ.get("CENTREQA_TORTURE_SEED", "7")))
