"""What this process takes of the machine, threads and memory: set here, and nowhere else."""

import ctypes
import os
from contextlib import suppress

import threadpoolctl


def one_thread_each() -> None:
    """Let BLAS and OpenMP, FAISS's included, compute on the thread that calls them.

    Searches are small and run side by side; the products inside one are too small to share, and threads that wait for
    each other while a second search wants the cores make both many times slower.
    """
    threadpoolctl.threadpool_limits(1)


def available_threads(threads: int | None = None) -> int:
    """The number asked for, or one for each core that this process may use."""
    return threads or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def give_back_memory() -> None:
    """Return to the system what reading a graph and opening a snapshot left free, where the C library can (glibc)."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
