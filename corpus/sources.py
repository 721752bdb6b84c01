"""From folders, files and JSON lines to documents of canonical text. An error names what is wrong and where."""

from pathlib import Path

from corpus.making import MAX_ID, make_document
from corpus.reading.folder import MAX_BYTES, read_folder
from corpus.reading.json_lines import read_jsonl
from corpus.reading.report import Reading

__all__ = ["MAX_BYTES", "MAX_ID", "Reading", "make_document", "read_folder", "read_jsonl", "read_source"]


def read_source(path: Path, strict: bool = False) -> Reading:
    """The documents of a .jsonl file, a folder or one file; raises CorpusError.

    Files of a folder that cannot be read are left out, unless `strict`; the reading's `report` names them.
    """
    return read_jsonl(path) if path.suffix.lower() == ".jsonl" else read_folder(path, strict=strict)
