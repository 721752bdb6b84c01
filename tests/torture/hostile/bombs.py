"""Small files that ask for much, of each format: what their refusal says, and what they do without it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tests.corpus.samples import archive
from tests.torture.hostile import unguarded
from tests.torture.hostile.makers import (
    CONTAINER,
    DOCUMENT,
    LARGE,
    SLIDE,
    STYLES,
    book,
    cell,
    drawn,
    grouped,
    inflating,
    large,
    many_pages,
    merged,
    office,
    repeated,
    shared,
    substituted,
    tracked,
    with_entities,
)
from tests.torture.hostile.unguarded import TakeOut


@dataclass(frozen=True, slots=True)
class Bomb:
    """`make` gives the bytes of a file, or how long it is where nothing but that counts.

    `said` is a pattern of what its refusal says; None where it is read, in bounds. `without` takes its own limit out;
    None where that is the limit of memory. `harm` is a pattern of what is then said of it, by a parser that may take
    `seconds`; None where a test of its own says so.
    """

    make: Callable[[], bytes | int]
    said: str | None
    without: TakeOut | None
    harm: str | None
    seconds: float = 240.0
    is_slow: bool = False  # where its limit is taken out: that is only done in long mode


MEMORY = "^takes too much memory to read"
ENDED = r"^(?:takes too much memory to read|ended its parser \(status -6\))"  # where a library ends its process
OUT = "is left out: takes too much memory"
LIBXML = r"is left out: cannot be read \(XMLSyntaxError: unknown error"  # what it says where the memory ends
LEXBOR = "is left out: cannot be read .SelectolaxError: Can't parse HTML"  # what that says
SLOW = "is left out: takes more than [23] seconds"
UNPACKS = rf"^unpacks to {LARGE // 1_000_000}\d{{6}} bytes, more than may be read"


def unpacking(suffix: str, part: str, element: str, root: str) -> Bomb:
    """An Office file whose part unpacks to very many elements."""
    make = partial(office, suffix, part, large(element, root))
    return Bomb(make, UNPACKS, unguarded.large_archives, LIBXML, is_slow=True)


def office_bombs(suffix: str, part: str, nested: Callable[[str], str], element: str, root: str) -> Mapping[str, Bomb]:
    """The bombs of a format of Office; `nested` puts elements into elements in its part."""
    return {
        "zip": unpacking(suffix, part, element, root),
        "entities": Bomb(
            partial(office, suffix, part, with_entities),
            "^cannot be read .XMLSyntaxError: .*entity",
            unguarded.written_out_entities,
            OUT,
        ),
        "elements": Bomb(
            partial(office, suffix, part, nested),
            "^cannot be read .XMLSyntaxError: Excessive depth",
            unguarded.nested_xml,
            "is read",
        ),
    }


BOMBS: Mapping[str, Mapping[str, Bomb]] = {
    ".md": {
        "nested": Bomb(
            lambda: b"---\na: " + b"[" * 2_000 + b"\n---\n\nMARK",
            None,
            unguarded.plain_front_matter,
            "ends the build: RecursionError",
        ),
        "repeated": Bomb(
            lambda: f"---\n{repeated(400)}---\n\nMARK".encode(),
            None,
            unguarded.plain_front_matter,
            r"has 12\d{6} characters of metadata",
        ),
        "quotations": Bomb(
            lambda: b"> " * 20_000 + b"MARK", None, unguarded.nested_markdown, "ends the build: RecursionError"
        ),
        "lists": Bomb(
            lambda: b"- " * 2_000 + b"MARK", None, unguarded.nested_markdown, "ends the build: RecursionError"
        ),
        "size": Bomb(lambda: 60_000_000, "^has 60000000 bytes, more than 52428800: split it", None, None),
    },
    ".txt": {
        "line": Bomb(lambda: b"word " * 20_000, None, unguarded.whole_sentences, "has a passage of 99999 characters"),
        "word": Bomb(
            lambda: "\u65e5".encode() * 100_000, None, unguarded.long_words, "has a passage of 100000 characters"
        ),
        "marks": Bomb(
            lambda: b"a" + "\u0301\u0323".encode() * 15_000,
            None,
            unguarded.many_marks,
            r"takes more than 0\.5 seconds",
            0.5,
        ),
        "size": Bomb(lambda: 1 << 40, "^has 1099511627776 bytes, more than 52428800: split it", None, None),
    },
    ".html": {
        "elements": Bomb(
            lambda: b"<div>" * 200_000 + b"MARK",
            "^nests elements more than 10000 deep",
            unguarded.deep_elements,
            SLOW,
            2,
        ),
        "others": Bomb(
            lambda: b"<main>" * 200_000 + b"MARK",
            "^nests elements more than 10000 deep",
            unguarded.deep_elements,
            SLOW,
            2,
        ),
        "columns": Bomb(
            lambda: b"<table>" + b"<tr><td colspan=999999>MARK<td>MARK" * 500, None, unguarded.wide_cells, OUT
        ),
        "rows": Bomb(
            lambda: b"<table><tr><td rowspan=65534>" + b"MARK " * 20 + b"<td>a" + b"<tr><td>a</td></tr>" * 20_000,
            None,
            unguarded.wide_cells,
            r"has 2\d{6} characters",
        ),
    },
    ".pdf": {
        "pages": Bomb(many_pages, "^has 20001 pages, more than 20000", unguarded.many_pages, "is read", is_slow=True),
        "shapes": Bomb(drawn, None, unguarded.many_shapes, SLOW, 3),
        "stream": Bomb(inflating, ENDED, None, "is read"),
    },
    ".docx": office_bombs("docx", DOCUMENT, tracked, "<w:p/>", "w:body"),
    ".pptx": office_bombs("pptx", SLIDE, grouped, "<p:sp/>", "p:spTree"),
    ".xlsx": {
        "zip": unpacking("xlsx", STYLES, "<x/>", "styleSheet"),
        "shared": Bomb(
            shared, "^holds more than 50000000 characters", unguarded.long_documents, "is read", is_slow=True
        ),
        "rows": Bomb(
            partial(cell, "A99999999", 99_999_999),
            "^has a sheet of more than 1048576 rows",
            unguarded.many_rows,
            SLOW,
            2,
        ),
        "merged": Bomb(merged, None, unguarded.merged_rows, OUT, is_slow=True),
    },
    ".csv": {
        "columns": Bomb(
            lambda: b"a," * 1_000_000,
            "^has a record of 1000001 cells, more than 16384",
            unguarded.wide_records,
            "is read",
        ),
        "quote": Bomb(
            lambda: b'a,b\n"' + b"x" * 11_000_000,
            "^is no table .* larger than field limit",
            unguarded.long_cells,
            "is read",
        ),
    },
    ".epub": {
        "zip": Bomb(partial(book, 1, "x" * LARGE), UNPACKS, unguarded.large_archives, LEXBOR, is_slow=True),
        "entities": Bomb(
            lambda: archive({"META-INF/container.xml": with_entities(CONTAINER)}),
            "^is no EPUB .limit on input amplification",
            unguarded.written_out_entities,
            OUT,
        ),
        "spine": Bomb(
            lambda: book(60, f"<p>{'word ' * 200_000}</p>"),
            "^holds more than 50000000 characters",
            unguarded.long_documents,
            "is read",
            is_slow=True,
        ),
    },
    ".vtt": {
        "turns": Bomb(
            lambda: b"00:01.0 --> 00:02.0\n<v A>x\n\n00:02.0 --> 00:03.0\n<v B>y\n\n" * 10_000, None, None, None
        ),
        "size": Bomb(lambda: 1 << 40, "^has 1099511627776 bytes, more than 209715200: split it", None, None),
    },
    ".rst": {
        "lists": Bomb(lambda: b"- " * 400 + b"MARK", "^is nested too deep", unguarded.deep_calls, "is read"),
        "substitutions": Bomb(
            substituted, MEMORY, None, "is left out: holds more than 50000000 characters", is_slow=True
        ),
    },
}
