"""The words of a statement, or of a text that it is compared with, clause by clause."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from corpus.documents import Span
from corpus.folding import fold
from index.retrieval.stemming import stem
from index.retrieval.words import WORD
from service.answering.numbers.dates import Date, dates
from service.answering.numbers.quantities import CODE, UNITS, Quantity, quantities, rates
from service.answering.question.content_words import FUNCTION_WORDS

# Where one clause ends and the next begins.
_BORDER = re.compile(
    r"[;:,()|–—]|\.\s|\b(?:and|but|or|while|whereas|although|though|unless|except|because|since|which|who|whom"
    r"|whose|if|when"
    r"|where|so|as|instead|rather|not)\b",
    re.IGNORECASE,
)
# Words that say how something is told, or that hold for anything.
_WEAK = frozenset(
    "according amount approximately around called certain charge charged costs currently exactly following given held "
    "include included includes including known located made named namely per place requires roughly said says stands "
    "take taken takes took total used using within beyond since every whenever whereas minimum maximum longer "
    "less least "
    "cannot no nobody nothing never always already still yet also either neither else cents thing things system "
    "material "
    "person people seems unless except alone apart isn aren wasn weren doesn didn don wouldn couldn shouldn hasn "
    "haven hadn needn mustn ll ve reason make makes making keep keeps become becomes happen happens used".split()
)
_BEFORE_A_SENTENCE = " \"'“(|-–•"
_ENDS_A_SENTENCE = (".", "!", "?", ":", "|")


@dataclass(frozen=True, slots=True)
class Word:
    """A word at `[start:end]` of the folded text; `clause` is the number of the clause that it stands in.

    `is_first` is a word whose capital says nothing, because a sentence begins with it.
    """

    text: str
    term: str
    start: int
    end: int
    clause: int
    is_content: bool
    is_name: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class WordedText:
    """A folded text as its words, numbers and dates. `rates` are the periods that it counts in."""

    text: str
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    rates: frozenset[str]

    @property
    def content(self) -> tuple[Word, ...]:
        """The words that carry what the text is about, names among them; not its numbers and dates."""
        return tuple(word for word in self.words if word.is_content)

    @property
    def terms(self) -> frozenset[str]:
        """The terms of all of its words."""
        return frozenset(word.term for word in self.words)

    @property
    def counted(self) -> tuple[Quantity, ...]:
        """Its numbers but for a one, which may be no number, or "a": "one of them", "one day"."""
        return tuple(each for each in self.quantities if each.value != 1)


@lru_cache(maxsize=4096)  # the sentences of a few hits, for each statement again
def read_words(text: str) -> WordedText:
    """The words, numbers and dates of a text, in time linear in its length."""
    folded = " ".join(fold(text).text.replace("*", "").split())
    lower = folded.lower()
    if len(lower) != len(folded):  # a few capitals have no small letter of their own
        folded = lower
    numbers, days = quantities(lower), dates(lower)
    counts = [(one.start, one.end) for one in numbers] + [(day.start, day.end) for day in days]
    counted = _mask(len(lower), counts)
    codes = [match.span() for match in CODE.finditer(lower) if not counted[match.start()]]
    coded = _mask(len(lower), codes)
    spans = [match.span() for match in WORD.finditer(folded) if not coded[match.start()]]
    borders = [match.start() for match in _BORDER.finditer(folded)]
    clause, words = 0, []
    for start, end in sorted((*spans, *codes)):
        while clause < len(borders) and borders[clause] < start:
            clause += 1
        words.append(_word(folded, start, end, clause, bool(counted[start]), bool(coded[start])))
    return WordedText(folded, tuple(words), numbers, days, rates(lower))


def _word(text: str, start: int, end: int, clause: int, is_counted: bool, is_code: bool) -> Word:
    word = text[start:end]
    small = word.lower()
    before = text[max(start - 4, 0) : start].rstrip(_BEFORE_A_SENTENCE)
    is_first = (not before and start < 4) or before.endswith(_ENDS_A_SENTENCE)
    # "Building A" has a name; "I" has none.
    is_grammar = small in FUNCTION_WORDS and not (word == "A" and not is_first)
    is_name = not is_counted and (is_code or (word[0].isupper() and not is_first and not is_grammar))
    is_weak = is_grammar or small in _WEAK or small in UNITS or len(small) < 2
    is_content = not is_counted and (is_name or not is_weak)
    return Word(word, stem(small), start, end, clause, is_content, is_name, is_first)


def _mask(length: int, spans: Iterable[Span]) -> bytearray:
    """One byte a character: 1 where a span covers it."""
    mask = bytearray(length + 1)
    for start, end in spans:
        mask[start:end] = b"\x01" * (end - start)
    return mask
