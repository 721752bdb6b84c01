"""Whether a statement and a text affirm and deny the same, and hold for as much."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from corpus.documents import Span
from index.retrieval.stemming import stem
from service.answering.question.content_words import FUNCTION_WORDS
from service.answering.statements.nearness import Nearness
from service.answering.statements.words import WordedText

SEEMS_SAID = 0.6  # how near a word of the text has to be to one of the statement
MOSTLY = 0.7  # share of the words of a denied clause that the statement has to speak of
AFTER_ONLY = 2  # words after an "only" that it may belong to

# What denies the rest of its clause, and words that say no themselves.
_DENIALS = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|cannot|without|except\w*|apart from|instead of|rather than"
    r"|other than|forbidden|forbids?|prohibit\w*|bann?(?:ed|s)?|unable|refus\w+|reject\w*|denied|exempt\w*|excluded"
    r"|impossible)\b|n't\b",
    re.IGNORECASE,
)
# Words that may stand for a denial, and need not: "the fee is waived", "they stopped tuning".
_NEAR_DENIALS = re.compile(
    r"\b(?:waive\w*|void|exclud\w+|drop(?:s|ped)?|withdrawn|withdrew|stop(?:s|ped)?|ceas\w+|abandon\w*|given up"
    r"|gave up|removed|lack\w*|free|closed|abolish\w*|discontinued|ended|ignored?s?|lost|expires?|fail(?:ed|s)?"
    r"|only|leave"
    r"|left|net|until|locked|far)\b",
    re.IGNORECASE,
)
# These compare, and deny nothing.
_COMPARES = re.compile(
    r"\b(?:no|not|never)(?: \w+){0,2} (?:more|less|fewer|later|longer|older|earlier|higher|lower|larger) than"
    r"|\b(?:never|not) exceed\w*|\bnot only|\bor not\b|\bif not\b|\bno matter\b|\bif no one\b|\bnobody be\b",
    re.IGNORECASE,
)
_BORDER = re.compile(
    r"[;:,()|–—]|\.\s|\b(?:and|but|while|whereas|although|because|since|which|who|if|when|where|so|unless|or"
    r"|not (?=by|of|in|on|under|from|for|with|at|to))\b",
    re.IGNORECASE,
)
_END = re.compile(r"\.\s|$")
_FOLLOWING = 80  # characters between "following" and the list that it announces, at most
_PAIRS = (
    "open close, increase decrease, rise fall, up down, grow shrink, raise lower, above below, more less, more "
    "fewer, buy sell,"
    "allow forbid, allow prohibit, permit forbid, permit prohibit, include exclude, mandatory optional, always "
    "never, win lose,"
    "pass fail, accept refuse, accept reject, approve reject, new old, early late, better worse, high low, "
    "maximum minimum,"
    "carried lost, before after, first last, same different, start end, begin end, public private, succeed fail, "
    "longer shorter,"
    "later earlier, indoors outdoors, many few, most least, hot cold, liable exempt, rose fell, grow fall, up "
    "fall, rise drop,"
    "increase drop, increase fall, left right, north south, east west, day night, morning evening, weekday weekend,"
    "national regional, decrease up, won lost, with without, inside outside, upper lower, older younger, cheaper "
    "dearer, some all"
)
_ALL = re.compile(
    r"\b(?:all|every|everyone|everybody|each|any|anyone|anybody|always|unanimous\w*|everything|entire|whole|none)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|just|solely|sole|exclusively|merely)\b", re.IGNORECASE)
_RESTRICTS = re.compile(
    r"\b(?:no other|nobody else|except\w*|limited to|at most|no more than|unless|apart from|single|not)\b",
    re.IGNORECASE,
)
_STILL = re.compile(r"\b(?:still|currently|now|remains?|always)\b", re.IGNORECASE)
_NO_MORE = re.compile(
    r"\b(?:until|formerly|no longer|used to|dropped|abolished|withdrawn|gave up|given up)\b", re.IGNORECASE
)


def _opposites() -> dict[str, set[str]]:
    table: dict[str, set[str]] = {}
    for pair in _PAIRS.split(","):
        one, other = map(stem, pair.split())
        table.setdefault(one, set()).add(other)
        table.setdefault(other, set()).add(one)
    return table


_OPPOSITES = _opposites()


@dataclass(frozen=True, slots=True)
class _Denied:
    """A clause that a denial at `at` denies."""

    start: int
    end: int
    at: int


def contradicts(statement: WordedText, text: WordedText, nearness: Nearness) -> str:
    """How the text denies what the statement affirms, or the other way round, in words; or nothing.

    A denial and a word of opposite meaning cancel each other: "rejected", "not accepted".
    """
    opposite = next(_swapped_opposites(statement, text), "")
    denial = _denies_otherwise(statement, text, nearness)
    if bool(opposite) == bool(denial):
        return ""
    return denial or f"the passage says the opposite of '{opposite}'"


def holds_for_more(statement: WordedText, text: WordedText) -> str:
    """How the statement holds for more or for less than the text says, in words; or nothing."""
    if (found := _ALL.search(statement.text)) and not _ALL.search(text.text):
        return f"the passage does not say '{found[0].lower()}'"
    restricts = _ONLY.search(statement.text) or _RESTRICTS.search(statement.text)
    if (found := _ONLY.search(statement.text)) and not (_ONLY.search(text.text) or _RESTRICTS.search(text.text)):
        return f"the passage does not say '{found[0].lower()}'"
    if not restricts and _restricts(statement, text):
        return "the passage says it of some only"
    if _STILL.search(statement.text) and (found := _NO_MORE.search(text.text)) and not _NO_MORE.search(statement.text):
        return f"the passage says '{found[0].lower()}'"
    return ""


def _restricts(statement: WordedText, text: WordedText) -> bool:
    """Whether an "only" of the text belongs to something that the statement says without it."""
    said = statement.terms
    for found in _ONLY.finditer(text.text):
        after = [word for word in text.words if word.start > found.end() and word.is_content][:AFTER_ONLY]
        counts = any(found.end() <= each.start <= found.end() + 8 for each in text.quantities)
        if not counts and any(word.term in said for word in after):
            return True
    return False


def _swapped_opposites(statement: WordedText, text: WordedText) -> Iterator[str]:
    said, held = statement.terms, text.terms
    for word in statement.words:
        others = _OPPOSITES.get(word.term, set())
        if word.term in held or others & said:
            continue
        # A denial begins a clause of its own, and belongs to the one before.
        clauses = {clause for each in text.words if each.term in others for clause in (each.clause - 1, each.clause)}
        beside = {
            each.term for each in statement.words if each.clause == word.clause and each.term not in FUNCTION_WORDS
        }
        if any(each.clause in clauses and each.term in beside for each in text.words):
            yield word.text.lower()


def _denies_otherwise(statement: WordedText, text: WordedText, nearness: Nearness) -> str:
    """A denial on one side that the other side lacks, in words."""
    denies = bool(next(_denied(statement.text), None))
    may_deny = bool(_NEAR_DENIALS.search(statement.text))
    if denies and not (_DENIALS.search(_bare(text.text)) or _NEAR_DENIALS.search(text.text)):
        return "the passage does not deny it"
    spoken = _spoken_of(text, nearness)
    clauses = [*_denied(text.text)]
    is_denied = any(_concerns(clause, spoken, MOSTLY) for clause in clauses)
    if denies and not any(_concerns(clause, spoken, 0.0) for clause in clauses) and not _NEAR_DENIALS.search(text.text):
        return "the passage does not deny it"
    return "the passage denies it" if is_denied and not denies and not may_deny else ""


def _spoken_of(text: WordedText, nearness: Nearness) -> dict[int, bool]:
    """For each content word of the text, by its start, whether the statement seems to say it."""
    best = nearness.near.max(axis=0, initial=0)
    return {word.start: bool(best[at] >= SEEMS_SAID) for at, word in enumerate(nearness.others) if word.is_content}


def _concerns(clause: _Denied, spoken: dict[int, bool], share: float) -> bool:
    """Whether the statement speaks of that share of a denied clause, and of something in it that is denied."""
    inside = [start for start in spoken if clause.start <= start < clause.end]
    denied = [start for start in inside if start > clause.at]
    if not inside or np.mean([spoken[start] for start in inside]) < share:
        return not inside and not share
    return not denied or any(spoken[start] for start in denied)


def _bare(text: str) -> str:
    """The text with what only compares made unreadable, at the same length."""
    return _COMPARES.sub(lambda found: "x" * len(found[0]), text)


def _denied(text: str) -> Iterator[_Denied]:
    """The clauses that are denied; of a list after "not the following:", each item is one."""
    bare = _bare(text)
    cuts = [0, *(border.start() for border in _BORDER.finditer(bare)), len(bare)]
    at = 0
    for found in _DENIALS.finditer(bare):
        if bare[found.end() : found.end() + 1] == "-" or bare[max(found.start() - 1, 0)] in '"“':
            continue
        while cuts[at + 1] <= found.start() and at + 2 < len(cuts):
            at += 1
        last = at + 1
        while cuts[last] < found.end() and last + 1 < len(cuts):
            last += 1
        end = cuts[last]
        yield _Denied(cuts[at], end, found.start())
        if bare[end : end + 1] == ":" and "following" in bare[max(end - _FOLLOWING, 0) : end]:
            yield from _items(cuts, end, bare)


def _items(cuts: Sequence[int], start: int, text: str) -> Iterator[_Denied]:
    """The items of the list that begins there."""
    stop = _END.search(text, start)
    end = stop.start() if stop else len(text)
    inside: list[Span] = [(one, other) for one, other in pairwise(cuts) if start <= one < end]
    yield from (_Denied(one, other, one) for one, other in inside)
