"""HTML: what a browser shows of a page. The menus, forms and scripts around it are left out."""

import re
from dataclasses import replace

from corpus.building.builder import Builder
from corpus.building.nodes import Node
from corpus.building.web_page import add_page
from corpus.documents import Anchor
from corpus.encodings import decode
from corpus.errors import CorpusError
from corpus.prose.blocks import Parsed

MAX_DEPTH = 10_000  # elements open at once

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*+=\s*+[\"']?\s*+([\w-]{2,40})", re.IGNORECASE)
_NESTED = (
    "div|span|table|tr|td|ul|ol|li|blockquote|section|article|font|b|i|em|strong|a|address|aside|center|details|dialog"
    "|dir|dl|fieldset|figcaption|figure|footer|header|hgroup|listing|main|menu|nav|pre|search|summary"
)
_NESTING = re.compile(rf"<(/?)(?:{_NESTED})\b", re.IGNORECASE)
_DESCRIPTIONS = {"author": "author", "description": "description", "keywords": "keywords", "date": "date"}


def read(data: bytes) -> Parsed:
    """The text of a page and its structure; raises CorpusError."""
    from selectolax.lexbor import LexborHTMLParser

    declared = _CHARSET.search(data[:2048])
    decoded = decode(data, declared[1].decode() if declared else None)
    text = decoded.text
    check_depth(text)
    tree = LexborHTMLParser(text)
    builder = Builder()
    if tree.root is None:
        return builder.finish()
    title = tree.css_first("head > title")
    for meta in tree.css("head > meta"):
        name = (meta.attributes.get("name") or "").lower()
        if name in _DESCRIPTIONS:
            builder.describe(_DESCRIPTIONS[name], meta.attributes.get("content"))
    add_page(builder, tree.root, _mark, "\n".join(style.text() for style in tree.css("style")))
    if title:
        builder.describe("title", title.text())
        if tree.css_first("h1") is None:
            builder.title = title.text()
    return replace(builder.finish(), encoding=decoded.encoding)


def check_depth(text: str, most: int = MAX_DEPTH) -> None:
    """Raise CorpusError where elements are nested so deep that parsing them would take hours."""
    depth = 0
    for tag in _NESTING.finditer(text):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > most:
            raise CorpusError(f"nests elements more than {most} deep: save it again from a browser")


def _mark(node: Node) -> Anchor | None:
    """A heading that links can point at is an anchor."""
    name = node.attributes.get("id")
    is_heading = (node.tag or "") in ("h1", "h2", "h3", "h4", "h5", "h6")
    return Anchor(0, None, f"#{name}") if name and is_heading else None
