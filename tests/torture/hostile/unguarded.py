"""The limits that end bombs, each taken out, in this process or in the one that parsers run in.

Each function takes one limit out; `put` puts something in the place of an attribute, as `setattr` does.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Put: TypeAlias = Callable[[Any, str, Any], None]
TakeOut: TypeAlias = Callable[[Put], None]
NO_LIMIT = 1 << 40


def in_child(take_out: TakeOut, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every process of parsers that starts from now on has no such limit; `folder` is for a file of the test's own."""
    folder.mkdir()
    # Python imports a module of this name before it begins.
    (folder / "sitecustomize.py").write_text(
        f"from {__name__} import {take_out.__name__}\n\n{take_out.__name__}(setattr)\n", "utf-8"
    )
    root = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", f"{folder}:{root}")


def plain_front_matter(put: Put) -> None:
    from corpus import front_matter

    put(front_matter, "_is_plain", lambda source: True)


def nested_markdown(put: Put) -> None:
    from corpus.formats import markdown

    parser = markdown._parser.__wrapped__()  # one of its own
    parser.options["maxNesting"] = NO_LIMIT
    put(markdown, "_parser", lambda: parser)


def whole_sentences(put: Put) -> None:
    from corpus import passages

    def uncut(text: str, sentence: object, *rest: object) -> Iterator[object]:
        yield sentence

    put(passages, "cut", uncut)


def long_words(put: Put) -> None:
    from corpus.prose import sentences

    put(sentences, "LETTERS", NO_LIMIT)


def many_marks(put: Put) -> None:
    from corpus import canonical

    put(canonical, "MARKS", 1 << 31)  # more than that no pattern counts


def deep_elements(put: Put) -> None:
    from corpus.formats import html

    put(html, "check_depth", lambda text: None)


def wide_cells(put: Put) -> None:
    from corpus.building import tables

    put(tables, "MAX_SPAN", NO_LIMIT)
    put(tables, "MAX_COLUMNS", NO_LIMIT)


def many_pages(put: Put) -> None:
    from corpus.formats import pdf

    put(pdf, "MAX_PAGES", NO_LIMIT)


def many_shapes(put: Put) -> None:
    from corpus.building import rules

    put(rules, "MAX_SHAPES", NO_LIMIT)


def large_archives(put: Put) -> None:
    from corpus.building.packages import open_archive

    put(open_archive, "__defaults__", (NO_LIMIT, NO_LIMIT))


def long_documents(put: Put) -> None:
    from corpus.building.builder import Builder

    put(Builder.__init__, "__defaults__", (NO_LIMIT,))


def written_out_entities(put: Put) -> None:
    """The guard of the parsers of XML cannot be turned off: they are given what one without it would make of a file."""
    from xml.etree import ElementTree

    from lxml import etree

    for module in (ElementTree, etree):
        parse = module.fromstring
        put(module, "fromstring", lambda xml, *rest, parse=parse: parse(written_out(xml), *rest))


def written_out(xml: bytes | str) -> bytes:
    """XML without entities of its own, each replaced by what it stands for."""
    xml = xml.encode() if isinstance(xml, str) else xml
    entities = dict(re.findall(rb"<!ENTITY (\w+) '([^']*)'>", xml))

    @cache
    def words(name: bytes) -> bytes:
        return write_out(entities[name]) if name in entities else b"&" + name + b";"

    def write_out(text: bytes) -> bytes:
        return re.sub(rb"&(\w+);", lambda entity: words(entity[1]), text)

    return write_out(re.sub(rb"<!DOCTYPE x \[.*?\]>", b"", xml))


def nested_xml(put: Put) -> None:
    from lxml import etree

    parser = etree.XMLParser
    put(etree, "XMLParser", lambda **options: parser(**options, huge_tree=True))
    deep_calls(put)


def deep_calls(put: Put) -> None:
    """Only in a process of its own: Python's limit of calls in calls."""
    sys.setrecursionlimit(1 << 20)


def many_rows(put: Put) -> None:
    from corpus.formats import xlsx

    put(xlsx, "MAX_ROWS", NO_LIMIT)


def merged_rows(put: Put) -> None:
    from corpus.formats import xlsx

    put(xlsx, "MAX_COVERED", NO_LIMIT)


def wide_records(put: Put) -> None:
    from corpus.formats import delimited

    put(delimited.parse, "__defaults__", (NO_LIMIT, NO_LIMIT))


def long_cells(put: Put) -> None:
    from corpus.formats import delimited

    put(delimited, "MAX_CELL", NO_LIMIT)
