"""The words of a question: which of them an answer has to account for, and which are misspelt."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from index.arrays import Rows
from index.encoding.encoder import EncodedQuery
from index.retrieval.words import WORD, Frequencies, QueryWord, query_words
from service.answering.spelling import may_be_misspelt, most_similar

# Words that carry the grammar of a question and not its subject.
FUNCTION_WORDS = frozenset(
    "a about above after again against all also am an and any anybody anyone anything are as at be became because been "
    "before being below between both but by came can come could d did do does doing done down during each ever few for "
    "from further get gets give given gives go got had has have having he her here hers him his how i if in into is it "
    "its itself just know let like list ll m many may me might more most much must my name no nor not now of off on "
    "once one only or other our out over own please re s same shall she should so some such t tell than that the their "
    "them then there these they this those through to too under until up us ve very was we were what whats when where "
    "whether which while who whom whos whose why will with would you your yours".split()
)

# Words that say what kind of thing would answer, or ask for it. An answer need not repeat them.
ASKING_WORDS = frozenset(
    "abbreviation answer called city country date day days describe details explain full information kind kinds "
    "location mean meaning month months names number overview people person place purpose question reason show "
    "sort state title topic topics type types wehn wich wat year years".split()
)

UNKNOWN_STEM = ""  # a stem that no text holds


@dataclass(frozen=True, slots=True)
class WeightedWord:
    """A word of a question, and what it counts: `weight` is its idf in the corpus, `tokens` (tokens,) are its rows.

    `particular`: it is a number or a name, which an answer cannot put in other words.
    `maybe_misspelt`: no text holds it, so it may stand for another word.
    """

    word: QueryWord
    weight: float
    tokens: Rows
    particular: bool
    maybe_misspelt: bool


def content_words(query: EncodedQuery, lexical: Frequencies) -> list[WeightedWord]:
    """The words that an answer has to account for; every word where all of them only carry grammar."""
    words = _weigh(query, lexical)
    subject = [weighted for weighted in words if weighted.word.text.lower() not in FUNCTION_WORDS]
    content = [weighted for weighted in subject if weighted.word.text.lower() not in ASKING_WORDS]
    return content or subject or words


def correct_spelling(query: EncodedQuery, texts: Iterable[str], lexical: Frequencies) -> str:
    """The question's text, each word that may be misspelt replaced by the most similar word of the texts."""
    vocabulary: list[str] = []  # made for the first word that needs it: most questions have none
    corrected = query.text
    for weighted in reversed(_weigh(query, lexical)):
        if weighted.maybe_misspelt and not weighted.particular:
            word = weighted.word
            vocabulary = vocabulary or sorted({known for text in texts for known in WORD.findall(text.lower())})
            if lookalike := most_similar(word.text.lower(), vocabulary):
                corrected = corrected[: word.start] + lookalike.word + corrected[word.end :]
    return corrected


def _weigh(query: EncodedQuery, lexical: Frequencies) -> list[WeightedWord]:
    """Every word of the question, in order."""
    words = query_words(query)
    *weights, unknown_weight = lexical.inverse_frequencies([*(word.stem for word in words), UNKNOWN_STEM])
    return [
        WeightedWord(
            word,
            weight=weight,
            tokens=np.array(word.tokens, np.int64),
            # A capital at the start of a question says nothing.
            particular=word.text[0].isdigit() or (word.text[0].isupper() and word.start > 0),
            maybe_misspelt=may_be_misspelt(word.text, len(word.tokens), held=weight < unknown_weight),
        )
        for word, weight in zip(words, weights, strict=True)
    ]
