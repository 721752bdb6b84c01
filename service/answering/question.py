"""What a question asks for: the words that an answer has to account for."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.encoding.encoder import EncodedQuery
from index.retrieval.words import WORD, Frequencies, query_words
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
    """A word of the question: `[start:end]` of its text, its stem, its idf in the corpus, the rows of its tokens.

    `particular`: a number or a name, which an answer cannot put in other words. `slip`: it may be another, misspelt.
    """

    text: str
    start: int
    end: int
    stem: str
    weight: float
    tokens: NDArray[np.int64]
    particular: bool
    slip: bool


def content_words(query: EncodedQuery, lexical: Frequencies) -> list[Word]:
    """The words that an answer has to account for; where all of them are grammar, every word."""
    words = _words(query, lexical)
    content = [word for word in words if word.text.lower() not in FUNCTION_WORDS]
    return [word for word in content if word.text.lower() not in ASKING_WORDS] or content or words


def respelt(query: EncodedQuery, texts: Iterable[str], lexical: Frequencies) -> str:
    """The question with each word that may be a slip written as the texts write the word that is most like it."""
    known: list[str] = []
    asked = query.text
    for word in reversed(_words(query, lexical)):
        if word.slip and not word.particular:
            known = known or sorted({other for text in texts for other in WORD.findall(text.lower())})
            _, other = likest(word.text.lower(), known)
            asked = asked[: word.start] + (other or word.text) + asked[word.end :]
    return asked


def _words(query: EncodedQuery, lexical: Frequencies) -> list[Word]:
    """Every word of the question, in order."""
    words = query_words(query)
    *weights, unknown = lexical.inverse_frequencies([*(word.stem for word in words), NOWHERE])
    return [
        Word(
            text=word.text,
            start=word.start,
            end=word.end,
            stem=word.stem,
            weight=weight,
            tokens=np.array(word.tokens, np.int64),
            # A capital at the start of a question says nothing.
            particular=word.text[0].isdigit() or (word.text[0].isupper() and word.start > 0),
            slip=may_be_slip(word.text, len(word.tokens), held=weight < unknown),
        )
        for word, weight in zip(words, weights, strict=True)
    ]
