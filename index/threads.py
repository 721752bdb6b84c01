"""How many threads the numerical libraries of this process use: set here, and nowhere else."""

import threadpoolctl


def one_thread_each() -> None:
    """Let BLAS and OpenMP, FAISS's included, compute on the thread that calls them.

    Searches are small and run side by side; the products inside one are too small to share, and threads that wait for
    each other while a second search wants the cores make both many times slower.
    """
    threadpoolctl.threadpool_limits(1)
