"""How near words are."""

import pytest

from service.answering.statements.nearness import IN_CONTEXT, SYNONYM, holds, nearness
from service.answering.statements.words import read_words

NONE: frozenset[str] = frozenset()


def best(statement: str, text: str, context: str = "", passage: str = "") -> float:
    headings, around = read_words(context).terms, read_words(passage).terms
    return float(nearness(read_words(statement), read_words(text), headings, around, None).best.min())


def test_words_are_near_to_their_forms_and_synonyms() -> None:
    assert best("negligent", "gross negligence") == 1
    assert best("purchase", "they buy it") == pytest.approx(SYNONYM)
    assert best("orchid", "the lamp") == 0


def test_headings_count_nearly_as_much() -> None:
    assert best("orchid", "the lamp", context="Orchids") == pytest.approx(IN_CONTEXT)


def test_who_speaks_and_who_is_spoken_to_are_known() -> None:
    assert best("the bank", "it is kept", passage="we keep it") == pytest.approx(SYNONYM)
    assert best("applicants", "it is kept", passage="you keep it") == pytest.approx(SYNONYM)
    assert best("the bank", "it is kept", passage="they keep it") == 0


def test_words_that_only_begin_alike_are_not_the_same() -> None:
    assert not holds("protein", frozenset({"protest"}))
    assert holds("georgian", frozenset({"georgia"}))
