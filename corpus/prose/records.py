"""Lines that each say one thing: turns of a chat, `key: value`, short lines of a notice, items of a list."""

import re
from collections.abc import Iterator, Sequence

from corpus.documents import Block, Span

_DAY = r"(?:\d{4}-\d\d-\d\d[T ]?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|[^\W\d_]{2,9}\.?)"
_TIME = r"\d{1,2}[:.]\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?"
_TURN = re.compile(
    rf"(?:[\[(](?:{_DAY}[, ]*)?{_TIME}[\])]|(?:{_DAY}[, ]+)?{_TIME}|[0-2]\d[0-5]\d (?=[A-Z]))[ \t,-]*"  # the time
    r"(?:[^\s:][^:\n]{0,40}:[ \t]*+)?\S"  # who speaks
)
_KEY = re.compile(r"[*_]{0,2}[^\W\d_][^:\n.!?]{0,40}:[*_]{0,2}[ \t]+\S")
_DATED = re.compile(r"\d{4}(?:[-–/]\d{2,4})?s?[ \t]*[-–—:][ \t]+\S")  # "1926 - wooden stand opened"
LEADER = r"(?:[.·_]{4,}|…{2,}|(?:[ \t]\.){4,})"  # "Adults ....... 5.80"
_LED = re.compile(rf"\S.{{0,80}}?[ \t]?{LEADER}[ \t]?\S.*")
_IN_COLUMNS = re.compile(r"\S+(?: \S+)*(?: {3,}\S+(?: \S+)*){3,}")  # "Date in     3 June     Promised for     5 June"
_MARKED_LINE = re.compile(r"[^\w\s\"'“‘«([{*_`#|<>=+•-]\S*+[ \t]++\S")  # opens with a sign of its own: ✅ ❌ §
_LETTERED = re.compile(r"(?:\(?[a-zA-Z]\)|[•‣◦·–—])[ \t]+\S")  # no marks of a list in Markdown
OPEN_END = re.compile(
    r"[,\-\u2010\u00ad]$|\b(?:a|an|the|of|and|or|to|in|on|at|by|for|from|with|that|which|than|is|are|was|were|be|not)$"
)  # words that a sentence does not end with
_FIRST_LETTER = re.compile(r"[\"'“‘«(\[*_]*([^\W\d_])")
_TWO_SENTENCES = re.compile(r"[.!?] +[^\W\d_a-z].*[^.!?:]$")
_GOES_ON = re.compile(r"[，、,،;；]$|[.!?؟।]\s+\w")  # in the next line, or in a second sentence
_STOPS, _CLOSING = "。！？", "。！？」』）”’\"' "  # what ends a sentence, and what may end a line with it
SHORT_LINE = 60  # characters: lines of prose that are broken at a width are longer
RAGGED = 0.7  # share of the longest line: lines that are broken at a width are hardly shorter


def records_of(text: str, lines: Sequence[Span]) -> list[Span]:
    """The records that the lines are, each with the lines that go on with it; none where they are prose."""
    records = [_is_record(text, *line) for line in lines]
    if records.count(True) > max(1, records.count(False)):
        return list(_with_their_lines(text, lines, records))
    return list(lines) if _stand_alone([text[slice(*line)] for line in lines]) else []


def is_field(text: str, line: Block) -> bool:
    """Whether a line is a field of a form, "Goods: candles", or of a list of prices, "Adults ....... 5.80"."""
    return bool(_KEY.match(text, line.start, line.end) or _LED.match(text, line.start, line.end))


def items_of(text: str, lines: Sequence[Span]) -> list[Span]:
    """The items of a list, each with the lines that go on with it; none where the lines are no list."""
    marked = [bool(_LETTERED.match(text, *line)) for line in lines]
    if marked.count(True) < 2:
        return []
    items: list[Span] = []
    for (start, end), is_marked in zip(lines, marked, strict=True):
        if is_marked:
            items.append((start, end))
        elif items:
            items[-1] = (items[-1][0], end)
    return items


def _is_record(text: str, start: int, end: int) -> bool:
    return bool(
        _TURN.match(text, start, end)
        or _KEY.match(text, start, end)
        or _MARKED_LINE.match(text, start, end)
        or _DATED.match(text, start, end)
        or _LED.match(text, start, end)
        or _IN_COLUMNS.match(text, start, end)
    )


def _with_their_lines(text: str, lines: Sequence[Span], records: Sequence[bool]) -> Iterator[Span]:
    """The records, each with the lines that go on with it; others, such as the day in a chat, stand alone."""
    record: Span | None = None
    for (start, end), is_record in zip(lines, records, strict=True):
        if record and not is_record and text[start].islower() and text[end - 1] != ":":
            record = (record[0], end)
            continue
        if record:
            yield record
        record = (start, end)
    if record:
        yield record


def _stand_alone(lines: Sequence[str]) -> bool:
    """Whether lines say one thing each: short ones that neither go on with the one before nor hold two sentences."""
    if not any(letter.islower() or letter.isupper() for line in lines for letter in line):
        return _are_ragged(lines)
    return (
        len(lines) > 2
        and all(len(line) <= SHORT_LINE for line in lines)
        and not any(first[1].islower() for line in lines[1:] if (first := _FIRST_LETTER.match(line)))
        and not any(OPEN_END.search(line) or _TWO_SENTENCES.search(line) for line in lines[:-1])
    )


def _are_ragged(lines: Sequence[str]) -> bool:
    """Whether lines of a script without capitals say one thing each: some end long before the width is reached."""
    lengths = [len(line) for line in lines]
    return (
        len(lines) > 1
        and min(lengths[:-1]) < RAGGED * max(lengths)
        and not any(_GOES_ON.search(line) for line in lines)
        and not any(stop in line.rstrip(_CLOSING) for stop in _STOPS for line in lines)
    )
