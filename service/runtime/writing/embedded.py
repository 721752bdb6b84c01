"""A language model from a GGUF file, in a child process of its own: what it does to itself, it does not do to us."""

import asyncio
import json
import secrets
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from corpus.errors import InputError, WritingError
from index.machine import available_threads
from service.runtime.writing.model_server import Address

ROOT = Path(__file__).resolve().parents[3]  # the folder that the child is run in
CHILD = "service.runtime.writing.embedded_child"
START_SECONDS = 120.0  # reading a file of some GB from a disk
MAGIC = b"GGUF"


def require(file: Path) -> None:
    """Raise InputError where the file cannot be the model, or nothing can run it."""
    if find_spec("xllamacpp") is None:
        raise InputError("the package xllamacpp is not installed; run pip install -c constraints.txt -e '.[llm]'")
    try:
        with file.open("rb") as opened:
            magic = opened.read(len(MAGIC))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"CENTREQA_LLM_FILE: {file}: {reason}; name a GGUF file") from None
    if magic != MAGIC:
        raise InputError(f"CENTREQA_LLM_FILE: {file}: is no GGUF file; name one")


class EmbeddedModel:
    """The child process. It listens on a loopback port, under a key that only this process knows."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._child: subprocess.Popen[bytes] | None = None
        self._address: Address | None = None
        self._starting = asyncio.Lock()

    @property
    def process(self) -> int | None:
        """The id of the child; None where none runs."""
        return self._child.pid if self._child and self._child.poll() is None else None

    async def address(self) -> Address:
        """Where it listens; starts it where it does not run. Raises WritingError."""
        async with self._starting:
            if self.process is None or self._address is None:
                await self.close()
                self._address = await self._start()
            return self._address

    async def close(self) -> None:
        """End the child."""
        child, self._child, self._address = self._child, None, None
        if child:
            child.kill()
            with child:
                await asyncio.to_thread(child.wait)

    async def _start(self) -> Address:
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        # The child ends when its input does, so also when this process is killed. No child of asyncio's: see run_child.
        self._child = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-m", CHILD], bufsize=0, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=nothing
        )
        assert self._child.stdin is not None  # noqa: S101
        assert self._child.stdout is not None  # noqa: S101
        key = secrets.token_urlsafe()
        # One core is left for the questions. Threads that share a core wait for each other most of the time.
        order = {"file": str(self._file.absolute()), "key": key, "threads": max(1, available_threads() - 1)}
        try:
            self._child.stdin.write(json.dumps(order).encode() + b"\n")
            async with asyncio.timeout(START_SECONDS):
                url = (await asyncio.to_thread(self._child.stdout.readline)).decode().strip()
        except (TimeoutError, OSError, ValueError):
            url = ""
        if not url.startswith("http://127.0.0.1:"):
            await self.close()
            raise WritingError("the language model's file could not be opened: try another CENTREQA_LLM_FILE")
        return Address(f"{url}/v1", key)
