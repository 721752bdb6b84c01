"""Who did what: whether a statement puts together what a text puts together."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations

from service.answering.statements.words import WordedText

MOST = 40  # items of a statement that are compared


@dataclass(frozen=True, slots=True)
class _Item:
    """A content word, a number or a date; `key` is the same wherever it is said."""

    start: int
    clause: int
    key: Hashable
    kind: str


def are_swapped(statement: WordedText, text: WordedText) -> bool:
    """Whether two things have changed places: each has with it in the text what the other has in the statement.

    What stands after a thing and before the next of the two belongs to it: "laptops lock after five, desks after ten".
    """
    said, held = _shared(statement, text)
    order = {item.key: item for item in held}
    for one, other in combinations(said, 2):
        if one.kind != other.kind or one.clause == other.clause:
            continue
        first, second = sorted((order[one.key], order[other.key]), key=lambda item: item.start)
        moved: set[Hashable] = set()
        for item in said:
            owner = other if item.start > other.start else one
            if item in (one, other) or item.start < one.start or item.clause != owner.clause:
                continue
            there = order[item.key].start
            if there < first.start:
                continue
            held_by = second if there > second.start else first
            if held_by.key != owner.key:
                moved.add(owner.key)
        if len(moved) == 2:
            return True
    return False


def reversed_names(statement: WordedText, text: WordedText) -> int:
    """How many pairs of names stand the other way round about a word: A beats B, B beats A; "by" turns it back."""
    said, held = _shared(statement, text)
    order = {item.key: item for item in held}
    count = 0
    for one, other in combinations([item for item in said if item.kind == "name"], 2):
        first, last = order[other.key].start, order[one.key].start
        between = [item for item in said if one.start < item.start < other.start and item.kind == "word"]
        if first < last and any(first < order[item.key].start < last for item in between):
            passive = " by " in statement.text[one.start : other.start], " by " in text.text[first:last]
            count += passive[0] == passive[1]
    return count


def torn_apart(statement: WordedText, text: WordedText) -> float:
    """The largest share (0..1) of what is said with a number or date that the text says with another one instead."""
    held: dict[Hashable, set[int]] = {}
    numbered: dict[Hashable, set[int]] = {}
    for item in _items(text):
        (held if item.kind in ("word", "name") else numbered).setdefault(item.key, set()).add(item.clause)
    said = _items(statement)
    worst = 0.0
    for number in said:
        own = numbered.get(number.key, set())
        if not own:
            continue
        others = set().union(*(clauses for key, clauses in numbered.items() if key != number.key)) - own
        beside = [item.key for item in said if item.clause == number.clause and item.key in held]
        torn = sum(not held[key] & own and bool(held[key] & others) for key in beside)
        worst = max(worst, torn / max(len(beside), 1))
    return worst


def _shared(statement: WordedText, text: WordedText) -> tuple[list[_Item], list[_Item]]:
    """What both hold exactly once, as it stands in each."""
    said, held = _items(statement)[:MOST], _items(text)
    counts = Counter(item.key for item in said), Counter(item.key for item in held)
    once = {key for key, count in counts[0].items() if count == 1 and counts[1][key] == 1}
    return [item for item in said if item.key in once], [item for item in held if item.key in once]


def _items(text: WordedText) -> list[_Item]:
    words = [_Item(word.start, word.clause, word.term, "name" if word.is_name else "word") for word in text.content]
    clauses = {word.start: word.clause for word in text.words}
    numbers = [_Item(one.start, _at(clauses, text, one.start), one.value, "number") for one in text.counted]
    days = [_Item(one.start, _at(clauses, text, one.start), (one.month, one.day), "date") for one in text.dates]
    return sorted((*words, *numbers, *days), key=lambda item: item.start)


def _at(clauses: Mapping[int, int], text: WordedText, start: int) -> int:
    """The clause of the word that begins there, or of the first one after it, as in "€98"."""
    found = clauses.get(start)
    return found if found is not None else next((word.clause for word in text.words if word.start >= start), 0)
