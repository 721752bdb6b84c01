"""One file a format: what a text's blocks are. The formats do not know each other."""

from importlib import import_module

from corpus.prose.blocks import Parsed, Structure

TEXTS = {".md": "markdown", ".markdown": "markdown", ".txt": "plain_text", ".csv": "delimited", ".tsv": "delimited"}
"""Formats that are text as they stand: `parse(text)` gives the structure of a canonical text."""

OTHERS = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "xlsx",
    ".epub": "epub",
    ".rst": "restructured",
    ".srt": "captions",
    ".vtt": "captions",
}
"""Formats that are read in a child process: `read(data)` gives the text, for most of them taken out, and structure."""

SUFFIXES = frozenset((*TEXTS, *OTHERS))


def parse(text: str, suffix: str | None) -> Structure:
    """The blocks of a canonical text; a text of unknown suffix is Markdown where it looks like that."""
    from corpus.formats.markdown import looks_like_markdown

    name = TEXTS.get(suffix or "") or ("markdown" if looks_like_markdown(text) else "plain_text")
    structure: Structure = import_module(f"corpus.formats.{name}").parse(text)
    return structure


def read(data: bytes, suffix: str) -> Parsed:
    """The text of a file and its structure; raises CorpusError, ImportError, and whatever the parser raises."""
    parsed: Parsed = import_module(f"corpus.formats.{OTHERS[suffix]}").read(data)
    return parsed
