"""What a question calls by a letter or a number of its own, such as group E, blood group A+, hall 9."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.retrieval.words import stem, terms
from service.answering.question.content_words import held_terms

# Things that are told apart by their numbers: none that are named by a sign (§), in short (p.), in order (the sixth
# season) or by a Roman number (Class I).
NUMBERED = (
    "bay|bed|berth|building|bus|cabin|case|counter|court|desk|dock|door|exit|field|flat|floor|form|gate|group|hall|house|"
    "kiln|lane|line|locker|module|pier|pitch|plan|platform|plot|pool|question|room|route|stand|step|table|terminal|track|"
    "train|tram|type|unit|version|ward|window|zone"
)

_SIGN = r"[+*#♯♭]|[-−–](?!\w)"
_LETTER = re.compile(
    rf"(?<![\w.&/'’\"“+-])(?<!letter )(?P<letter>[A-Z])(?P<sign>{_SIGN})?(?![\w&/+]|\.\s*\w|['’-]\w\w)"
)
_NUMBER = re.compile(rf"\b(?P<noun>{NUMBERED})s?\s+(?:no\.?\s+|number\s+)?(?P<number>\d[\w.]*\b)", re.IGNORECASE)
_RANGE = re.compile(r"\b[A-Z]\s?[-–]\s?[A-Z]\b")  # "A–K"
_ALIKE = str.maketrans("−–♯", "--#")


@dataclass(frozen=True, slots=True)
class Designations:
    """What finds each letter that names a thing in a question; the stem of each noun with a number, and its terms."""

    letters: tuple[re.Pattern[str], ...]
    numbers: tuple[tuple[str, frozenset[str]], ...]

    def __bool__(self) -> bool:
        return bool(self.letters or self.numbers)

    def name_others(self, context: str, sentences: Sequence[str]) -> bool:
        """Whether one of them names nothing in a passage.

        `context` is what stands above the passage, `sentences` are what it says, each after what introduces it.
        """
        whole = "\n".join((context, *sentences)).translate(_ALIKE)
        is_named = all(letter.search(whole) for letter in self.letters) or _RANGE.search(whole)
        return not is_named or any(_is_another(*each, context, sentences) for each in self.numbers)


@lru_cache(maxsize=256)  # each hit of a question asks for them
def designations_in(question: str) -> Designations:
    """The designations in a question; most have none."""
    return Designations(tuple(_letters(question)), tuple(_numbers(question)))


def _letters(question: str) -> Iterator[re.Pattern[str]]:
    """What finds each single letter that is a name in the question, with its sign where it has one."""
    if not any(word.islower() for word in question.split()[1:]):
        return  # where all is in capitals, one does not make a name
    for match in _LETTER.finditer(question):
        letter, sign = match["letter"], (match["sign"] or "").translate(_ALIKE)
        if match.start() > 0 and (letter != "I" or sign):
            after = re.escape(sign) if sign else r"(?![^\W\d_])"
            yield re.compile(rf"(?<![^\W\d_]){letter}{after}", re.IGNORECASE if letter != "A" else 0)


def _numbers(question: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The stem of each noun that has a number, and the terms of the number."""
    for match in _NUMBER.finditer(question):
        yield stem(match["noun"].lower()), frozenset(terms(match["number"]))


def _is_another(noun: str, number: frozenset[str], context: str, sentences: Sequence[str]) -> bool:
    """Whether the passage has such things, and none of this number."""
    held = [held_terms(context) | held_terms(sentence) for sentence in sentences]
    return any(noun in each for each in held) and not any(noun in each and number <= each for each in held)
