"""Numbers, their units and bounds, and dates."""

import pytest

from service.answering.numbers.dates import dates
from service.answering.numbers.quantities import quantities, rates


def test_numbers_are_read_in_any_notation() -> None:
    text = "1,840,000 or 2.5 or forty-five or 1.1 million, half an hour, 2½ hours"
    assert [each.value for each in quantities(text)] == [1840000, 2.5, 45, 1.1e6, 0.5, 2.5]


@pytest.mark.parametrize(
    ("one", "other"), [("30 minutes", "half an hour"), ("14 months", "fourteen months"), ("80 km", "80 kilometres")]
)
def test_one_amount_has_many_units(one: str, other: str) -> None:
    first, second = quantities(one)[0], quantities(other)[0]
    assert (first.unit, first.amount) == (second.unit, second.amount)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("at least 400 g", "least"),
        ("400 g or more", "least"),
        ("no less than 400 g", "least"),
        ("up to 400 g", "most"),
        ("never exceeded 400 g", "most"),
        ("not older than six months", "most"),
        ("400 g", None),
    ],
)
def test_a_bound_belongs_to_its_number(text: str, bound: str | None) -> None:
    assert quantities(text)[0].bound == bound


def test_only_a_comparison_leaves_out_the_number_itself() -> None:
    strict = [quantities(text)[0].is_strict for text in ("more than 40", "no more than 40", "at least 40")]
    assert strict == [True, False, False]


def test_codes_versions_and_days_are_no_numbers() -> None:
    assert quantities("cs-1, qa-sp-021, 4.1.0 and 28c on 12 may 2020") == ()


def test_dates_may_lack_a_day_or_a_year() -> None:
    found = dates("3 december 2025, july 2018, 20 may, 2024-11-18, in march")
    assert [(each.day, each.month, each.year) for each in found] == [
        (3, 12, 2025), (None, 7, 2018), (20, 5, None), (18, 11, 2024), (None, 3, None),
    ]  # fmt: skip


def test_a_verb_is_no_month() -> None:
    assert dates("you may march home") == ()


def test_times_of_day_are_the_same_on_both_clocks() -> None:
    assert [each.value for each in quantities("at 2:30 p.m. or 14:30")] == [870, 870]


def test_periods_that_are_counted_in() -> None:
    assert rates("£12 a day, twice a year, monthly") == {"day", "year", "month"}
