"""Short forms and what they stand for, as the passages themselves say it: "Northern Lake Authority (NLA)".

Contracts also call their parties by what they are in them: "Pell & Lisle Ltd (the "Supplier")".
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.documents import Span
from index.retrieval.words import terms
from service.answering.question.content_words import FORMS_OF_ADDRESS, held_terms

LONGEST = 120  # characters before a short form that may hold its long form
LETTERS = range(3, 11)  # of a short form that names may spell

# Northern Lake Authority (NLA), and as encyclopaedias write it: "(**NLA**; German: ...)"
_SHORT_AFTER = re.compile(r"\([*_\"“„'‘]{0,3}(?P<short>[A-Z][A-Za-z]{1,9})s?[*_\"“”'’]{0,3}[);,]")
_LONG_AFTER = re.compile(r"(?P<short>[A-Z]{2,10})\)?\s?\((?P<long>[A-Z][^()]{3,120})\)")
_ASKS_FOR_LONG = re.compile(
    r"\b(?:stands?|short) for\b|\b(?:long|full|short) (?:form|name)\b|\babb?rev\w*at|\bacronym\b"
    r"|^what does \S+ mean\b|\bletters \S+ mean\b",
    re.IGNORECASE,
)
# Pell & Lisle Ltd, of Penfold ("the Supplier")
_QUOTES = "\"“”„'‘’"
_ROLE_AFTER = re.compile(
    rf"(?:\((?=[^()]{{0,40}}[{_QUOTES}])|[(,]\s?(?:hereinafter|hereafter)\s)(?:(?:called|referred to as)\s)?"
    rf"[{_QUOTES}]?(?:the\s)?[{_QUOTES}]?(?P<short>[A-Z][\w-]{{1,20}})[{_QUOTES}]?(?=[),.;])"
)
# Names in capitals, with small words between them; some words around a name only say more of it: "Ms", "Ltd".
_NAME = re.compile(r"[A-Z][\w’'-]*(?:\s(?:(?:of|the|and|for|de|van|von|&)\s){0,2}[A-Z][\w’'-]*)*")
_PART = re.compile(r"[^,]+")
_NO_NAMES = FORMS_OF_ADDRESS | frozenset(
    "ltd limited inc llc plc corp co gmbh ag ab sa the this between and by of".split()
)
_WORD = re.compile(r"[^\W_](?:\S*\w)?")  # without the marks around it
_NO_LETTER = re.compile(r"[\W\d_]")
_SMALL = frozenset("of the and for in on to a an de la del du der die das und".split())


@dataclass(frozen=True, slots=True)
class Acronym:
    """A short form and its long form, as terms. It `is_role` where it says what somebody is in a contract."""

    short: str
    long: frozenset[str]
    is_role: bool = False

    def is_named(self, words: Collection[str]) -> bool:
        """Whether the terms of a text are among others those of one of the two forms."""
        return self.short in words or self.long.issubset(words)


@dataclass(frozen=True, slots=True)
class _Introduction:
    """An acronym, and where its two forms stand in a text."""

    acronym: Acronym
    short: Span
    long: Span


def acronyms_in(texts: Iterable[str]) -> tuple[Acronym, ...]:
    """The short forms that the texts introduce, each once, in their order."""
    found: dict[str, Acronym] = {}
    for text in texts:
        for introduced in _introduced(text):
            found.setdefault(introduced.acronym.short, introduced.acronym)
    return tuple(found.values())


def asks_for_long_form(question: str) -> bool:
    """Whether a question asks what a short form stands for, or how something is abbreviated."""
    return bool(_ASKS_FOR_LONG.search(question))


def with_short_forms(question: str, texts: Iterable[str]) -> str:
    """The question with the short form behind each long form in it that the texts introduce.

    Texts go on with the short form, and a reader of single passages cannot know what it stands for.
    """
    if asks_for_long_form(question):
        return question
    words = held_terms(question)
    for text in texts:
        for introduced in _introduced(text):
            acronym = introduced.acronym
            if acronym.long <= words and acronym.short not in words:
                long, short = text[slice(*introduced.long)], text[slice(*introduced.short)]
                found = re.search(rf"(?<!\w){re.escape(long)}(?!\w)", question, re.IGNORECASE)
                if found:
                    question = f"{question[: found.end()]} ({short}){question[found.end() :]}"
                    words |= {acronym.short}
    return question


def begins_with_another(question: str, sentence: str, acronyms: Sequence[Acronym]) -> bool:
    """Whether a sentence is about one of these things, while the question names another one of them."""
    asked_words, said = held_terms(question), held_terms(sentence)
    acronyms = [acronym for acronym in acronyms if not acronym.is_role]  # what one party does, it may do to another
    asked = [acronym for acronym in acronyms if acronym.is_named(asked_words)]
    if not asked or any(acronym.is_named(said) for acronym in asked):
        return False
    words = terms(sentence[:LONGEST])
    subject = words[words[:1] == ["the"] :]
    return any(
        subject[:1] == [other.short] or other.is_named(subject[: len(other.long) + 1])
        for other in acronyms
        if other not in asked
    )


def introduction_of(sentence: str, words: Iterable[str]) -> Span | None:
    """Where the sentence says what these terms ask for: the long form of one of them, or the short form of all."""
    wanted = frozenset(words)
    for introduced in _introduced(sentence):
        if introduced.acronym.short in wanted:
            return introduced.long
        if introduced.acronym.long <= wanted:
            return introduced.short
    return None


def spelled_by(text: str, words: Iterable[str]) -> Span | None:
    """Where names in capitals spell one of these words, whole: "Harbour Rescue Council" for "HRC"."""
    shorts = [letters for word in words if len(letters := _NO_LETTER.sub("", word)) in LETTERS]
    return next((match.span() for short in shorts if (match := _spelling(short.upper()).search(text))), None)


@lru_cache(maxsize=64)  # short forms
def _spelling(short: str) -> re.Pattern[str]:
    """Words in capitals that begin with these letters. Small words between them may stand for letters, or for none."""
    small = "|".join(sorted(_SMALL))
    inner = (rf"(?:{letter}[\w’'-]*|(?={letter.lower()})(?:{small})\b)" for letter in short[1:-1])
    words = (rf"(?<![\w’'-]){short[0]}[\w’'-]*", *inner, rf"{short[-1]}[\w’'-]*")
    return re.compile(rf"[\s,:]{{1,2}}(?:(?:{small})\s){{0,2}}".join(words))


@lru_cache(maxsize=2048)  # texts
def _introduced(text: str) -> tuple[_Introduction, ...]:
    """Each short form that a text introduces, with its long form, in the order in which they are found."""
    pairs = [(False, *pair) for pair in _pairs(text)] + [(True, *pair) for pair in _roles(text)]
    return tuple(
        _Introduction(Acronym(_term(text, short), _terms(text, long), is_role), short, long)
        for is_role, short, long in pairs
    )


def _term(text: str, span: Span) -> str:
    return terms(text[slice(*span)])[0]


def _terms(text: str, span: Span) -> frozenset[str]:
    return frozenset(terms(text[slice(*span)])) - _SMALL


def _pairs(text: str) -> Iterator[tuple[Span, Span]]:
    """Where each short form and its long form stand."""
    for match in _SHORT_AFTER.finditer(text):
        if long := _long_form(text, match["short"], max(0, match.start() - LONGEST), match.start()):
            yield match.span("short"), long
    for match in _LONG_AFTER.finditer(text):
        if long := _long_form(text, match["short"], *match.span("long")):
            yield match.span("short"), long


def _roles(text: str) -> Iterator[tuple[Span, Span]]:
    """Where each role stands, and the name of who has it."""
    for match in _ROLE_AFTER.finditer(text):
        start = max(0, match.start() - LONGEST)
        start = max(start, *(text.rfind(end, start, match.start()) + len(end) for end in (")", ". ", ";", "\n")))
        # Its address follows the first comma: "Pell & Lisle Ltd, of Penfold".
        named = ([*_NAME.finditer(text, *part.span())] for part in _PART.finditer(text, start, match.start()))
        names = next(filter(None, named), [])
        words = [word for name in names[-1:] for word in _WORD.finditer(text, *name.span())]
        own = [word.span() for word in words if word[0].lower() not in _NO_NAMES]
        if own:
            yield match.span("short"), (own[0][0], own[-1][1])


def _long_form(text: str, short: str, start: int, end: int) -> Span | None:
    """The last words of `text[start:end]` whose initials give the short form; None where they do not.

    Small words need not be in it, nor a few others: the J of "Crime and Justice Research Institute" is not in UNICRI.
    """
    words = list(_WORD.finditer(text, start, end))
    letters = short.upper()
    skipped = len(short) // 3
    for number in range(len(words) - 1, -1, -1):
        word = words[number][0]
        if word[0].upper() == letters[-1]:
            letters = letters[:-1]
            if not letters:
                return words[number].start(), words[-1].end()
        elif word.lower() not in _SMALL:
            skipped -= 1
            if skipped < 0 or letters == short.upper():
                return None
    return None
