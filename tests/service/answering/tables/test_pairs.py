"""Questions that compare two named things: what is quoted first, and with what, and when nothing is compared."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from service.answering.tables.pairs import pair_in
from tests.fakes import FakeEncoder

TEXT = """# Boats for hire

| Boat | Seats | Price | Draught | Built |
|---|---|---|---|---|
| Petrel | 4 | 35 € | 60 cm | 1988 |
| Curlew | 9 | 80 € | 45 cm | 2011 |
| Sea Curlew | 7 | 62 € | 1.1 m | 2003 |
| Dunlin | 2 | 80 € | — | 1975 |

## The rafts

The Adder was built in 1957 and weighs 340 kg. It is moored at the mill.

The Viper weighs 290 kg. It was built in 1961. It has a roof.
"""
GIVEN = Confidence({}, -9.0, 0.5, unread=Confidence({}, -9.0, 0.5))


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Which boat is cheaper, the Petrel or the Sea Curlew?", "| Petrel", "| Sea Curlew"),
        ("Does the Petrel or the Sea Curlew have more seats?", "| Sea Curlew", "| Petrel"),
        ("Is the Petrel or the Sea Curlew more expensive?", "| Sea Curlew", "| Petrel"),
        ("Which has fewer seats, the Petrel or the Sea Curlew?", "| Petrel", "| Sea Curlew"),
        ("Which is older: the Petrel or the Sea Curlew?", "| Petrel", "| Sea Curlew"),
        ("Which boat has the smaller draught, the Petrel or the Sea Curlew?", "| Petrel", "| Sea Curlew"),
        ("Which is heavier, the Adder or the Viper?", "The Adder was built", "The Viper weighs"),
        ("Which of them is lighter, the Adder or the Viper?", "The Viper weighs", "The Adder was built"),
        ("Which is cheaper, the Curlew or the Petrel?", None, None),  # two are called Curlew
        ("Which boat is cheaper, the Petrel or the Gannet?", None, None),
        ("Which boat has the smaller draught, the Petrel or the Dunlin?", None, None),  # one says nothing
        ("Which is longer, the Adder or the Viper?", None, None),
        ("Which boat is moored at the mill, the Adder or the Viper?", None, None),  # nothing is compared
    ],
)
def test_the_one_of_two_is_quoted_with_the_other(
    question: str, first: str | None, second: str | None, fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    reply = Engine(fill({"boats": TEXT}).open(), encoder, GIVEN).ask(question)
    evidence = reply.answer.evidence if reply.answer else ()
    assert all(TEXT[each.start : each.end] == each.quote for each in evidence)
    if first is None or second is None:
        assert evidence == ()
    else:
        assert (evidence[0].quote[: len(first)], evidence[-1].quote[: len(second)]) == (first, second)


@pytest.mark.parametrize(
    ("question", "is_row"),
    [
        ("Which boat is heavier, the Petrel or the Sea Curlew?", False),  # of boats, the table says no weight
        ("Which boat is heavier, the Petrel or the Gannet?", True),
        ("Which boat is cheaper, the Petrel or the Gannet?", True),
    ],
)
def test_no_row_answers_what_its_table_has_no_column_for(
    question: str, is_row: bool, fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    anything = Confidence({}, 9.0, 0.5, unread=Confidence({}, 9.0, 0.5))
    answer = Engine(fill({"boats": TEXT}).open(), encoder, anything).ask(question).answer
    assert (answer is not None and answer.text.startswith("|")) is is_row


def test_a_question_that_compares_by_two_things_is_left_to_the_reader() -> None:
    assert pair_in("Which is cheaper and larger, the Petrel or the Curlew?") is None
    assert pair_in("Which is cheaper, the Curlew or the old Curlew?") is None
