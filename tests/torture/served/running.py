"""The service as a process: `python -m service serve` in a folder var/ of its own, which is ended by a signal."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.end_to_end.processes import OFFLINE, ROOT, children, run, until

KEY = "not a secret"
GRACE = 20.0  # seconds from SIGTERM to the end: those that compose.yaml gives, which are more than it should take
LATE = "timeout graceful shutdown exceeded"  # said at the end where a request took longer than it may


def fact(name: str, count: int) -> str:
    return f"# The {name}\n\n" + "\n\n".join(f"Fact {n} of the {name} of Lumen is {n * n}." for n in range(count))


TEXTS: Mapping[str, str] = {
    "harbour": "# Harbour\n\nThe harbour of Lumen opened in 1920. Mara Voss built it of granite.",
    "facts": fact("harbour", 40),
    "gulls": "# Gulls\n\nGulls eat bread in winter. They nest on the northern cliffs of Lumen.",
}


def environment(var: Path, **settings: str) -> dict[str, str]:
    """That of a process of the product: none of this machine's settings, but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    own = {"VAR": str(var), "ADMIN_KEY": KEY, "REMEMBERED": "0", "LOG_LEVEL": "WARNING"} | settings
    return kept | {f"CENTREQA_{name}": value for name, value in own.items()}


def build(var: Path, folder: Path) -> None:
    """Build `TEXTS`, as files of this folder, into var/."""
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    run(environment(var), "index", "build", str(folder))


@dataclass
class Service:
    """A service that runs. `log` is the file with what it writes to stderr."""

    process: "subprocess.Popen[str]"
    port: int
    log: Path
    ended: float = field(default=0.0)  # seconds that the last `end` took

    @property
    def admin(self) -> httpx2.Client:
        """A client that may do everything."""
        headers = {"authorization": f"Bearer {KEY}"}
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=120, trust_env=False, headers=headers)

    def family(self) -> list[int]:
        """Its process id, then those of all that descend from it."""
        found = [self.process.pid]
        for pid in found:  # grows meanwhile
            found += children(pid)
        return found

    def helpers(self) -> list[int]:
        """Those that answer: the children of the first child, which only forks. A build is a child of its own."""
        return [helper for first in children(self.process.pid)[:1] for helper in children(first)]

    def end(self, number: signal.Signals = signal.SIGTERM, grace: float = GRACE) -> None:
        """Send the signal and wait; raises TimeoutExpired where it takes longer than the grace."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(grace)
        self.ended = time.monotonic() - started

    def complaints(self, expected: str = LATE) -> list[str]:
        """The lines of the log that tell of an error, but for those that hold what is expected."""
        lines = self.log.read_text("utf-8").splitlines()
        told = [line for line in lines if '"level": "error"' in line or "Traceback" in line]
        return [line for line in told if expected not in line]


@contextmanager
def serving(var: Path, log: Path, changed: Callable[[], None] | None = None, **settings: str) -> Iterator[Service]:
    """A service that is ready; killed at the end of the block, if it still runs.

    `changed` is called in its process before it begins: one of `served.rig.services`, which takes something out.
    """
    first = f"from {changed.__module__} import {changed.__name__} as changed; changed()\n" if changed else ""
    command = [sys.executable, "-c", first + OFFLINE, "service", "serve", "--port", "0"]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(var, **settings), stdout=subprocess.PIPE, stderr=errors, text=True
        )
    assert process.stdout is not None
    with process.stdout:
        try:
            url = re.search(r"http://\S+:(\d+)", process.stdout.readline())
            assert url is not None, log.read_text("utf-8")
            service = Service(process, int(url[1]), log)
            with service.admin as client:
                until(lambda: client.get("/readyz").status_code == 200)
            yield service
        finally:
            process.kill()
            process.wait()
