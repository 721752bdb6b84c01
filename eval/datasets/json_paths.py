"""The line of a JSON file on which the value begins that an error is about.

Python's JSON parser does not tell where values stand, so the path to the value is walked through the text again.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import DatasetError

_SEPARATORS = re.compile(r"[\s,:]*")  # what may stand between two values, or a key and its value
_STEPS = re.compile(r"(\w+)|\[(\d+)\]")  # of a JSON path: the key of an object, or the index in a list


@contextmanager
def naming_lines(file: Path) -> Iterator[None]:
    """Add the line to a DatasetError that names a JSON path in the file, such as `data[3].paragraphs[0]` or `[3]`."""
    try:
        yield
    except DatasetError as error:
        named = re.match(re.escape(f"{file}: ") + r"((?:\.?\w*\[\d+\])+)", str(error))
        if not named:
            raise
        line = line_of(file.read_text("utf-8-sig"), named[1])
        raise DatasetError(f"{file}:{line}{str(error)[len(str(file)) :]}") from None


def line_of(text: str, path: str) -> int:
    """The line, from 1, on which the value at a path begins; the JSON text must have that path."""
    position = _skip_separators(text, 0)
    for key, index in _STEPS.findall(path):
        position = _skip_separators(text, position + 1)  # past the opening bracket of the object or list
        if index:
            for _ in range(int(index)):
                position = _skip_value(text, position)
        else:
            while json.JSONDecoder().raw_decode(text, position)[0] != key:
                position = _skip_value(text, _skip_value(text, position))
            position = _skip_value(text, position)
    return text.count("\n", 0, position) + 1


def _skip_separators(text: str, position: int) -> int:
    separators = _SEPARATORS.match(text, position)
    return separators.end() if separators else position


def _skip_value(text: str, position: int) -> int:
    """The position of the next value or key."""
    return _skip_separators(text, json.JSONDecoder().raw_decode(text, position)[1])
