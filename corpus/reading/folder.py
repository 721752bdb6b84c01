"""The files of a folder as documents."""

import os
from collections.abc import Iterator
from pathlib import Path

from corpus.documents import Document
from corpus.encodings import decode
from corpus.errors import CorpusError
from corpus.formats import OTHERS, SUFFIXES, TEXTS
from corpus.making import document_of, make_document
from corpus.reading.files import read_source_file
from corpus.reading.isolation import LIMITS, Limits, Parsers
from corpus.reading.names import Entry, name_documents, refuse_twins, show, walk
from corpus.reading.report import LeftOut, Reading, ReadingReport

MAX_BYTES = 50 * 1024 * 1024  # of one file of text
READ = ", ".join(sorted(SUFFIXES)).replace(", .xlsx", " or .xlsx")
BESIDE_TEXT = 4  # times as many bytes may a file have that holds pictures and fonts too


def read_folder(folder: Path, max_bytes: int = MAX_BYTES, strict: bool = False, limits: Limits = LIMITS) -> Reading:
    """Every file below `folder` (or that one file) that has a known format, in the order of their ids.

    The id of a document is its relative path, without the suffix where that is .md or .txt. One document is in memory
    at a time. A missing path and an empty folder raise CorpusError before the first document.
    Hidden files and folders are skipped. A link to a folder inside is not followed, because that folder is read anyway.

    What cannot be read is left out, and the report says why: a link out of the folder, a damaged or encrypted file, one
    whose parser needs more than the `limits`. With `strict`, or where nothing is left, it raises CorpusError.
    """
    if not os.access(folder, os.R_OK):
        raise CorpusError(f"{show(folder)} does not exist or may not be read: name a folder of {READ} files")
    alone = not folder.is_dir()
    report = ReadingReport()
    known: list[Path] = []
    problems: list[Entry] = []
    for entry in [Entry(folder)] if alone else walk(folder):
        suffix = entry.path.suffix.lower()
        if entry.problem and (suffix in SUFFIXES or not os.path.isfile(entry.path)):  # noqa: PTH113, as in `walk`
            problems.append(entry)
        elif suffix in SUFFIXES:
            known.append(entry.path)
        else:
            report.not_read[show(Path(suffix)) if suffix else "without suffix"] += 1
    if not known and not problems:
        raise CorpusError(f"{show(folder)} holds no text: put {READ} files there")
    if strict or alone:
        refuse_twins(None if alone else folder, known)
    reader = _FolderReader(None if alone else folder, report, max_bytes, strict or alone, limits)
    return Reading(reader.documents(known, problems, show(folder)), report)


class _FolderReader:
    """Reads the files of one folder, the foreign formats in one child process."""

    def __init__(
        self, folder: Path | None, report: ReadingReport, max_bytes: int, strict: bool, limits: Limits
    ) -> None:
        self._folder = folder
        self._report = report
        self._max_bytes = max_bytes
        self._strict = strict
        self._limits = limits

    def documents(self, paths: list[Path], problems: list[Entry], shown: str) -> Iterator[Document]:
        """The documents; `shown` is the folder as messages name it."""
        for entry in problems:
            self._leave_out(entry.path, CorpusError(entry.problem))
        count = 0
        with Parsers(self._limits) as parsers:
            for name, entry in name_documents(self._folder, paths):
                try:
                    if entry.problem:
                        raise CorpusError(entry.problem)
                    document = self._read(name, entry.path, parsers)
                except CorpusError as error:
                    self._leave_out(entry.path, error)
                    continue
                count += 1
                yield document
        if not count:
            first = self._report.left_out[0]
            raise CorpusError(f"{shown}: none of its files can be read; the first is {first.file}: {first.reason}")

    def _leave_out(self, path: Path, error: CorpusError) -> None:
        if self._strict:
            raise error
        shown = show(path)
        reason = str(error).removeprefix(shown).lstrip(": ")
        inner = path.relative_to(self._folder) if self._folder else path
        # What a parser says may quote its file.
        printed = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in reason)
        self._report.left_out.append(LeftOut(show(inner), printed))

    def _read(self, name: str, path: Path, parsers: Parsers) -> Document:
        """One file as a document; raises CorpusError that names the file and, for wrong bytes, byte and line."""
        suffix = path.suffix.lower()
        most = self._max_bytes * (1 if suffix in TEXTS else BESIDE_TEXT)
        content = read_source_file(path, self._folder, most)
        data, metadata = content.data, {"modified": content.modified}
        try:
            if suffix in OTHERS:
                parsed = parsers.read(suffix, data)
                document, encoding = document_of(name, parsed, metadata=metadata), parsed.encoding
            else:
                decoded = decode(data)
                document = make_document(name, decoded.text, suffix=suffix, metadata=metadata)
                encoding = decoded.encoding
        except CorpusError as error:
            separator = ": " if str(error).startswith(("document ", "a document ")) else " "
            raise CorpusError(f"{show(path)}{separator}{error}") from None
        if encoding != "utf-8":
            self._report.encodings[show(path.relative_to(self._folder) if self._folder else path)] = encoding
        return document
