"""From a text to a document: its title, its sections, its checksum."""

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath

from corpus.canonical import canonical
from corpus.documents import Document, DocumentInfo
from corpus.errors import CorpusError
from corpus.formats import SUFFIXES, parse
from corpus.prose.blocks import MAX_HEADING, Parsed
from corpus.prose.headings import with_captions, with_posts
from corpus.prose.subjects import name_sections, subjects, with_subjects
from corpus.sections import find_sections

_NO_TITLE = re.compile(
    r"(?:untitled|unknown|document|dokument|presentation|powerpoint|microsoft|book|workbook|slide|title)\b.*"
    r"|.*\.(?:docx?|dotx?|xlsx?|pptx?|odt|rtf|indd|qxd|tex|dvi|pdf|html?)",
    re.IGNORECASE,
)  # what programs write where nobody has given a title

MAX_ID = 200  # characters of a document id


def make_document(
    id: str,  # noqa: A002
    text: str,
    title: str | None = None,
    suffix: str | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Document:
    """A document with canonical text and its sections; raises CorpusError.

    `suffix` is that of the file that the text comes from; where None, what the text looks like decides. `metadata` adds
    to what the text states itself.

    Without `title`, the first heading is the title, or else what the properties of the file say, or the last part of
    the id; it is followed by what fields of the first section say that the document is about. An id is a relative path
    of names in any script, without `.` or `..` parts, backslash, control and invisible characters.
    """
    _check_id(id)
    if "\x00" in text:
        raise CorpusError(f"document {id} is binary (NUL at character {text.index(chr(0))}): give it as plain text")
    text = canonical(text)
    _check_text(id, text)
    return document_of(id, Parsed(text, parse(text, suffix)), title, metadata)


def document_of(
    id: str,  # noqa: A002
    parsed: Parsed,
    title: str | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Document:
    """A document of canonical text whose structure is known, as `make_document`; raises CorpusError."""
    _check_id(id)
    text, structure = parsed.text, parsed.structure
    _check_text(id, text)
    stated = title or structure.title
    blocks = tuple(with_captions(text, with_posts(text, structure.blocks)))
    heading, sections = find_sections(text, blocks, titled=bool(stated))
    called = _on_one_line(stated or "") or heading or _stated_title(structure.metadata) or _words_of(id)
    title = called if title else with_subjects(called, subjects(called, text, blocks, sections[0].end))
    sections = name_sections(title, text, blocks, sections)
    if len(title) > MAX_HEADING:
        raise CorpusError(f"document {id} has a title of {len(title)} characters: {MAX_HEADING} is the most")
    properties = {**(metadata or {}), **structure.metadata}
    described = {_on_one_line(name): words for name, value in properties.items() if (words := _on_one_line(value))}
    checksum = sha256(text.encode()).hexdigest()
    pairs = tuple(sorted(described.items()))
    info = DocumentInfo(id, title or id, checksum, len(text), sections, pairs, tuple(structure.anchors))
    return Document(info, text, blocks, tuple(structure.hidden))


def _on_one_line(words: str) -> str:
    """Words of a title or of metadata, in canonical form."""
    return " ".join(canonical(words).split())


def _stated_title(metadata: Mapping[str, str]) -> str:
    """The title that a file states in its properties; empty where a program has put that there."""
    title = metadata.get("title", "")
    return "" if len(title) > MAX_HEADING or _NO_TITLE.fullmatch(title) else title


def _words_of(name: str) -> str:
    """The last part of an id as words, without the suffix of a file."""
    last = PurePosixPath(name)
    return " ".join(re.split(r"[-_\s]+", last.stem if last.suffix.lower() in SUFFIXES else last.name)).strip()


def _check_text(name: str, text: str) -> None:
    if not text.strip():
        raise CorpusError(f"document {name} holds only white space: remove it or give it text")


def _check_id(name: str) -> None:
    """Raise CorpusError where the id could not be a relative path, or could not be told from another by eye."""
    if not 0 < len(name) <= MAX_ID:
        raise CorpusError(f"a document id has {len(name)} characters: give it 1 to {MAX_ID}")
    if canonical(name) != name or "\n" in name or "\t" in name:
        raise CorpusError(f"document id {name!a} holds control or invisible characters, or is not NFC: rename it")
    if "\\" in name:
        raise CorpusError(f"document id {name} holds a backslash: rename it")
    if any(part != part.strip() or part in ("", ".", "..") for part in name.split("/")):
        raise CorpusError(f"document id {name} is not a relative path of plain names: rename it")
