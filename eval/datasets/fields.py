"""What the readers of question sets share: files, JSON values and their types, checked where they are read.

What cannot be read raises DatasetError with file and line (SQuAD: and JSON path); what can be read but not used ends
up in the dataset's notes.
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

_EXPECTED = {str: "text", bool: "true or false", int: "a whole number", list: "a list"}


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
    """The set that a reader has read; raises DatasetError where it holds no question."""
    if not questions:
        raise DatasetError(f"{files[0]}: holds no question that can be scored; give a labelled set")
    kept = None if documents is None else tuple(documents.values())
    sha256 = fingerprint(file.read_bytes() for file in files)
    return Dataset(name, kept, tuple(questions.values()), unit, sha256, by_text, tuple(notes))


def make_gold_document(name: str, text: str, title: str, where: str) -> Document:
    """One document of a set; raises DatasetError that names where it stands."""
    try:
        return make_document(name, text, title)
    except CorpusError as error:
        raise DatasetError(f"{where}: {error}") from None


def document_id(given: str) -> str:
    """A document id that the product takes, the given one where it can be."""
    plain = "".join(c if c.isprintable() and c not in "\\?#%" else "_" for c in canonical(given))
    return "/".join(part.strip() for part in plain.split("/") if part.strip(" .")) or "_"


def read_text(path: Path) -> str:
    """The text of a UTF-8 file; raises DatasetError."""
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from None


def json_lines(path: Path) -> Iterator[tuple[str, object]]:
    """Each line that is not blank, as `file:line` and its JSON value; raises DatasetError."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", parse_json(line, f"{path}:{number}")


def parse_json(text: str, where: str) -> object:
    """A JSON value; raises DatasetError that names where it stands."""

    def refuse(constant: str) -> NoReturn:
        raise DatasetError(f"{where}: {constant} is no number that can be scored")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        line = "" if "\n" not in error.doc else f":{error.lineno}"
        raise DatasetError(f"{where}{line}: not JSON ({error.msg}, column {error.colno})") from None
    except RecursionError:
        raise DatasetError(f"{where}: nested too deeply") from None


def value_of(item: object, key: str, kind: type[T], where: str, default: T | None = None) -> T:
    """The value of a key of a JSON object, which must have the type; `default` where it is missing or null."""
    if not isinstance(item, dict):
        raise DatasetError(f"{where}: expected an object, found {type(item).__name__}")
    value = default if item.get(key) is None else item[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise DatasetError(f"{where}: {key} should be {_EXPECTED[kind]}, found {json.dumps(value)[:40]}")
    return value


def text_field(item: object, key: str, where: str) -> str:
    """The text of a key, which must not be blank."""
    value = value_of(item, key, str, where)
    if not value.strip():
        raise DatasetError(f"{where}: {key} is empty")
    return value
