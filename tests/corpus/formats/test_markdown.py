"""Markdown as people write it: what each stretch of a text is, and where it lies."""

from itertools import pairwise

import pytest

from corpus.formats import parse
from corpus.making import make_document
from corpus.prose.blocks import Structure


def read(text: str) -> Structure:
    return parse(text, ".md")


def blocks(text: str) -> list[tuple[str, str]]:
    """Kind and words of each block."""
    return [(block.kind, text[block.start : block.end]) for block in read(text).blocks]


def hidden(text: str) -> list[str]:
    return [text[start:end] for start, end in read(text).hidden]


def leads(text: str) -> list[str | None]:
    """What each item and row is read with."""
    return [
        text[slice(*block.lead)] if block.lead else None for block in read(text).blocks if block.kind in ("item", "row")
    ]


@pytest.mark.parametrize(
    ("source", "level", "words"),
    [
        ("Kettle KX\n=========", 1, "Kettle KX"),
        ("Kettle KX\n---", 2, "Kettle KX"),
        ("Kettle of\ntwo lines\n---", 2, "Kettle of\ntwo lines"),
        ("#### Kettle ####", 4, "Kettle"),
        ("## Kettle #7", 2, "Kettle #7"),
        ("  ## `Kettle` *KX*", 2, "`Kettle` *KX*"),
        ("**Kettle KX**", 9, "Kettle KX"),
        ("__Kettle KX:__", 9, "Kettle KX:"),
        ("***Kettle KX***", 9, "Kettle KX"),
        ("**Kettle KX**:", 9, "Kettle KX"),
        ("== Kettle ==", 2, "Kettle"),
        ("<h3 class='x'>Kettle</h3>", 3, "Kettle"),
    ],
)
def test_headings_of_every_style(source: str, level: int, words: str) -> None:
    text = f"Before.\n\n{source}\n\nAfter."
    _, heading, after = read(text).blocks
    assert (heading.kind, heading.level, text[heading.start : heading.end]) == ("heading", level, words)
    assert (after.kind, text[after.start : after.end]) == ("paragraph", "After.")


LIKE_HEADINGS = ["**Never** open it.", "**It closes at nine.**", "**One** and **two**", "#tag", "\\# Kettle"]


@pytest.mark.parametrize("line", LIKE_HEADINGS)
def test_what_only_looks_like_a_heading(line: str) -> None:
    text = f"Before.\n\n{line}\n\nAfter."
    assert blocks(text) == [("paragraph", "Before."), ("paragraph", line), ("paragraph", "After.")]


def test_front_matter_is_hidden_and_gives_title_and_metadata() -> None:
    text = "---\ntitle: Night shifts\ntags: [work, rest]\nweight: 3\nauthor:\n  name: x\n---\n\nRest for a day.\n"
    structure = read(text)
    assert hidden(text) == [text[: text.index("\n\n")]]
    assert (structure.title, structure.metadata) == ("Night shifts", {"tags": "work, rest", "weight": "3"})
    assert blocks(text) == [("paragraph", "Rest for a day.")]


def test_what_front_matter_says_of_author_and_date_is_quoted() -> None:
    fields = ["author: Dana Field", "last_updated: 2024-03-05", "Valid from: May"]
    hidden_parts = ["---", "tags:\n- a", "date: >\n  folded\nowner:\n- b", "update: no\n---"]
    written = (
        "\n".join(part for pair in zip(hidden_parts, [*fields, ""], strict=True) for part in pair)
        + "\n# Leave\n\nRest."
    )
    assert blocks(written) == [*(("record", each) for each in fields), ("heading", "Leave"), ("paragraph", "Rest.")]
    assert [part.strip() for part in hidden(written)] == hidden_parts
    document = make_document("leave", written, suffix=".md")
    assert (document.info.title, [section.path for section in document.info.sections]) == ("Leave", [(), ()])


def test_of_a_record_all_that_front_matter_says_is_quoted_but_what_programs_need() -> None:
    fields = ["applicant: Ada Voss", "granted: 6,000 euros", "status: paid"]
    text = "---\n" + "\n".join(fields) + "\nlayout: grant\ntags: [a]\n---\n\nShe builds."
    assert blocks(text) == [*(("record", each) for each in fields), ("paragraph", "She builds.")]


