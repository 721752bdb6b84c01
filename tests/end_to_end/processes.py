"""Processes of the product that cannot reach any network: a command that ends, and a service that runs."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx2

ROOT = Path(__file__).resolve().parents[2]
# Runs a module of the product in a process where every socket to another machine is an error that ends it.
OFFLINE = """
import os, runpy, socket, sys

def guarded(name):
    original = getattr(socket.socket, name)
    def call(self, *args):
        address = args[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            print(f"reached for the network: {name} {address}", file=sys.stderr, flush=True)
            os._exit(97)
        return original(self, *args)
    return call

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, guarded(name))
lookup = socket.getaddrinfo
def resolve(host, *args, **kwargs):
    if host not in (None, "127.0.0.1", "::1", "localhost"):
        print(f"looked up {host}", file=sys.stderr, flush=True)
        os._exit(97)
    return lookup(host, *args, **kwargs)
socket.getaddrinfo = resolve
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


@contextmanager
def serving(environment: dict[str, str], log: IO[bytes] | None = None) -> Iterator[tuple[httpx2.Client, int]]:
    """A client for a service that runs, and the process id."""
    child = subprocess.Popen(
        [sys.executable, "-c", OFFLINE, "service", "serve", "--port", "0"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert child.stdout is not None
    try:
        url = re.search(r"http://\S+:\d+", child.stdout.readline())
        assert url is not None
        with httpx2.Client(base_url=url[0], timeout=60, trust_env=False) as client:
            until(lambda: client.get("/readyz").status_code == 200)
            yield client, child.pid
        assert child.poll() is None
    finally:  # a test that fails leaves no service behind
        child.terminate()
        child.stdout.close()
        ended = child.wait(20)
    assert ended in (0, -15)


def run(environment: dict[str, str], *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == status, done.stderr
    return done


def helping(client: httpx2.Client) -> float:
    """Processes that help, as the metrics say."""
    found = re.search(r"^centreqa_processes (\S+)", client.get("/metrics").text, re.MULTILINE)
    assert found is not None
    return float(found[1])


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def ended(client: httpx2.Client, response: httpx2.Response) -> dict[str, Any]:
    """The job of an accepted request, once it has ended well."""
    job = ended_somehow(client, response)
    assert job["state"] == "succeeded", job
    return job


def ended_somehow(client: httpx2.Client, response: httpx2.Response) -> dict[str, Any]:
    """The job of an accepted request, once it has ended."""
    assert response.status_code == 202, response.text
    path = response.headers["location"]
    until(lambda: client.get(path).json()["state"] not in ("queued", "running"))
    job: dict[str, Any] = client.get(path).json()
    return job


def children(pid: int) -> list[int]:
    """The process ids of the children of a process, the oldest first; none where it has ended."""
    try:
        return [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    except (FileNotFoundError, ProcessLookupError):
        return []
