"""Where in a JSON file the value stands that an error is about."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import DatasetError

_BETWEEN = re.compile(r"[\s,:]*")  # what separates values and keys
_STEPS = re.compile(r"(\w+)|\[(\d+)\]")


@contextmanager
def with_lines(file: Path) -> Iterator[None]:
    """Adds to an error that names a JSON path in the file, as `data[3].paragraphs[0]`, the line where that begins."""
    try:
        yield
    except DatasetError as error:
        named = re.match(re.escape(f"{file}: ") + r"((?:\.?\w+\[\d+\])+)", str(error))
        if not named:
            raise
        line = line_of(file.read_text("utf-8"), named[1])
        raise DatasetError(f"{file}:{line}{str(error)[len(str(file)) :]}") from None


def line_of(text: str, path: str) -> int:
    """The line, from 1, where the value at a path begins that the JSON text has."""
    at = _next(text, 0)
    for key, index in _STEPS.findall(path):
        at = _next(text, at + 1)  # into the object or list
        if index:
            for _ in range(int(index)):
                at = _after(text, at)
        else:
            while json.JSONDecoder().raw_decode(text, at)[0] != key:
                at = _after(text, _after(text, at))
            at = _after(text, at)
    return text.count("\n", 0, at) + 1


def _next(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _after(text: str, at: int) -> int:
    """Where the value or key after the one at `at` begins."""
    return _next(text, json.JSONDecoder().raw_decode(text, at)[1])