def test_front_matter_in_toml() -> None:
    fields = 'title = "Sauna rules"\nweight = 40\nkeywords = ["towel", "rest"]\nlast_review = 2022-11-17'
    text = f"+++\n{fields}\n+++\n\nSit still.\n"
    structure = read(text)
    assert structure.title == "Sauna rules"
    assert structure.metadata == {"weight": "40", "keywords": "towel, rest", "last_review": "2022-11-17"}
    assert blocks(text) == [("record", "last_review = 2022-11-17"), ("paragraph", "Sit still.")]


@pytest.mark.parametrize("source", ["a = [", "a.b" + ".c" * 9000 + " = 1", "a = " + "[" * 10_000, "a = 1\n" * 20_000])
def test_front_matter_in_toml_that_cannot_be_read_is_hidden_all_the_same(source: str) -> None:
    text = f"+++\n{source}\n+++\n\nRest."
    assert (read(text).metadata, blocks(text)) == ({}, [("paragraph", "Rest.")])
    assert hidden(text) == [text.removesuffix("\n\nRest.")]


@pytest.mark.parametrize("text", ["+++\na = 1\n\nRest.", "A sum:\n+++\na\n+++"])
def test_three_signs_that_begin_no_front_matter(text: str) -> None:
    assert hidden(text) == []


def test_front_matter_that_is_no_yaml_is_hidden_all_the_same() -> None:
    text = "---\ntitle: [Night\n---\n\nRest."
    assert (read(text).title, read(text).metadata, blocks(text)) == (None, {}, [("paragraph", "Rest.")])


TENFOLD = "a: &a [x]\n" + "".join(f"{new}: &{new} [{10 * f'*{old},'}]\n" for old, new in pairwise("abcdef"))


@pytest.mark.parametrize(
    "source",
    [
        TENFOLD,  # a hundred thousand words
        "a: &a [*a]",
        "a: " + "[" * 10_000,
        "a: " + "[" * 900 + "]" * 900,
        "a: 2026-13-45",
        "a: 0x" + "f" * 5000,
        "a: b\n" * 20_000,
    ],
)
def test_front_matter_that_asks_for_much_is_hidden_all_the_same(source: str) -> None:
    text = f"---\n{source}\n---\n\nRest."
    assert (read(text).metadata, blocks(text)) == ({}, [("paragraph", "Rest.")])
    assert hidden(text) == [text.removesuffix("\n\nRest.")]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Fee: 4.\n\n<!-- old fee: 9 -->\n\nEnd.", "<!-- old fee: 9 -->"),
        ("Fee: 4. <!-- was\n9 --> End.", "<!-- was\n9 -->"),
        ("Fee: 4. ![logo](data:image/png;base64,iVBORw0KGgo=) End.", "![logo](data:image/png;base64,iVBORw0KGgo=)"),
        ("Fee: 4. data:font/woff;base64,d09GMgABAAAAA== End.", "data:font/woff;base64,d09GMgABAAAAA=="),
        (f"Fee: 4.\n\n{'QUJD' * 60}\n\nEnd.", "QUJD" * 60),
    ],
)
def test_what_nobody_reads_is_hidden_and_the_rest_is_kept(text: str, secret: str) -> None:
    assert hidden(text) == [secret]
    words = " ".join(words for _, words in blocks(text))
    assert words.startswith("Fee: 4.")
    assert words.endswith("End.")
    assert secret[6:20] not in words


def test_an_unclosed_comment_hides_the_rest_of_its_block() -> None:
    text = "Fee: 4.\n\n<!-- the old\nfee was 9"
    assert blocks(text) == [("paragraph", "Fee: 4.")]
    assert hidden(text) == ["<!-- the old\nfee was 9"]


def test_fences_of_both_kinds_hold_code_and_no_headings() -> None:
    text = "~~~ sh\n# make\nmake all\n~~~\n\n```\n## not\n~~~\n```\n\n# Real\n\nx"
    assert blocks(text) == [
        ("code", "# make\nmake all"),
        ("code", "## not\n~~~"),
        ("heading", "Real"),
        ("paragraph", "x"),
    ]


