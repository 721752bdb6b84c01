"""What nothing may take for ever, or all memory for."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.torture.rig.operations import Torn

MEMORY = 16 << 30  # bytes of addresses, on top of those in use: only what asks for a terabyte gets none


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raises Torn where the block takes longer, whatever it does with the TimeoutErrors that it gets from then on.

    Too much memory is a MemoryError in it. Only for the main thread.
    """
    late = False

    def ring(number: int, frame: object) -> None:
        nonlocal late
        late = True
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)  # again and again: the first may only end a wait
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_addresses() + MEMORY, limits[1]))
        yield
    except TimeoutError:
        if not late:
            raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)
    if late:
        raise Torn(f"took longer than {seconds} seconds")


def _addresses() -> int:
    """Bytes of addresses that the process uses."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[0]) * resource.getpagesize()
