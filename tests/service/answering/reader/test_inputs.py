"""What a reader gets to see of a passage and of a quote."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.documents import Passage
from corpus.passages import Chunking, split
from corpus.sources import read_source
from service.answering.reader.inputs import passage_input, quote_fragments, quote_input

PassagesOf = Callable[[str, str], tuple[str, list[Passage]]]


@pytest.fixture
def passages_of(tmp_path: Path) -> PassagesOf:
    """Gives the text of a file of this name and content, and its passages."""

    def passages_of(name: str, content: str) -> tuple[str, list[Passage]]:
        (tmp_path / name).write_text(content, encoding="utf-8")
        (document,) = read_source(tmp_path / name)
        return document.text, split(document, Chunking(), 254, lambda texts: [len(each.split()) for each in texts])

    return passages_of


MARKDOWN = "# Hall\n\n| Room | Seats | Rent |\n|---|---|---|\n| Oak | 160 | 137 francs |\n| Ash | | 9 francs |\n"
HTML = (
    "# Hall\n\n<table><tr><th>Room</th><th>Seats</th></tr>\n<tr><td>Oak</td><td>160 <b>or</b> more</td></tr></table>\n"
)


@pytest.mark.parametrize(
    ("name", "text", "row", "expected"),
    [
        ("a.md", MARKDOWN, "Oak", "Room: Oak; Seats: 160; Rent: 137 francs"),
        ("a.md", MARKDOWN, "Ash", "Room: Ash; Rent: 9 francs"),
        ("a.md", HTML, "Oak", "Room: Oak; Seats: 160 <b>or</b> more"),
        ("a.csv", 'Name,City,Age\nAnn,"Rome, Italy",30\n', "Ann", "Name: Ann; City: Rome, Italy; Age: 30"),
        ("a.csv", "Name;Age\nAnn;30\n", "Ann", "Name: Ann; Age: 30"),
        ("a.html", f"<h1>Hall</h1>{HTML[8:]}", "Oak", "Room: Oak; Seats: 160 or more"),
    ],
)
def test_a_row_is_read_with_the_names_of_its_columns(
    passages_of: PassagesOf, name: str, text: str, row: str, expected: str
) -> None:
    whole, passages = passages_of(name, text)
    passage, span = next((p, span) for p in passages for span in p.sentences if row in whole[slice(*span)])
    fragments = quote_fragments(passage, span)
    assert "".join(words for words, _ in fragments) == expected
    cells = [(words, place) for words, place in fragments if place is not None]
    assert len(cells) == expected.count(": ")
    assert all(whole.startswith(words, place) for words, place in cells)


@pytest.mark.parametrize("row", ["| Oak | 160 |", "| Oak | 160 | 1 | 2 |", "Oak, 160\nand more", "a\nb"])
def test_a_row_with_other_cells_than_its_header_is_read_as_it_stands(row: str) -> None:
    passage = Passage("a", "A", (), 0, len(row), row, ((0, len(row)),), (0, 1), "| Room | Seats | Rent |", ("row",))
    assert quote_fragments(passage, (0, len(row))) == [(row, 0)]


def test_a_heading_that_is_quoted_stands_before_its_sentence(passages_of: PassagesOf) -> None:
    whole, (passage,) = passages_of("a.md", "# Log\n\n## 2.1 - 4 May 2021\n\n- Files open <b>fast</b>er.\n")
    heading, sentence = passage.headings[-1], passage.sentences[0]
    fragments = quote_fragments(passage, sentence, heading)
    assert [words for words, _ in fragments] == [
        "2.1 - 4 May 2021",
        "\n",
        whole[slice(*sentence)].replace("<b>", "   ").replace("</b>", "    "),
    ]
    assert [place for _, place in fragments] == [heading[0], None, sentence[0]]
    read = quote_input("What is new?", passage, sentence, heading)
    assert read.text == "".join(words for words, _ in fragments)
    assert list(read.sentences) == [(0, len(read.text))]
    assert read.title == passage.context


def test_tags_in_a_passage_are_blanked_and_nothing_moves(passages_of: PassagesOf) -> None:
    whole, (passage,) = passages_of("a.md", "One <i>two</i>. Six ten.\n")
    read = passage_input("How many?", passage)
    assert read.text == whole.strip().replace("<i>", "   ").replace("</i>", "    ")
    assert [read.text[start:end] for start, end in read.sentences] == ["One    two    .", "Six ten."]