def test_a_fence_in_a_list_is_code_of_the_list() -> None:
    text = "1. Run:\n\n   ```sh\n   # all of it\n   make all\n   ```\n\n2. Wait.\n"
    assert blocks(text) == [("item", "1. Run:"), ("code", "# all of it\n   make all"), ("item", "2. Wait.")]


@pytest.mark.parametrize("mark", ["```", "~~~"])
def test_a_fence_may_stay_open_or_empty(mark: str) -> None:
    assert blocks(f"x\n\n{mark}\nmake all\nmake it") == [("paragraph", "x"), ("code", "make all\nmake it")]
    assert blocks(f"x\n\n{mark}\nmake all\n") == [("paragraph", "x"), ("code", "make all")]
    assert blocks(f"x\n\n{mark}\n{mark}\n\ny") == [("paragraph", "x"), ("paragraph", "y")]
    assert blocks(f"x\n\n{mark}") == [("paragraph", "x")]


def test_rows_of_a_table_are_read_with_its_header() -> None:
    text = "| Town | Fee |\n|:-----|----:|\n| Lund | 4 |\n| Brno | 5 |\n\nOther | Head\n--- | ---\na | b\n"
    assert blocks(text) == [
        ("row", "| Lund | 4 |"),
        ("row", "| Brno | 5 |"),
        ("row", "a | b"),
    ]
    assert leads(text) == ["| Town | Fee |", "| Town | Fee |", "Other | Head"]


def test_the_header_of_a_table_without_rows_is_text() -> None:
    assert "Town" in "".join(words for _, words in blocks("| Town | Fee |\n|---|---|\n"))


def test_a_list_is_read_with_what_announces_it() -> None:
    text = "Bring these:\n\n- a lamp\n- a rope:\n  - thin\n  - long\n\nNothing else.\n\n* loose\n"
    assert blocks(text)[1:-2] == [
        ("item", "- a lamp"),
        ("item", "- a rope:"),
        ("item", "- thin"),
        ("item", "- long"),
    ]
    assert leads(text) == ["Bring these:", "Bring these:", "- a rope:", "- a rope:", None]
    assert leads(text.replace("these:", "what?"))[:2] == ["Bring what?", "Bring what?"]
    assert [block.level for block in read(text).blocks if block.kind == "item"] == [1, 1, 2, 2, 1]


def test_a_second_paragraph_of_an_item_belongs_to_the_list() -> None:
    assert blocks("- One.\n\n  More of one.\n- Two.") == [
        ("item", "- One."),
        ("item", "More of one."),
        ("item", "- Two."),
    ]


def test_quotations_footnotes_and_definitions() -> None:
    text = "> Be kind.\n> Always.\n\nIt rains.[^r]\n\n[^r]: In May only.\n\nLamp\n: It gives light.\n"
    assert blocks(text) == [
        ("quotation", "> Be kind.\n> Always."),
        ("paragraph", "It rains.[^r]"),
        ("paragraph", "[^r]: In May only."),
        ("item", "Lamp\n: It gives light."),
    ]


def test_records_stand_one_a_line() -> None:
    text = "Host: anna\nPort: 8080\n**Owner:** Bo\n\n[09:12] Kim: who opens?\n[09:13] Lea: I do.\n"
    assert [kind for kind, _ in blocks(text)] == ["record"] * 5
    assert blocks(text)[2] == ("record", "**Owner:** Bo")
    structure = read(text)
    assert [text[slice(*block.lead)] for block in structure.blocks if block.lead] == ["[09:12] Kim: who opens?"]


def test_questions_and_answers_are_headings_and_records() -> None:
    text = "Q: May I park here?\nA: Only at night.\nAsk the guard.\nQ2. And bikes?\nA2. Yes.\n"
    assert blocks(text) == [
        ("heading", "May I park here?"),
        ("record", "A: Only at night.\nAsk the guard."),
        ("heading", "And bikes?"),
        ("record", "A2. Yes."),
    ]
