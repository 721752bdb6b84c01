"""How long each stage of one question takes."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["encode", "search", "read"]


class Stopwatch:
    """Adds up the seconds of each stage of one question, in one thread; `started` is what the clock said at first."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.started = clock()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def time(self, stage: Stage) -> Iterator[None]:
        """Add what is done inside to the stage. Stages do not lie in each other."""
        started = self._clock()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + self._clock() - started


@dataclass(frozen=True, slots=True)
class Effort:
    """The seconds of each stage that a reply took; none of a stage that was left out, or where it was `remembered`."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    remembered: bool = False

    @classmethod
    def of(cls, stopwatch: Stopwatch, asked: float) -> "Effort":
        """That of a reply to a question `asked` at this time of `perf_counter`: work begun before was remembered."""
        is_older = stopwatch.started < asked
        return cls({} if is_older else stopwatch.seconds, is_older)
