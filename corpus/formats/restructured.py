"""reStructuredText: what docutils makes of it, without reading other files; what only Sphinx knows is read as text."""

import re
from dataclasses import replace
from typing import Any

from corpus.building.builder import Builder
from corpus.building.tables import Cell, add_table
from corpus.documents import BlockKind
from corpus.encodings import decode
from corpus.prose.blocks import Parsed

_DIRECTIVE = re.compile(r"^[ \t]*\.\. (?:\|[^|\n]+\| )?([\w:.+-]+)::", re.MULTILINE)
_ROLE = re.compile(r":([\w:.+-]{1,80}):`")
_TARGET = re.compile(r"(?<!\s)\s*+<[^<>]*+>$")
_SKIPPED = frozenset(
    "comment system_message substitution_definition target pending raw image generated problematic".split()
)
_PROSE: dict[str, BlockKind] = {"block_quote": "quotation"}
_SILENT = frozenset(
    "toctree index literalinclude highlight currentmodule automodule autoclass autofunction automethod".split()
)  # directives of Sphinx that hold no words

Document = Any  # a tree of docutils


def read(data: bytes) -> Parsed:
    """The text of a document and its structure; raises CorpusError."""
    decoded = decode(data)
    builder = Builder()
    _Walk(builder).children(_parse(decoded.text), 0, "paragraph", 0)
    return replace(builder.finish(), encoding=decoded.encoding)


def _parse(text: str) -> Document:
    from docutils.core import publish_doctree

    _know(text)
    settings = {
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 6,
        "syntax_highlight": "none",
        "smart_quotes": False,
        "line_length_limit": 1_000_000,
        "_disable_config": True,
    }
    return publish_doctree(text, settings_overrides=settings)


def _know(text: str) -> None:
    """Make directives and roles that docutils lacks known to it: their content is text."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives, roles

    class Anything(Directive):
        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True

        def run(self) -> list[Any]:
            container = nodes.container()
            if self.name.lower() in _SILENT:
                return []
            first, _, rest = "".join(self.arguments).partition("\n")
            container += [nodes.paragraph(words, words) for words in (first, rest) if words.strip()]
            self.state.nested_parse(self.content, self.content_offset, container)
            return [container]

    def anything(name: str, source: str, words: str, *rest: object, **options: object) -> tuple[list[Any], list[Any]]:
        return [nodes.inline(source, _TARGET.sub("", words).lstrip("~!"))], []

    language = __import__("docutils.parsers.rst.languages.en", fromlist=["en"])
    for name in set(_DIRECTIVE.findall(text)):
        if name.lower() not in language.directives:
            directives.register_directive(name.lower(), Anything)
    for name in set(_ROLE.findall(text)):
        if name.lower() not in language.roles:
            roles.register_local_role(name.lower(), anything)


class _Walk:
    """Goes through the tree and adds what it comes to."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder

    def children(self, node: Document, depth: int, kind: BlockKind, level: int) -> None:
        """Add what stands in a node: `depth` counts sections, `level` lists."""
        for child in node.children:
            self._add(child, depth, kind, level)

    def _add(self, node: Document, depth: int, kind: BlockKind, level: int) -> None:
        name = node.tagname
        if name in _SKIPPED:
            return
        if name in ("title", "subtitle", "rubric"):
            self._builder.heading(node.astext(), max(depth, 1) if name == "title" else depth + 2)
        elif name == "section":
            self.children(node, depth + 1, kind, level)
        elif name in ("bullet_list", "enumerated_list", "definition_list", "field_list", "option_list"):
            for item in node.children:
                self._item(item, depth, level + 1)
            if not level:
                self._builder.gap()
        elif name in ("literal_block", "doctest_block", "math_block"):
            self._builder.paragraph(node.astext(), "code")
        elif name == "table":
            self._table(node)
        elif name == "docinfo":
            for field in node.children:
                self._builder.describe(*_description(field))
        elif name in ("paragraph", "attribution", "caption", "line_block", "term"):
            self._prose(node.astext(), kind, level)
        else:
            self.children(node, depth, _PROSE.get(name, kind), level)

    def _prose(self, text: str, kind: BlockKind, level: int) -> None:
        if kind == "item":
            self._builder.item(text, level)
        else:
            self._builder.paragraph(text, kind)

    def _item(self, item: Document, depth: int, level: int) -> None:
        """An item of a list; a term and its definition are one."""
        names = {"term", "classifier", "field_name", "option_group"}
        words = "\n".join(child.astext() for child in item.children if child.tagname in names)
        rest = [child for child in item.children if child.tagname not in names]
        if words:
            inner = [part for child in rest for part in child.children]
            if inner and inner[0].tagname == "paragraph":
                words += f"\n{inner.pop(0).astext()}"
            self._builder.item(words, level)
            rest = inner
        for child in rest:
            self._add(child, depth, "item", level)

    def _table(self, node: Document) -> None:
        rows: list[list[Cell]] = []
        headers = 0
        for part in node.findall(lambda each: each.tagname in ("title", "row")):
            if part.tagname == "title":
                self._builder.paragraph(part.astext())
                continue
            headers += part.parent.tagname == "thead"
            rows.append([_cell(entry) for entry in part.children])
        add_table(self._builder, rows, headers)


def _cell(entry: Document) -> Cell:
    words = " ".join(entry.astext().split())
    return Cell(words, entry.get("morecols", 0) + 1, entry.get("morerows", 0) + 1)


def _description(field: Document) -> tuple[str, str]:
    """The name and the value of a field of the document."""
    if field.tagname == "field":
        name, body = field.children
        return name.astext().lower(), body.astext()
    return field.tagname, field.astext()
