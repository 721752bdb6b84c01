"""What a reader gets to see of a passage and of a quote."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.documents import Passage
from corpus.folding import fold
from corpus.passages import Chunking, split
from corpus.sources import read_source
from service.answering.reader.compared import compared_input, words_in
from service.answering.reader.inputs import (
    Quoted,
    passage_input,
    passage_text,
    passage_title,
    quote_fragments,
)

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


ROWS = ("Oak", "160", "9 May"), ("Ash", "<b>75</b>", "2 June"), ("Elm", "40", "7 July")
NAMES = ("Room", "Seats", "Open from")


def html_rows() -> str:
    rows = ("".join(f"\n  <td>{cell}</td>" for cell in row) for row in ROWS)
    head = "".join(f"<th>{name}</th>" for name in NAMES)
    return f"<table><tr>{head}</tr>\n" + "\n".join(f" <tr>{row}\n </tr>" for row in rows) + "\n</table>\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "\n".join(" | ".join(row) for row in (NAMES, ("---",) * 3, *ROWS))),
        ("a.md", "\n".join("|".join(row) for row in (NAMES, ("---",) * 3, *ROWS))),
        ("a.md", html_rows()),
        ("a.csv", "\n".join(",".join(row) for row in (NAMES, *ROWS))),
        ("a.csv", "\n".join(";".join(f'"{cell}"' for cell in row) for row in (NAMES, *ROWS))),
        ("a.tsv", "\n".join("\t".join(row) for row in (NAMES, *ROWS))),
    ],
)
def test_every_table_is_read_with_bars_between_cells_and_two_between_rows(
    passages_of: PassagesOf, name: str, text: str
) -> None:
    _, (passage,) = passages_of(name, text)
    read = passage_text(passage)
    assert len(read) == len(passage.text)
    rows = read[passage.sentences[0][0] - passage.start :]
    words = fold(rows).text.replace('"', " ").split("| |")
    assert [[cell.strip() for cell in row.split("|")] for row in words] == [
        ["Oak", "160", "9 May"],
        ["Ash", "75", "2 June"],
        ["Elm", "40", "7 July"],
    ]


def test_the_header_that_stands_above_a_passage_is_read_with_bars(passages_of: PassagesOf) -> None:
    _, passages = passages_of("a.csv", "\n".join(("Room,Seats", *(f"Hall {n},{n * n}" for n in range(400)))))
    assert passage_title(passages[-1]).endswith("Room|Seats")


def test_a_table_with_bars_at_its_ends_is_read_as_it_stands(passages_of: PassagesOf) -> None:
    _, (passage,) = passages_of("a.md", MARKDOWN)
    assert passage_text(passage) == passage.text


def test_what_stands_between_other_blocks_than_rows_stays(passages_of: PassagesOf) -> None:
    text = "- Oak, first\n- Ash | second\n\nAnd | more.\n\nRoom, seats\n\nThe end.\n"
    _, passages = passages_of("a.md", text)
    assert [passage_text(each) for each in passages] == [each.text for each in passages]


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
    read = compared_input("What is new?", [Quoted(passage, sentence, heading)])
    assert read.text == "".join(words for words, _ in fragments) + "\n"
    assert list(read.sentences) == [(0, len(read.text) - 1)]
    assert read.title == passage.context


def test_tags_in_a_passage_are_blanked_and_nothing_moves(passages_of: PassagesOf) -> None:
    whole, (passage,) = passages_of("a.md", "One <i>two</i>. Six ten.\n")
    read = passage_input("How many?", passage)
    assert read.text == whole.strip().replace("<i>", "   ").replace("</i>", "    ")
    assert [read.text[start:end] for start, end in read.sentences] == ["One    two    .", "Six ten."]


def test_quotes_side_by_side_are_told_apart_by_the_headings_that_they_do_not_share(passages_of: PassagesOf) -> None:
    whole, passages = passages_of(
        "a.md", "# Hall\n\n## Oak room\n\nIt seats 160. Rent is 137 francs.\n\n## Rates\n\n" + MARKDOWN.split("\n\n")[1]
    )
    quotes = [
        Quoted(passage, span)
        for passage in passages
        for span in passage.sentences
        if "Rent is" in whole[slice(*span)] or "| Ash" in whole[slice(*span)]
    ]
    read = compared_input("What is the rent?", quotes)
    assert read.title == "Hall"
    assert read.text == "Oak room: Rent is 137 francs.\nRates: Room: Ash; Rent: 9 francs\n"
    assert [read.text[slice(*span)] for span in read.sentences] == ["Rent is 137 francs.", "Room: Ash; Rent: 9 francs"]
    alone = compared_input("What is the rent?", quotes[:1])
    assert (alone.title, alone.text) == ("Hall > Oak room", "Rent is 137 francs.\n")


def test_quotes_overlap_only_within_a_passage(passages_of: PassagesOf) -> None:
    _, (one, other) = passages_of("a.md", "# Hall\n\n## Oak\n\nIt seats 160. Rent is low.\n\n## Ash\n\nIt seats 40.\n")
    first, second = one.sentences
    whole = (first[0], second[1])
    assert Quoted(one, whole).overlaps(Quoted(one, second))
    assert not Quoted(one, first).overlaps(Quoted(one, second))
    assert not Quoted(one, whole).overlaps(Quoted(other, whole))


def test_the_words_of_a_quote_are_found_in_its_document(passages_of: PassagesOf) -> None:
    whole, passages = passages_of("a.md", MARKDOWN)
    quoted = next(Quoted(p, span) for p in passages for span in p.sentences if "Oak" in whole[slice(*span)])
    read = compared_input("What is the rent?", [quoted]).text
    assert read == "Room: Oak; Seats: 160; Rent: 137 francs\n"
    found = words_in(quoted, read.index("137"), read.index("francs") + 6)
    assert found
    assert whole[slice(*found)] == "137 francs"
    assert words_in(quoted, read.index("Rent"), read.index("137")) is None  # the name of a column stands elsewhere
    beyond = words_in(quoted, read.index("160"), len(read))
    assert beyond
    assert whole[slice(*beyond)] == "160"
