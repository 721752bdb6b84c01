"""From a text to a document, and every id and text that is refused."""

from hashlib import sha256

import pytest

from corpus.documents import Anchor, Block, Section, anchor_at
from corpus.errors import CorpusError
from corpus.making import document_of, make_document
from corpus.prose.blocks import Parsed, Structure


def test_make_document() -> None:
    document = make_document("notes/my_first-note", "\ufeffcafe\u0301\r\n")
    assert document.text == "café\n"
    assert document.info.title == "my first note"
    assert document.info.length == 5
    assert document.info.sha256 == sha256("café\n".encode()).hexdigest()
    assert document.info.sections == (Section((), 0, 4),)


def test_titles() -> None:
    assert make_document("a", "= Heading =\nx").info.title == "Heading"
    assert make_document("a", "= Heading =\nx", " Given\n title\u200b ").info.title == "Given title"
    assert make_document("a", "x", " ").info.title == "a"
    assert make_document("a/--", "x").info.title == "a/--"
    with pytest.raises(CorpusError, match=r"^document a has a title of 301 characters: 300 is the most$"):
        make_document("a", "x", "t" * 301)


@pytest.mark.parametrize(
    "name",
    ["a", "a/b c (1)/d.e-f_g", "Über uns", "مرکز", "研究所/見出し", "x" * 200, "q&a+b=c, d!", "100% done #1?", "a%2fb"],
)
def test_ids_that_are_taken(name: str) -> None:
    assert make_document(name, "x").id == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "x" * 201, "/a", "a//b", "a/", "..", "a/../b", "./a", " a", "a /b"),
        *("a\\b", "a\nb", "a\tb", "a\x00", "e\u0301", "a\u202eb", "\ud800", "\u200b"),
    ],
)
def test_ids_that_are_refused(name: str) -> None:
    with pytest.raises(CorpusError) as refusal:
        make_document(name, "x")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff\u200b\r\n"])
def test_text_of_only_white_space_is_refused(text: str) -> None:
    with pytest.raises(CorpusError, match=r"^document a holds only white space: remove it or give it text$"):
        make_document("a", text)


def test_text_with_nul_is_refused() -> None:
    with pytest.raises(CorpusError, match=r"^document a is binary \(NUL at character 2\): give it as plain text$"):
        make_document("a", "xy\x00")


def test_metadata_of_the_caller_and_of_the_text() -> None:
    text = "---\nauthor: Ann\n---\n\nx"
    document = make_document("a", text, suffix=".md", metadata={"author": "Bob", "modified": "2026-01-02"})
    assert document.info.metadata == (("author", "Ann"), ("modified", "2026-01-02"))


def test_metadata_are_canonical_and_on_one_line() -> None:
    document = make_document("a", "x", metadata={"b\x1b": "c\u202e\nd\ud800", "e": "\x00"})
    assert document.info.metadata == (("b", "c d"),)


def test_the_anchor_of_a_position() -> None:
    anchors = (Anchor(2, 1, "page 1"), Anchor(9, 2, "page 2"))
    assert [anchor_at(anchors, position) for position in (0, 2, 8, 9, 99)] == [None, *anchors[:1] * 2, *anchors[1:] * 2]
    assert anchor_at((), 0) is None


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Price list of the yard", "Price list of the yard"),
        ("Untitled 1", "a b"),
        ("Microsoft Word - final.doc", "a b"),
        ("final2.docx", "a b"),
        ("", "a b"),
    ],
)
def test_a_text_without_a_heading_is_called_as_its_file_says(stated: str, title: str) -> None:
    parsed = Parsed("words", Structure([Block("paragraph", 0, 5)], metadata={"title": stated}))
    assert document_of("a-b.xlsx", parsed).info.title == title
    headed = Parsed("words", Structure([Block("heading", 0, 5, 1)], metadata={"title": stated}))
    assert document_of("a-b.xlsx", headed).info.title == "words"
