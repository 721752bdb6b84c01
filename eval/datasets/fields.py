"""What the readers of question sets share: reading files, checking JSON values, making documents.

What cannot be read raises DatasetError, which names the file and the line (for SQuAD also the JSON path). What can be
read but not used ends up in the dataset's notes. `where` is always the name of a spot in a file, for such an error.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

from corpus.canonical import canonical
from corpus.documents import Document
from corpus.errors import CorpusError, DatasetError
from corpus.sources import make_document
from eval.datasets.questions import Dataset, Question, Unit, fingerprint

T = TypeVar("T")

_TYPE_NAMES = {str: "text", bool: "true or false", int: "a whole number", list: "a list"}


def make_dataset(
    name: str,
    documents: dict[str, Document] | None,
    questions: dict[str, Question],
    unit: Unit,
    files: Sequence[Path],
    notes: Sequence[str] = (),
    *,
    by_text: bool = False,
) -> Dataset:
    """The set that was read from `files`; raises DatasetError where it holds no question."""
    if not questions:
        raise DatasetError(f"{files[0]}: holds no question that can be scored; give a labelled set")
    own_documents = None if documents is None else tuple(documents.values())
    sha256 = fingerprint(file.read_bytes() for file in files)
    return Dataset(name, own_documents, tuple(questions.values()), unit, sha256, by_text, tuple(notes))


def make_set_document(name: str, text: str, title: str, where: str) -> Document:
    """A document that a set brings along; raises DatasetError where the product refuses it."""
    try:
        return make_document(name, text, title)
    except CorpusError as error:
        raise DatasetError(f"{where}: {error}") from None


def document_id(name: str) -> str:
    """The name as an id that the product accepts; unchanged where it is one already."""
    printable = "".join(c if c.isprintable() and c not in "\\?#%" else "_" for c in canonical(name))
    return "/".join(part.strip() for part in printable.split("/") if part.strip(" .")) or "_"


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without the byte order mark that some programs write; raises DatasetError."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from None


def read_json_lines(path: Path) -> Iterator[tuple[str, object]]:
    """The JSON value of each line that is not blank, after its `file:line`; raises DatasetError."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", parse_json(line, f"{path}:{number}")


def parse_json(text: str, where: str) -> object:
    """A JSON value; raises DatasetError, also for NaN and the infinities."""

    def refuse(constant: str) -> NoReturn:
        raise DatasetError(f"{where}: {constant} is no number that can be scored")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        line = "" if "\n" not in error.doc else f":{error.lineno}"
        raise DatasetError(f"{where}{line}: not JSON ({error.msg}, column {error.colno})") from None
    except RecursionError:
        raise DatasetError(f"{where}: nested too deeply") from None


def value_of(item: object, key: str, expected: type[T], where: str, default: T | None = None) -> T:
    """The value of a key of a JSON object; `default` where the key is missing or null.

    Raises DatasetError where the item is no object, or the value is not of the expected type.
    """
    if not isinstance(item, dict):
        raise DatasetError(f"{where}: expected an object, found {type(item).__name__}")
    value = default if item.get(key) is None else item[key]
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise DatasetError(f"{where}: {key} should be {_TYPE_NAMES[expected]}, found {json.dumps(value)[:40]}")
    return value


def text_of(item: object, key: str, where: str) -> str:
    """The text of a key; raises DatasetError where it is missing or blank."""
    value = value_of(item, key, str, where)
    if not value.strip():
        raise DatasetError(f"{where}: {key} is empty")
    return value


def id_of(item: object, key: str, where: str) -> str:
    """The id of a key as text; whole numbers are ids too. Raises DatasetError where it is missing or blank."""
    value = item.get(key) if isinstance(item, dict) else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text_of(item, key, where)


def flag_of(item: object, key: str, where: str) -> bool | None:
    """The truth of a key, which may be written as 0 or 1; None where it is missing. Raises DatasetError."""
    value = item.get(key) if isinstance(item, dict) else None
    if value is None:
        return None
    return bool(value) if value in (0, 1) else value_of(item, key, bool, where)
