"""How long the torture takes, its seed, and the table of its figures.

CENTREQA_TORTURE=1       the long mode; else the short one, which `make test` runs
CENTREQA_TORTURE_SEED    another seed than 7
CENTREQA_TORTURE_TABLE   a file whose table is replaced by the figures of this run
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.torture.rig.figures import Row, table, with_table

ROWS = pytest.StashKey[list[Row]]()


@dataclass
class Tally:
    """What one test tried, and how much of it ended as it must. A test that fails leaves its row unequal."""

    tries: int = 0
    survivors: int = 0


@pytest.fixture(scope="session")
def is_long() -> bool:
    return os.environ.get("CENTREQA_TORTURE") == "1"


@pytest.fixture
def in_long_mode_only(is_long: bool) -> None:
    """Skips a test in the short mode: one of several controls that each take seconds."""
    if not is_long:
        pytest.skip("in long mode only")


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("CENTREQA_TORTURE_SEED", "7"))


@pytest.fixture
def random(seed: int) -> Random:
    return Random(seed)


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Counts for the table; the row is called as the test's docstring says."""
    tally, started = Tally(), time.monotonic()
    yield tally
    name = " ".join(request.function.__doc__.split()).rstrip(".")
    rows = request.config.stash.setdefault(ROWS, [])
    rows.append(Row(name, tally.tries, tally.survivors, time.monotonic() - started))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash.get(ROWS, [])
    if not rows:
        return
    terminalreporter.write_line("\n" + table(rows))
    if file := os.environ.get("CENTREQA_TORTURE_TABLE"):
        path = Path(file)
        path.write_text(with_table(path.read_text("utf-8"), rows), "utf-8")
