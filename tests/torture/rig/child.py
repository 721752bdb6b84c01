"""Runs steps in processes of their own, which end before a chosen call, or are killed from outside at any time.

As a program it forks a process for each line of JSON on its input, and prints the process id, then how that one ended.
Forking takes milliseconds, since all is imported already.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pytest

from corpus.prose.sentences import sentences
from index.snapshots.store import Store
from tests.torture.rig.calls import Call, watched
from tests.torture.rig.careless import STORES
from tests.torture.rig.operations import STEPS

ROOT = Path(__file__).parents[3]
CRASHED = 9  # exit code of a process that ended before its call


@dataclass(frozen=True, slots=True)
class Order:
    """Run the steps from `first` up to `last` in the folder `var`, and end before the call number `crash`, from 1.

    0: no such end. The log gets a line after each step, and at the end the number of calls. `store` names one of
    `tests.torture.rig.careless.STORES`. With `waits`, the process does not end by itself.
    """

    var: str
    first: int
    last: int
    log: str
    crash: int = 0
    store: str = "careful"
    waits: bool = False

    def run(self) -> None:
        calls = 0

        def before(call: Call) -> None:
            nonlocal calls
            if call.name != "read":
                calls += 1
                if calls == self.crash:
                    os._exit(CRASHED)

        disk = pytest.MonkeyPatch()  # the end of a process alone loses nothing that was written: nobody waits
        disk.setattr(os, "fsync", lambda descriptor: None)
        disk.setattr(np.memmap, "flush", lambda column: None)
        store = STORES[self.store](Path(self.var))
        with watched(Path(self.var), before), Path(self.log).open("a") as log:
            for number in range(self.first, self.last + 1):
                STEPS[number].run(store)
                print("done", number, file=log, flush=True)
            print("calls", calls, file=log, flush=True)
            if self.waits:
                signal.pause()
        os._exit(0)


class Children:
    """Gives orders to the program."""

    def __init__(self, program: "subprocess.Popen[str]", log: Path) -> None:
        assert program.stdin
        assert program.stdout
        self._input, self._output = program.stdin, program.stdout
        self._log = log
        self.done: list[int] = []  # the steps that the last process finished
        self.calls = 0  # that change files, of the last process that ended by itself

    def run(self, store: Store, first: int, last: int | None = None, *, crash: int = 0, kind: str = "careful") -> int:
        """Run steps, up to the `last` or only the first; returns how the process ended."""
        return self._give(Order(str(store.root), first, last or first, str(self._log), crash, kind), None)

    def kill(self, store: Store, first: int, seconds: float, kind: str = "careful") -> int:
        """Run steps from the first on to the end of all, and kill the process after some seconds."""
        return self._give(
            Order(str(store.root), first, len(STEPS) - 1, str(self._log), store=kind, waits=True), seconds
        )

    def _give(self, order: Order, seconds: float | None) -> int:
        self._log.write_text("")
        self._input.write(json.dumps(asdict(order)) + "\n")
        self._input.flush()
        child = int(self._output.readline())
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        ended = int(self._output.readline())
        lines = [line.split() for line in self._log.read_text().splitlines()]
        self.done = [int(number) for word, number in lines if word == "done"]
        self.calls = next((int(number) for word, number in lines if word == "calls"), 0)
        return ended


@contextmanager
def children(log: Path) -> Iterator[Children]:
    """A program that forks, until the end of the block."""
    command = [sys.executable, "-m", "tests.torture.rig.child"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        yield Children(program, log)
        assert program.stdin
        program.stdin.close()


def main() -> None:
    sentences("Loads the model. Once.", (0, 22))
    for line in sys.stdin:
        child = os.fork()
        if not child:
            Order(**json.loads(line)).run()
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
