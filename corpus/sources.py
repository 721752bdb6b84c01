"""From folders, files and JSON lines to documents of canonical text. An error names what is wrong and where."""

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from corpus.canonical import canonical
from corpus.documents import Document, DocumentInfo
from corpus.errors import CorpusError
from corpus.sections import MAX_HEADING, find_sections

SUFFIXES = (".md", ".txt")  # of files that are read, in lower case; others are skipped
MAX_BYTES = 50 * 1024 * 1024  # of one file
MAX_ID = 200  # characters of a document id


def make_document(id: str, text: str, title: str | None = None) -> Document:  # noqa: A002
    """A document with canonical text and its sections; raises CorpusError.

    Without `title`, the first heading is the title, or else the last part of the id. An id is a relative path of names
    in any script, without `.` or `..` parts, backslash, `?`, `#`, `%` and invisible characters.
    """
    _check_id(id)
    if "\x00" in text:
        raise CorpusError(f"document {id} is binary (NUL at character {text.index(chr(0))}): give it as plain text")
    text = canonical(text)
    if not text.strip():
        raise CorpusError(f"document {id} holds only white space: remove it or give it text")
    heading, sections = find_sections(text)
    title = " ".join(canonical(title or "").split()) or heading or " ".join(re.split(r"[-_\s]+", Path(id).name)).strip()
    if len(title) > MAX_HEADING:
        raise CorpusError(f"document {id} has a title of {len(title)} characters: {MAX_HEADING} is the most")
    info = DocumentInfo(id, title or id, sha256(text.encode()).hexdigest(), len(text), sections)
    return Document(info, text)


def read_source(path: Path) -> Iterator[Document]:
    """The documents of a .jsonl file, a folder or one text file; raises CorpusError."""
    return read_jsonl(path) if path.suffix.lower() == ".jsonl" else read_folder(path)


def read_folder(folder: Path, max_bytes: int = MAX_BYTES) -> Iterator[Document]:
    """Every .txt and .md file below `folder` (or that one file), in the order of their ids; raises CorpusError.

    The id of a document is its relative path without suffix. One document is in memory at a time. A missing path, an
    empty folder and two files with one id raise before the first document. Hidden files and folders are skipped. A link
    out of the folder raises; a link to a folder inside is not followed, because that folder is read anyway.
    """
    if not os.access(folder, os.R_OK):
        raise CorpusError(f"{_show(folder)} does not exist or may not be read: name a folder of .txt and .md files")
    alone = not folder.is_dir()
    files: dict[str, Path] = {}
    for path in [folder] if alone else _walk(folder):
        if path.suffix.lower() not in SUFFIXES:
            continue
        relative = path.name if alone else path.relative_to(folder).as_posix()
        name = unicodedata.normalize("NFC", relative[: -len(path.suffix)])
        if name in files:
            raise CorpusError(f"{_show(files[name])} and {_show(path)} have one id, {name}: rename one of them")
        files[name] = path
    if not files:
        raise CorpusError(f"{_show(folder)} holds no text: put .txt or .md files there")
    return (_read_file(name, files[name], max_bytes) for name in sorted(files))


def read_jsonl(path: Path) -> Iterator[Document]:
    """The documents of a file with one JSON object a line, {"id", "text", "title"?}, in their order.

    Raises CorpusError that names file and line.
    """
    seen: set[str] = set()
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    document = _parse_line(line)
                    if document.id in seen:
                        raise CorpusError(f"a second document with the id {document.id}: rename one of them")
                except CorpusError as error:
                    raise CorpusError(f"{_show(path)}, line {number}: {error}") from None
                seen.add(document.id)
                yield document
    except OSError as error:
        raise CorpusError(
            f"{_show(path)} cannot be read ({error.strerror}): check the path and its permissions"
        ) from None
    if not seen:
        raise CorpusError(f"{_show(path)} holds no document: write one JSON object a line")


def _parse_line(line: bytes) -> Document:
    """The document of one JSON line; raises CorpusError."""
    try:
        row = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"not JSON in UTF-8 ({error}): write one JSON object a line") from None
    if not isinstance(row, dict) or not {"id", "text"} <= row.keys() <= {"id", "text", "title"}:
        raise CorpusError('not a document: write {"id": ..., "text": ..., "title": ...}, title optional')
    title = row.get("title")
    if not (isinstance(row["id"], str) and isinstance(row["text"], str) and isinstance(title, str | None)):
        raise CorpusError("id, text and title must be strings: correct the line")
    return make_document(row["id"], row["text"], title)


def _walk(folder: Path) -> Iterator[Path]:
    """Visible files below the folder, in any order; raises CorpusError for links out of it and unreadable folders."""

    def refuse(error: OSError) -> None:
        raise CorpusError(f"{_show(Path(error.filename))} cannot be listed ({error.strerror}): check its permissions")

    root = os.path.realpath(folder)
    for parent, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(parent, name) for name in (*folders, *files) if not name.startswith(".")):
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
                raise CorpusError(f"{_show(path)} is a link out of {_show(folder)}: copy what it names, or remove it")
        yield from (Path(parent, name) for name in files if not name.startswith("."))


def _read_file(name: str, path: Path, max_bytes: int) -> Document:
    """One file as a document; raises CorpusError that names the file and, for wrong bytes, byte and line."""
    try:
        if not path.is_file():
            raise CorpusError(f"{_show(path)} is not a regular file: remove it")
        if (size := path.stat().st_size) > max_bytes:
            raise CorpusError(f"{_show(path)} has {size} bytes, more than {max_bytes}: split it into smaller files")
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{_show(path)} cannot be read ({error.strerror}): check its permissions") from None
    if (nul := data.find(b"\x00")) >= 0:
        where = _byte_and_line(data, nul)
        raise CorpusError(f"{_show(path)} is binary (NUL at {where}): save it as plain text in UTF-8")
    try:
        return make_document(name, data.decode())
    except UnicodeDecodeError as error:
        where = _byte_and_line(data, error.start)
        raise CorpusError(f"{_show(path)} is not UTF-8 at {where}: save it as UTF-8") from None
    except CorpusError as error:
        raise CorpusError(f"{_show(path)}: {error}") from None


def _check_id(name: str) -> None:
    """Raise CorpusError where the id could not be a relative path, or could not be told from another by eye."""
    if not 0 < len(name) <= MAX_ID:
        raise CorpusError(f"a document id has {len(name)} characters: give it 1 to {MAX_ID}")
    if canonical(name) != name or "\n" in name or "\t" in name:
        raise CorpusError(f"document id {name!a} holds control or invisible characters, or is not NFC: rename it")
    if re.search(r"[\\?#%]", name):
        raise CorpusError(f"document id {name} holds one of \\ ? # %: rename it")
    if any(part != part.strip() or part in ("", ".", "..") for part in name.split("/")):
        raise CorpusError(f"document id {name} is not a relative path of plain names: rename it")


def _byte_and_line(data: bytes, offset: int) -> str:
    """Where an offset lies, for an error message; lines count from 1."""
    line = data.count(b"\n", 0, offset) + 1
    return f"byte {offset}, line {line}"


def _show(path: Path) -> str:
    """The path on one line, whatever characters its name holds."""
    return str(path) if str(path).isprintable() else ascii(str(path))
