"""The table of figures."""

import pytest

from tests.torture.rig.figures import BEGIN, END, Row, table, with_table

ROWS = [Row("kills", 1000, 1000, 61.2), Row("bits", 5, 4, 0.6), Row("kills", 20, 19, 2.0)]
TABLE = """| what is done | tries | survived | seconds |
|---|---:|---:|---:|
| kills | 1,020 | 1,019 | 63 |
| bits | 5 | 4 | 1 |
"""


def test_rows_of_one_name_are_added() -> None:
    assert table(ROWS) == TABLE


def test_only_what_is_between_the_marks_is_replaced() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter"
    assert with_table(text, ROWS) == f"before\n{BEGIN}\n{TABLE}{END}\nafter"
    with pytest.raises(ValueError, match="no <!-- torture"):
        with_table("without marks", ROWS)
