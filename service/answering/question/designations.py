"""What a question calls by a letter, a number or a word of grammar: group E, blood group AB+, hall 9, the band Can.

And by an identifier: retry_count, last_upload.log. And by two names: Ann Holt, who is not Bo Holt.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.retrieval.stemming import stem
from index.retrieval.words import terms
from service.answering.question.content_words import FORMS_OF_ADDRESS, FUNCTION_WORDS, held_terms

# Things that are told apart by their numbers: none that are named by a sign (§), in short (p.), in order (the sixth
# season) or by a Roman number (Class I).
NUMBERED = (
    "bay|bed|berth|building|bus|cabin|case|counter|court|desk|dock|door|exit|field|flat|floor|form|gate|group|hall|house|"
    "kiln|lane|line|locker|module|pier|pitch|plan|platform|plot|pool|question|room|route|stand|step|table|terminal|track|"
    "train|tram|type|unit|version|ward|window|zone"
)

_SIGN = r"[+*#♯♭]|[-−–](?!\w)"
_SPELT = r"\s(?:negative|positive|minus|plus|sharp|flat|star)\b"
_LETTER = re.compile(
    r"(?:\b(?P<noun>[^\W\d_]{3,40})\s)?"
    rf"(?<![\w.&/'’\"“+-])(?<!letter )(?P<letter>[A-Z](?:[A-Z]{{1,2}}(?={_SIGN}|{_SPELT}))?)"  # several, with a sign
    rf"(?P<sign>{_SIGN})?(?![\w&/+]|\.\s*\w|['’-]\w\w)(?P<spelt>{_SPELT})?"
)
_NUMBER = re.compile(rf"\b(?P<noun>{NUMBERED})s?\s+(?:no\.?\s+|number\s+)?(?P<number>\d[\w.]*\b)", re.IGNORECASE)
_RANGE = re.compile(r"\b[A-Z]\s?[-–]\s?[A-Z]\b")  # "A–K"
# A word of grammar with a capital amid small letters; where it has two capitals, behind a preposition: "in OR".
_PLACED = "in|at|from|of|to|near"
_GRAMMAR = re.compile(
    rf"(?<=[a-z,] )(?P<word>[A-Z][a-z]+)(?=$|[?.,!'’]| [a-z(])|\b(?:{_PLACED}) (?P<code>[A-Z]{{2}})(?!\w)"
)
_NAMES = FUNCTION_WORDS - frozenset("a an and may of the".split())  # a month, and what often has a capital in a title
_ANY_NAME = "|".join(sorted(each.title() for each in _NAMES))
_CODES = FUNCTION_WORDS - frozenset("am it no of us".split())  # short forms of other things
_ENDINGS = "bat|cfg|conf|csv|db|docx?|exe|html?|ini|jpe?g|js|json|log|md|pdf|png|py|sh|sql|toml|txt|xlsx?|xml|ya?ml|zip"
_IDENTIFIER = re.compile(
    rf"(?<![\w.@/-])(?:[^\W_]{{1,40}}(?:_[^\W_]{{1,40}}){{1,8}}|(?P<file>[\w-]{{1,60}})\.(?:{_ENDINGS}))(?![\w@-])",
    re.IGNORECASE,
)
# Before a last name they are no first one: "Dr Holt" may be Ann Holt.
_TITLES = (
    f"{'|'.join(sorted(each.title() for each in FORMS_OF_ADDRESS))}|Professor|Sir|Lady|Lord|King|Queen|Prince|Princess"
    "|Saint|St|Pope|Bishop|Pastor|Father|Mother|Sister|Brother|Aunt|Uncle|President|Director|Minister|Judge|Captain"
    "|General|Major|Colonel|Officer|Inspector|Nurse|Chief|Chair|Councillor|Herr|Frau|The"
)
_FIRST = rf"(?!(?:{_TITLES})\b)[A-ZÀ-Þ][a-zß-ÿ'’-]+"
_FULL_NAME = re.compile(rf"(?<=[a-z,] )(?P<first>{_FIRST}) (?P<last>[A-ZÀ-Þ][\w'’-]+(?<!day))")
_ALIKE = str.maketrans("−–♯", "--#")


@dataclass(frozen=True, slots=True)
class Designations:
    """What a question calls by letters, and by numbers.

    `letters`: what finds each of them, words of grammar that are names, and identifiers. `numbers`: the stem of the
    noun that has it, and the terms of the number. `names`: what finds the first of two names. Each ends with what finds
    a rival: another letter, sign, number or such name, another first name before the same last one.
    """

    letters: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    numbers: tuple[tuple[str, frozenset[str], re.Pattern[str]], ...]
    names: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.letters or self.numbers or self.names)

    def name_others(self, context: str, sentences: Sequence[str]) -> bool:
        """Whether one of them names nothing in a passage.

        `context` is what stands above the passage, `sentences` are what it says, each after what introduces it.
        """
        whole = "\n".join((context, *sentences)).translate(_ALIKE)
        is_named = all(letter.search(whole) for letter, _ in self.letters) or _RANGE.search(whole)
        others = (_is_another(noun, number, context, sentences) for noun, number, _ in self.numbers)
        return not is_named or any(others)

    def names_rival(self, context: str, sentence: str) -> bool:
        """Whether a sentence names a rival of one of them, and neither it nor its context names that one."""
        context, sentence = context.translate(_ALIKE), sentence.translate(_ALIKE)
        whole = f"{context}\n{sentence}"
        return any(rival.search(sentence) and not letter.search(whole) for letter, rival in self.letters) or any(
            rival.search(sentence) and not number <= held_terms(whole) for _, number, rival in self.numbers
        )

    def names_namesake(self, passage: str, sentence: str) -> bool:
        """Whether a sentence has the last of two names behind another first one, where the passage never says that."""
        return any(other.search(sentence) and not first.search(passage) for first, other in self.names)


@lru_cache(maxsize=256)  # each hit of a question asks for them
def designations_in(question: str) -> Designations:
    """The designations in a question; most have none."""
    if not any(word.islower() for word in question.split()[1:]):
        # where all is in capitals, one does not make a name
        return Designations(tuple(_identifiers(question)), tuple(_numbers(question)))
    letters = (*_letters(question), *_grammar(question), *_identifiers(question))
    return Designations(letters, tuple(_numbers(question)), tuple(_full_names(question)))


def _letters(question: str) -> Iterator[tuple[re.Pattern[str], re.Pattern[str]]]:
    """What finds each single letter that is a name in the question, with its sign where it has one, and its rival."""
    for match in _LETTER.finditer(question):
        if match.start("letter") > 0 and (match["letter"] != "I" or match["sign"]):
            yield _letter_pattern(match), _rival_of_letter(match["noun"], match["letter"])


def _grammar(question: str) -> Iterator[tuple[re.Pattern[str], re.Pattern[str]]]:
    """What finds each word of grammar that is a name in the question, and another such name."""
    for match in _GRAMMAR.finditer(question):
        word, names = (match["word"], _NAMES) if match["word"] else (match["code"], _CODES)
        if word.lower() in names:
            another = rf"(?<=[a-z,] )(?!{word}\b)(?:{_ANY_NAME})(?![\w’'])"
            placed = rf"\b(?:{_PLACED}) (?!{word}\b)[A-Z]{{2}}(?!\w)"
            yield re.compile(rf"(?<!\w){word}(?!\w)"), re.compile(another if match["word"] else placed)


def _identifiers(question: str) -> Iterator[tuple[re.Pattern[str], re.Pattern[str]]]:
    """What finds each identifier in the question, also where other signs join its parts, and any other identifier."""
    for match in _IDENTIFIER.finditer(question):
        parts = map(re.escape, (match["file"] or match[0]).split("_"))
        yield re.compile(rf"(?<![^\W_]){'[_ -]?'.join(parts)}(?![^\W_])", re.IGNORECASE), _IDENTIFIER


def _numbers(question: str) -> Iterator[tuple[str, frozenset[str], re.Pattern[str]]]:
    """The stem of each noun that has a number, the terms of the number, and what finds a rival."""
    for match in _NUMBER.finditer(question):
        rival = re.compile(rf"\b{match['noun']}s?\s+(?:no\.?\s+)?\d", re.IGNORECASE)
        yield stem(match["noun"].lower()), frozenset(terms(match["number"])), rival


def _full_names(question: str) -> Iterator[tuple[re.Pattern[str], re.Pattern[str]]]:
    """What finds the first of two names in the question, and another one that stands with the last.

    Not one that begins with the same letter: "J. Holt" may be Jane Holt.
    """
    for match in _FULL_NAME.finditer(question):
        first, last = match["first"], re.escape(match["last"])
        another = rf"(?!{first[0]}){_FIRST}"
        rival = re.compile(rf"\b{another} {last}\b|\b{last}, {another}")
        yield re.compile(rf"\b{re.escape(first)}\b", re.IGNORECASE), rival


def _letter_pattern(named: re.Match[str]) -> re.Pattern[str]:
    """What finds a letter with its sign, or without one; with any where the question spells it out."""
    sign = re.escape((named["sign"] or "").translate(_ALIKE))
    after = sign or rf"(?![^\W\d_]|{_other_sign(named['spelt'])})"
    letter = named["letter"]
    return re.compile(
        rf"(?<![^\W\d_])(?:(?<=\*){letter}(?=\*)|{letter}{after})",  # or all of it bold
        re.IGNORECASE if letter != "A" else 0,
    )


def _other_sign(spelt: str | None) -> str:
    """What may not stand behind a letter: any sign, or that which says the opposite of what is spelt out."""
    if spelt is None:
        return _SIGN
    return r"[+]" if spelt.strip() in ("negative", "minus") else r"-(?!\w)"


def _rival_of_letter(noun: str | None, letter: str) -> re.Pattern[str]:
    """What finds the same letter with another sign, or another letter after the same word."""
    same = rf"(?<!^)(?<![^\W\d_]){letter}(?![^\W\d_])"
    return re.compile(rf"\b(?i:{noun}s?)\s[A-HJ-Z](?!\w)|{same}" if noun else same)


def _is_another(noun: str, number: frozenset[str], context: str, sentences: Sequence[str]) -> bool:
    """Whether the passage has such things, and none of this number."""
    held = [held_terms(context) | held_terms(sentence) for sentence in sentences]
    return any(noun in each for each in held) and not any(noun in each and number <= each for each in held)
