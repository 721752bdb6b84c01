"""How many threads and how much memory this process takes, which nothing else sets, and how many files it may open."""

import ctypes
import os
from contextlib import suppress

import threadpoolctl


def one_thread_each() -> None:
    """Have BLAS and OpenMP (also that of FAISS) compute on the thread that calls them.

    Searches run side by side, and the products inside one are too small to be shared. Threads that wait for each other
    while another search needs the cores make both many times slower.
    """
    threadpoolctl.threadpool_limits(1)


def available_threads(threads: int | None = None) -> int:
    """The given number of threads, or where None, one for each core that this process may use."""
    return threads or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def most_open_files() -> int:
    """How many files and connections this process may have open."""
    try:
        import resource
    except ImportError:  # Windows, where sockets do not count
        return 1 << 16
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1 << 16 if soft == resource.RLIM_INFINITY else soft


def give_back_memory() -> None:
    """Return free memory to the system, where the C library can (glibc). Opening a snapshot leaves much of it."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
