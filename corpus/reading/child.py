"""The child process that parsers run in: `python -m corpus.reading.child SECONDS MEMORY`."""

import json
import os
import sys
from typing import BinaryIO

from corpus.errors import CorpusError
from corpus.formats import read
from corpus.reading.wire import parsed_to_json


def main() -> None:
    """Read files from standard input until it ends; the limits are arguments."""
    seconds, memory = float(sys.argv[1]), int(sys.argv[2])
    _limit_memory(memory)
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a parser prints must not stand between the replies.
    os.dup2(2, 1)
    while head := source.readline():
        _limit_time(seconds)
        order = json.loads(head)
        _answer(sink, order["suffix"], source.read(order["bytes"]))


def _answer(sink: BinaryIO, suffix: str, data: bytes) -> None:
    try:
        reply = parsed_to_json(read(data, suffix))
    except CorpusError as error:
        reply = {"error": str(error)}
    except MemoryError:
        reply = {"error": "takes too much memory to read: split it, or save it in another format"}
    except RecursionError:
        reply = {"error": "is nested too deep to read: save it again in another format"}
    except ImportError as error:
        reply = {"error": f"needs the package {error.name}: run `pip install -e '.[formats]'`"}
    except Exception as error:  # what a parser raises on a damaged file has no common base
        words = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        reply = {"error": f"cannot be read ({words}): save it again with the program that made it"}
    message = json.dumps(reply).encode()
    sink.write(f"{len(message)}\n".encode() + message)
    sink.flush()


def _limit_memory(memory: int) -> None:
    """No more address space than this, no files written, no core dumped, where the system has such limits."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass


def _limit_time(seconds: float) -> None:
    """The parent ends a parser that takes too long. Without a parent, the processor's time ends it."""
    try:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + seconds) + 5
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
    except (ImportError, ValueError, OSError):
        pass


if __name__ == "__main__":
    main()
