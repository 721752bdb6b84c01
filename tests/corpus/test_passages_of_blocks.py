"""Passages follow blocks: what is read together stays together, and each passage says what it is made of."""

from collections.abc import Sequence

import pytest

from corpus.documents import Passage
from corpus.passages import Chunking, split
from corpus.sources import make_document


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def passages_of(text: str, max_tokens: int = 60, min_tokens: int = 1, suffix: str = ".md") -> list[Passage]:
    document = make_document("d", text, "T", suffix=suffix)
    passages = split(document, Chunking(max_tokens, min_tokens), 1000, count_words)
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        if passage.lead:
            assert document.text[slice(*passage.lead)] == passage.lead_text
    return passages


def sentences_of(passage: Passage) -> list[str]:
    return passage.sentence_texts


HEADER = "| Part | Price | Weight |"
ROWS = [f"| P-{number} | {number}0 EUR | {number} kg |" for number in range(1, 31)]
TABLE = "\n".join([HEADER, "|---|---|---|", *ROWS])


@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_rows_of_a_long_table_travel_with_its_header(suffix: str) -> None:
    passages = passages_of(f"Our parts.\n\n{TABLE}\n\nThat is all.", suffix=suffix)
    assert [passage.text for passage in (passages[0], passages[-1])] == ["Our parts.", "That is all."]
    parts = passages[1:-1]
    assert len(parts) > 3
    assert parts[0].text.startswith(HEADER)
    assert not any(part.text.startswith(HEADER) for part in parts[1:])
    assert [row for part in parts for row in sentences_of(part)] == ROWS
    for part in parts:
        assert (part.lead_text, set(part.kinds)) == (HEADER, {"row"})
        assert part.context == f"T > {HEADER}"
        assert len((part.lead_text + " ".join(sentences_of(part))).split()) <= 60


def test_a_table_that_fits_is_one_passage() -> None:
    (passage,) = passages_of("\n".join([HEADER, "|---|---|---|", *ROWS[:3]]), min_tokens=100)
    assert sentences_of(passage) == ROWS[:3]
    assert passage.blocks == (0, 1, 2)


def test_rows_of_an_html_table_travel_with_its_header() -> None:
    rows = "\n".join(f"<tr><td>P-{number}</td><td>{number}0 EUR</td></tr>" for number in range(1, 30))
    passages = passages_of(f"<table>\n<tr><th>Part</th><th>Price</th></tr>\n{rows}\n</table>\n", max_tokens=9)
    assert {passage.lead_text for passage in passages} == {"Part</th><th>Price"}
    assert sum(len(passage.sentences) for passage in passages) == 29


def test_two_tables_never_share_a_passage() -> None:
    other = "| Town | Fee |\n|---|---|\n| Lund | 4 |"
    passages = passages_of("\n".join([HEADER, "|---|---|---|", ROWS[0]]) + f"\n\n{other}", min_tokens=100)
    assert [passage.lead_text for passage in passages] == [HEADER, "| Town | Fee |"]


ITEMS = [f"- item {number} of this long list" for number in range(1, 31)]


def test_items_of_a_long_list_travel_with_what_announces_it() -> None:
    text = "Bring all of these:\n\n" + "\n".join(ITEMS) + "\n\nNothing else."
    first, *others = passages_of(text, min_tokens=100)
    assert first.text.startswith("Bring all of these:\n\n- item 1 ")
    assert (first.lead, first.kinds[:2]) == (None, ("paragraph", "item"))
    lists = [passage for passage in others if "item" in passage.kinds]
    assert len(lists) > 2
    assert {passage.lead_text for passage in lists} == {"Bring all of these:"}


@pytest.mark.parametrize("words", [5, 30, 45, 59, 80])
def test_a_block_with_a_lead_is_cut_where_the_two_do_not_fit_together(words: int) -> None:
    announced = " ".join(f"lead{number}" for number in range(words)) + ":"
    item = "- " + " ".join(f"word{number}" for number in range(58))
    passages = passages_of(f"{announced}\n\n{item}\n- short one")
    found = " ".join(passage.text for passage in passages).split()
    assert [word for word in found if word.startswith("word")] == [f"word{number}" for number in range(58)]
    for passage in passages:
        assert len(passage.text.split()) <= 60


def test_a_row_with_a_long_header_is_cut_where_the_two_do_not_fit_together() -> None:
    header = "| " + " | ".join(f"head{number}" for number in range(20)) + " |"
    row = "| " + " | ".join(f"cell{number}" for number in range(20)) + " |"
    rule = "|" + "---|" * 20
    passages = passages_of(f"{header}\n{rule}\n{row}\n{row}\n")
    cells = [word for passage in passages for sentence in sentences_of(passage) for word in sentence.split()]
    assert [word for word in cells if word != "|"] == [f"cell{number}" for number in range(20)] * 2


