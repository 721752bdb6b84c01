"""The term of one word: its stem, in one spelling, without accents; a number in one word is that number in digits."""

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

from index.retrieval.numerals import NUMBER_WORDS, ORDINAL_WORDS

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d"}
)
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي"})
_SPELLINGS = (
    (re.compile(r"(?<=\w{3})our(?=s?$|ed$|ing$|er|ite|able|ful|less|ly$|hood|ist)"), "or"),
    (re.compile(r"(?<=\w{3})is(?=e$|es$|ed$|ing$|er$|ers$|ation|able)"), "iz"),
    (re.compile(r"(?<=\w{3})ys(?=e$|es$|ed$|ing$|er$)"), "yz"),
    (re.compile(r"(?<=\w[^aeiou])re(?=s?$)"), "er"),
    (re.compile(r"(?<=\w{3})ogue(?=s?$)"), "og"),
    (re.compile(r"(?<=gram)me(?=s?$)"), ""),
)
_SAME = {
    "tyre": "tire", "tyres": "tires", "grey": "gray", "licence": "license", "licences": "licenses",
    "defence": "defense", "offence": "offense", "cheque": "check", "cheques": "checks", "kerb": "curb",
    "plough": "plow", "aluminium": "aluminum", "moustache": "mustache", "pyjamas": "pajamas",
    "sceptical": "skeptical", "judgement": "judgment", "enrol": "enroll", "km": "kilometer", "kms": "kilometer",
    "cm": "centimeter", "mm": "millimeter", "kg": "kilogram", "mg": "milligram", "hrs": "hour", "hr": "hour",
    "mins": "minute", "approx": "approximately", "st": "saint", "percentage": "percent",
}  # fmt: skip
# The last letter of stretches of Unicode, and the language that nearly all of their words are of.
_LANGUAGES = (
    ("\u036f", "english"),
    ("\u03ff", "greek"),
    ("\u052f", "russian"),
    ("\u05ff", "english"),
    ("\u06ff", "arabic"),
    ("\u08ff", "english"),
    ("\u097f", "hindi"),
)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The term of one lower-case word."""
    if any(character.isdigit() for character in word):
        return word
    if not word.isascii():
        word = unaccented(word)
    if number := NUMBER_WORDS.get(word) or ORDINAL_WORDS.get(word):
        return number
    word = _SAME.get(word, word)
    if len(word) > 4:
        for spelling, other in _SPELLINGS:
            word = spelling.sub(other, word)
    stemmed: str = _PER_THREAD.stemmer_of(word).stemWord(word)
    return stemmed


def unaccented(word: str) -> str:
    """Without accents, umlauts written out; scripts whose marks are letters keep them."""
    word = word.translate(_UMLAUTS).translate(_ARABIC)
    if word.isascii() or "\u0900" <= word[0] < "\u1e00" or word[0] >= "\u2000":
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


class _PerThread(threading.local):
    """Stemmers for each thread: they keep a cache, which two threads must not share."""

    def __init__(self) -> None:
        self._stemmers: dict[str, Stemmer.Stemmer] = {}

    def stemmer_of(self, word: str) -> Stemmer.Stemmer:
        """The stemmer of the language that the script tells; English where many languages share it."""
        language = next((name for last, name in _LANGUAGES if word[:1] <= last), "english")
        if language not in self._stemmers:
            self._stemmers[language] = Stemmer.Stemmer(language)
        return self._stemmers[language]


_PER_THREAD = _PerThread()
