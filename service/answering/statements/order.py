"""Who did what: whether a statement puts together what a text puts together."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable
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

    In the statement, what stands in the clause of a thing belongs to it. In the text also what stands after it and
    before the other, in a clause of neither: "They lock after five minutes".
    """
    said, held = _shared(statement, text)
    order = {item.key: item for item in held}
    for one, other in combinations(said, 2):
        if one.kind != other.kind or one.clause == other.clause:
            continue
        places = order[one.key], order[other.key]
        moved = {
            owner.key
            for item in said
            for owner in (one, other)
            if item.clause == owner.clause
            and item not in (one, other)
            and (holder := _holder(order[item.key], *places))
            and holder.key != owner.key
        }
        if len(moved) == 2:
            return True
    return False


def _holder(item: _Item, one: _Item, other: _Item) -> _Item | None:
    """Which of two things of a text a third one belongs to; None where it stands before both."""
    beside = [each for each in (one, other) if each.clause == item.clause]
    if len(beside) == 1:
        return beside[0]
    return max((each for each in (one, other) if each.start < item.start), key=lambda each: each.start, default=None)


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
    """The largest share (0..1) of what is said with a number, date or name that the text says with another one instead.

    The other one is of the same kind, and the statement does not say it.
    """
    said, held = _items(statement), _items(text)
    clauses: dict[Hashable, set[int]] = {}
    for item in held:
        clauses.setdefault(item.key, set()).add(item.clause)
    keys = {item.key for item in said}
    known = [item for item in said if item.key in clauses]
    worst = 0.0
    for one in known:
        if one.kind == "word":
            continue
        own = clauses[one.key]
        others = {item.clause for item in held if item.kind == one.kind and item.key not in keys} - own
        beside = [clauses[item.key] for item in known if item.clause == one.clause and item.kind != one.kind]
        torn = sum(not places & own and bool(places & others) for places in beside)
        kept = sum(bool(places & own) for places in beside)
        worst = max(worst, torn / max(torn + kept, 1))
    return worst


def _shared(statement: WordedText, text: WordedText) -> tuple[list[_Item], list[_Item]]:
    """What both hold exactly once, as it stands in each."""
    said, held = _items(statement)[:MOST], _items(text)
    counts = Counter(item.key for item in said), Counter(item.key for item in held)
    once = {key for key, count in counts[0].items() if count == 1 and counts[1][key] == 1}
    return [item for item in said if item.key in once], [item for item in held if item.key in once]


def _items(text: WordedText) -> list[_Item]:
    words = [_Item(word.start, word.clause, word.term, "name" if word.is_name else "word") for word in text.content]
    starts = [word.start for word in text.words]

    def clause(start: int) -> int:
        """The clause of the word that begins there, or of the first one after it, as in "€98"."""
        at = bisect_left(starts, start)
        return text.words[at].clause if at < len(starts) else 0

    numbers = [_Item(one.start, clause(one.start), one.value, "number") for one in text.counted]
    days = [_Item(one.start, clause(one.start), (one.month, one.day), "date") for one in text.dates]
    return sorted((*words, *numbers, *days), key=lambda item: item.start)
