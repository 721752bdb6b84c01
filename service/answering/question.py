"""What a question asks for: the words that an answer has to account for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.encoding.encoder import EncodedQuery
from index.retrieval.late_interaction import words_of
from index.retrieval.lexical import WORD, Frequencies
from service.answering.spelling import likest, may_be_slip

# Words that carry the grammar of a question, not its subject.
FUNCTION_WORDS = frozenset(
    "a about above after again against all also am an and any anybody anyone anything are as at be became because been "
    "before being below between both but by came can come could d did do does doing done down during each ever few for "
    "from further get gets give given gives go got had has have having he her here hers him his how i if in into is it "
    "its itself just know let like list ll m many may me might more most much must my name no nor not now of off on "
    "once one only or other our out over own please re s same shall she should so some such t tell than that the their "
    "them then there these they this those through to too under until up us ve very was we were what whats when where "
    "whether which while who whom whos whose why will with would you your yours".split()
)


# Words that say what kind of thing would answer, or ask for it: an answer need not repeat them.
ASKING_WORDS = frozenset(
    "abbreviation answer called city country date day days describe details explain full information kind kinds "
    "location mean meaning month months names number overview people person place purpose question reason show "
    "sort state title topic topics type types wehn wich wat year years".split()
)

NOWHERE = ""  # a stem that no text holds


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question that is not grammar: its stem, its idf in the corpus, its rows among the tokens.

    `particular`: a number or a name, which an answer cannot put in other words. `slip`: it may be another, misspelt.
    """

    stem: str
    weight: float
    tokens: NDArray[np.int64]
    particular: bool
    slip: bool


def content_words(query: EncodedQuery, lexical: Frequencies) -> list[Word]:
    """The words that an answer has to account for; where all of them are grammar, every word."""
    words = _words(query, lexical)
    content = [word for word in words if word[0][0].lower() not in FUNCTION_WORDS]
    chosen = [word for word in content if word[0][0].lower() not in ASKING_WORDS] or content or words
    return [word for _, word in chosen]


def respelt(query: EncodedQuery, texts: Iterable[str], lexical: Frequencies) -> str:
    """The question with each word that may be a slip written as the texts write the word that is most like it."""
    known: list[str] = []
    asked = query.text
    for place, word in reversed(_words(query, lexical)):
        if word.slip and not word.particular:
            known = known or sorted({other for text in texts for other in WORD.findall(text.lower())})
            _, other = likest(place[0].lower(), known)
            asked = asked[: place.start()] + (other or place[0]) + asked[place.end() :]
    return asked


def _words(query: EncodedQuery, lexical: Frequencies) -> list[tuple[re.Match[str], Word]]:
    """Every word of the question with its place."""
    found = words_of(query)
    *weights, unknown = lexical.inverse_frequencies([*(stem for _, stem, _ in found), NOWHERE])
    words = []
    for (place, stem, rows), weight in zip(found, weights, strict=True):
        # A capital at the start of a question says nothing.
        particular = place[0][0].isdigit() or (place[0][0].isupper() and place.start() > 0)
        slip = may_be_slip(place[0], len(rows), held=weight < unknown)
        words.append((place, Word(stem, weight, np.array(rows, np.int64), particular, slip)))
    return words
