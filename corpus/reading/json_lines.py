"""A file with one document a line."""

import json
from collections.abc import Iterator
from pathlib import Path

from corpus.documents import Document
from corpus.errors import CorpusError
from corpus.making import make_document
from corpus.reading.names import show
from corpus.reading.report import Reading


def read_jsonl(path: Path) -> Reading:
    """The documents of a file with one JSON object a line, {"id", "text", "title"?}, in their order.

    Other fields are metadata, where they are words or numbers. Blank lines and a byte order mark are skipped. Raises
    CorpusError that names file and line.
    """
    return Reading(_documents(path))


def _documents(path: Path) -> Iterator[Document]:
    seen: set[str] = set()
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if not line.strip():
                    continue
                try:
                    document = _parse_line(line)
                    if document.id in seen:
                        raise CorpusError(f"a second document with the id {document.id}: rename one of them")
                except CorpusError as error:
                    raise CorpusError(f"{show(path)}, line {number}: {error}") from None
                seen.add(document.id)
                yield document
    except OSError as error:
        raise CorpusError(
            f"{show(path)} cannot be read ({error.strerror}): check the path and its permissions"
        ) from None
    if not seen:
        raise CorpusError(f"{show(path)} holds no document: write one JSON object a line")


def _parse_line(line: bytes) -> Document:
    """The document of one JSON line; raises CorpusError."""
    try:
        row = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"not JSON in UTF-8 ({error}): write one JSON object a line") from None
    if not isinstance(row, dict) or not {"id", "text"} <= row.keys():
        raise CorpusError('not a document: write {"id": ..., "text": ..., "title": ...}, title optional')
    name, text, title = row.pop("id"), row.pop("text"), row.pop("title", None)
    if not (isinstance(name, str) and isinstance(text, str) and isinstance(title, str | None)):
        raise CorpusError("id, text and title must be strings: correct the line")
    metadata = {field: words for field, value in row.items() if (words := _words(value))}
    return make_document(name, text, title, metadata=metadata)


def _words(value: object) -> str:
    """A value of metadata as text; empty where it is neither words nor a number, nor a list of them."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_words(each) for each in value if not isinstance(each, list))))
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
