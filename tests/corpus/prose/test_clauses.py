"""Numbered clauses, one a line, and what only looks like them."""

from tests.corpus.formats.test_plain_text import blocks, read


def test_clauses_one_a_line_are_items() -> None:
    text = "2. Charges\n2.1 Deposit\n    (a) tools: 20\n    (b) saws: 80\n2.2 A dirty tool\ncosts 15.\n"
    clauses = ["2. Charges", "2.1 Deposit", "(a) tools: 20", "(b) saws: 80", "2.2 A dirty tool\ncosts 15."]
    assert blocks(text) == [("heading", clauses[0]), *(("item", clause) for clause in clauses[1:])]
    leads = [block.lead and text[slice(*block.lead)] for block in read(text).blocks]
    assert leads == [None, None, "2.1 Deposit", "2.1 Deposit", None]


def test_clauses_are_told_from_amounts_and_times() -> None:
    prose = "It weighs\n2.5 kg, and costs\n3.75 Euros at most."
    assert "item" not in dict(blocks(prose))
    hours = "9.10 Tea is served\n18.30 Concert"
    assert [kind for kind, _ in blocks(hours)] == ["record", "record"]
    many = "\n".join(f"4.{number} Members pay." for number in range(8, 13))
    assert blocks(many) == [("item", line) for line in many.splitlines()]