def test_an_answer_in_a_chat_is_read_with_its_question() -> None:
    thanks = [f"09:20 Kim: thanks again, that makes {number} of us" for number in range(16)]
    lines = ["09:12 Kim: who opens?", "09:13 Lea: I do, at ten.", *thanks]
    passages = passages_of("\n".join(lines), suffix=".txt")
    assert [passage.text for passage in passages] == lines
    assert [passage.lead_text for passage in passages] == ["", "09:12 Kim: who opens?", *[""] * 16]


@pytest.mark.parametrize("header", ["| Question | Answer |\n|---|---|\n", "| Frage | Unsere Antwort |\n|---|---|\n"])
def test_a_table_of_questions_is_read_as_questions_and_answers(header: str) -> None:
    row = "| Who mends a tyre? | Our stand. It is in Pier Street. |"
    (passage,) = passages_of(f"{header}{row}\n| Is it far? | No |", min_tokens=30)
    assert sentences_of(passage) == [
        "Who mends a tyre?", "Our stand.", "It is in Pier Street.", "Is it far?", "No"
    ]  # fmt: skip
    assert set(passage.kinds) == {"paragraph"}
    assert passage.blocks == (0, 0, 0, 1, 1)


@pytest.mark.parametrize(
    "table",
    [
        "| Question | Agree |\n|---|---|\n| Is it safe? | 62 % |",
        "| Question | Answer | Votes |\n|---|---|---|\n| Is it safe? | Yes | 62 |",
        "| Question | Answer |\n|---|---|\n| Safety | Is it safe? |",
    ],
)
def test_other_tables_with_questions_stay_tables(table: str) -> None:
    (passage,) = passages_of(table)
    assert passage.kinds == ("row",)


def test_an_answer_stands_below_its_question() -> None:
    text = "Q: May I park here?\nA: Only at night. Ask the guard.\n\nQ: And bikes?\nA: Yes.\n"
    first, second = passages_of(text, suffix=".txt")
    assert (first.section, first.text) == (("May I park here?",), "A: Only at night. Ask the guard.")
    assert (second.section, second.text) == (("And bikes?",), "A: Yes.")


def test_a_heading_that_stands_alone_is_a_passage() -> None:
    passages = passages_of("# Guide\n\n## Opened in 1931\n\n## Closed on Mondays\n\n## Prices\n\nFour euros.\n")
    assert [(passage.text, passage.kinds) for passage in passages] == [
        ("Opened in 1931", ("heading",)),
        ("Closed on Mondays", ("heading",)),
        ("Four euros.", ("paragraph",)),
    ]


def test_passages_know_where_their_headings_stand() -> None:
    text = "# Log\n\n## 2.4.0 (3 May 2024)\n\n### Fixed\n\nIt no longer hangs.\n"
    (passage,) = passages_of(text)
    assert passage.section == ("Log", "2.4.0 (3 May 2024)", "Fixed")
    assert [text[start:end] for start, end in passage.headings] == list(passage.section)


def test_sentences_say_which_block_holds_them() -> None:
    (passage,) = passages_of("One. Two.\n\n- three\n- four\n\n> five\n\n```\nsix\nseven\n```\n", min_tokens=100)
    assert passage.kinds == ("paragraph", "paragraph", "item", "item", "quotation", "code", "code")
    assert passage.blocks == (0, 0, 1, 2, 3, 4, 4)


def test_what_is_hidden_parts_passages_and_is_in_none() -> None:
    text = "---\ntags: x\n---\n\nFee: 4. <!-- was 9 --> It fell.\n\nMore.\n\n---\n\nEnd."
    passages = passages_of(text, min_tokens=100)
    assert [passage.text for passage in passages] == ["Fee: 4.", "It fell.\n\nMore.", "End."]


def test_prose_around_a_table_is_never_mixed_with_it() -> None:
    text = f"Before.\n\n{HEADER}\n|---|---|---|\n{ROWS[0]}\n\nAfter."
    assert [set(passage.kinds) for passage in passages_of(text, min_tokens=100)] == [
        {"paragraph"},
        {"row"},
        {"paragraph"},
    ]


def test_prose_that_a_page_break_cuts_is_read_with_what_stands_before_it() -> None:
    text = "The pump must be cleaned after\n\nPage 7\n\nevery third day of use."
    first, second = passages_of(text, suffix=".txt")
    assert (first.lead, second.lead_text) == (None, "The pump must be cleaned after")
