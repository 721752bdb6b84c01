"""Parsers of foreign formats run in a child process, with limits of time and memory: a bomb ends there as a refusal.

One child reads file after file. It is replaced when it dies. What it is sent and what it sends back are a line of JSON
with the number of bytes that follow, and these.
"""

import json
import os
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from corpus.errors import CorpusError
from corpus.prose.blocks import Parsed
from corpus.reading.wire import parsed_from_json

ROOT = Path(__file__).resolve().parents[2]  # the folder that `python -m corpus.reading.child` is run in
MAX_REPLY = 1 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """What a parser may take for one file: `seconds` of time, `memory` in bytes of address space."""

    seconds: float = 60.0
    memory: int = 2 << 30


LIMITS = Limits()


class Parsers:
    """A child process that reads files, started when the first one comes. Not for use by several threads at once."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Parsers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    @property
    def process(self) -> int | None:
        """The id of the child; None where none runs."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            try:
                if pipe:
                    pipe.close()
            except OSError:  # what was not sent yet can be sent no more
                pass
        child.wait()

    def read(self, suffix: str, data: bytes) -> Parsed:
        """What the format of this suffix makes of a file; raises CorpusError, also where the limits end the parser."""
        deadline = time.monotonic() + self._limits.seconds
        try:
            reply = self._ask(suffix, data, deadline)
        except BaseException as error:
            status = self._end()
            if isinstance(error, TimeoutError):
                raise CorpusError(
                    f"takes more than {self._limits.seconds:g} seconds to read: split it, or save it in another format"
                ) from None
            if isinstance(error, OSError | EOFError):
                raise CorpusError(
                    f"ended its parser (status {status}): it is damaged, or takes more than "
                    f"{self._limits.memory >> 20} MB to read; split it, or save it in another format"
                ) from None
            raise
        if "error" in reply:
            raise CorpusError(str(reply["error"]))
        return parsed_from_json(reply)

    def _end(self) -> int | None:
        child = self._child
        status = child.poll() if child else None
        self.close()
        return status if status is not None or child is None else child.returncode

    def _ask(self, suffix: str, data: bytes, deadline: float) -> dict[str, object]:
        child = self._child if self._child and self._child.poll() is None else self._start()
        if not child.stdin or not child.stdout:
            raise EOFError
        head = json.dumps({"suffix": suffix, "bytes": len(data)}).encode() + b"\n"
        _send(child.stdin, head + data, deadline)
        head = b""
        while not head.endswith(b"\n"):
            head += _receive(child.stdout, 1, deadline)
        size = int(head)
        if size > MAX_REPLY:
            raise EOFError
        pieces: list[bytes] = []
        while size:
            pieces.append(_receive(child.stdout, min(size, 1 << 20), deadline))
            size -= len(pieces[-1])
        reply: dict[str, object] = json.loads(b"".join(pieces))
        return reply

    def _start(self) -> subprocess.Popen[bytes]:
        self.close()
        limits = (str(self._limits.seconds), str(self._limits.memory))
        self._child = subprocess.Popen(
            [sys.executable, "-m", "corpus.reading.child", *limits],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        return self._child


def _wait(pipe: IO[bytes], event: int, deadline: float) -> None:
    """Wait until a pipe can be used; raises TimeoutError."""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TimeoutError


def _send(pipe: IO[bytes], data: bytes, deadline: float) -> None:
    os.set_blocking(pipe.fileno(), False)
    rest = memoryview(data)
    while rest:
        _wait(pipe, selectors.EVENT_WRITE, deadline)
        rest = rest[os.write(pipe.fileno(), rest[: 1 << 16]) :]


def _receive(pipe: IO[bytes], most: int, deadline: float) -> bytes:
    _wait(pipe, selectors.EVENT_READ, deadline)
    data = os.read(pipe.fileno(), most)
    if not data:
        raise EOFError
    return data
