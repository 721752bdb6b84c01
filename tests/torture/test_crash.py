"""Whatever is being done is ended at any instant: the old state or the new one, and the next build mends the rest."""

import shutil
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random

import pytest

from corpus.errors import CentreQAError, SnapshotError
from index.snapshots.store import Store
from tests.torture.conftest import Tally
from tests.torture.rig.child import CRASHED, Children, children
from tests.torture.rig.operations import STEPS, Mended, Torn, require_old_or_new

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
NUMBERS = {step.name: number for number, step in enumerate(STEPS)}


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Children]:
    with children(tmp_path_factory.mktemp("log") / "done") as forks:
        yield forks


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, forks: Children) -> Sequence[Path]:
    """For each step a folder var/ in the state that it begins with."""
    root = tmp_path_factory.mktemp("before")
    (root / "0").mkdir()
    for number in range(len(STEPS)):
        shutil.copytree(root / str(number), root / str(number + 1))
        assert forks.run(Store(root / str(number + 1)), number) == 0
    return [root / str(number) for number in range(len(STEPS))]


@pytest.fixture(scope="module")
def longest(tmp_path_factory: pytest.TempPathFactory, forks: Children, before: Sequence[Path]) -> float:
    """The seconds that the first build takes, and no step takes much longer."""
    store = Store(tmp_path_factory.mktemp("timed") / "var")
    started = time.monotonic()
    assert forks.run(store, 0) == 0
    return time.monotonic() - started


@pytest.fixture(scope="module")
def mended() -> Mended:
    return Mended()


@pytest.fixture
def begin(before: Sequence[Path], tmp_path: Path) -> "Begin":
    return Begin(before, tmp_path / "var")


class Begin:
    """Lays a store in the state that a step begins with."""

    def __init__(self, before: Sequence[Path], var: Path) -> None:
        self._before, self._var = before, var

    def __call__(self, number: int) -> Store:
        shutil.rmtree(self._var, ignore_errors=True)
        return Store(Path(shutil.copytree(self._before[number], self._var)))


@pytest.mark.parametrize("name", NUMBERS)
def test_the_end_before_any_call(
    name: str, begin: Begin, forks: Children, mended: Mended, tally: Tally, random: Random, is_long: bool
) -> None:
    """A process ends before a call that changes files."""
    number = NUMBERS[name]
    stride = 1 if is_long else 12
    for call in count(1 + random.randrange(stride), stride):
        store = begin(number)
        tally.tries += 1
        ended = forks.run(store, number, crash=call)
        require_old_or_new(store, number, done=ended == 0)
        mended.require(store, STEPS[number].texts)
        tally.survivors += 1
        assert ended in (0, CRASHED)
        if ended == 0:
            break


def kill_at_any_time(
    begin: Begin, forks: Children, mended: Mended, longest: float, random: Random, kind: str = "careful"
) -> None:
    """Kill a process that runs steps from any on; raises what `require_old_or_new` and `Mended.require` raise."""
    first = random.randrange(len(STEPS))
    store = begin(first)
    forks.kill(store, first, random.uniform(0, 2 * longest), kind)
    number = min(forks.done[-1] + 1 if forks.done else first, len(STEPS) - 1)
    require_old_or_new(store, number, done=number in forks.done)
    mended.require(store, STEPS[number].texts)


def test_a_kill_at_any_time(
    begin: Begin, forks: Children, mended: Mended, longest: float, tally: Tally, random: Random, is_long: bool
) -> None:
    """A process is killed at any time."""
    for _ in range(1000 if is_long else 20):
        tally.tries += 1
        kill_at_any_time(begin, forks, mended, longest, random)
        tally.survivors += 1


def test_some_kill_tears_a_store_that_names_snapshots_early(
    begin: Begin, forks: Children, mended: Mended, longest: float, random: Random
) -> None:
    for _ in range(100):
        try:
            kill_at_any_time(begin, forks, mended, longest, random, "named long before")
        except (Torn, SnapshotError):
            return
    pytest.fail("no kill tore it")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("named too early", "build again"),
        ("written in place", "activate"),
        ("deleted in place", "remove"),
        ("deleted in place", "prune"),
        ("reported in place", "annotate"),
    ],
)
def test_without_its_protection_a_step_is_torn(
    kind: str, name: str, begin: Begin, forks: Children, random: Random
) -> None:
    number = NUMBERS[name]
    forks.run(begin(number), number, kind=kind)
    for call in random.sample(range(1, forks.calls + 1), forks.calls):
        store = begin(number)
        forks.run(store, number, crash=call, kind=kind)
        try:
            require_old_or_new(store, number, done=False)
        except (Torn, CentreQAError):
            return
    pytest.fail("no end before a call tore it")
