"""The words of a question: which of them an answer has to account for, and which are misspelt."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corpus.documents import Span
from corpus.prose.sentences import opens_sentence
from index.arrays import Rows
from index.encoding.encoder import EncodedQuery
from index.retrieval.words import UNKNOWN_STEM, Frequencies, QueryWord, query_words, terms
from service.answering.question.spelling import may_be_misspelt

# Words that carry the grammar of a question and not its subject.
FUNCTION_WORDS = frozenset(
    "a about above after again against all also am an and any anybody anyone anything are aren as at be became "
    "because been before being below between both but by came can come could couldn d did didn do does doesn doing "
    "don done down during each ever few for from further get gets give given gives go got had hadn has hasn have "
    "haven having he her here hers him his how i if in into is isn it its itself just know let like list ll m many "
    "may me might more most much must mustn my name needn no nor not now of off on once one only or other our out "
    "over own please re s same shall she should shouldn so some such t tell than that the their them then there these "
    "they this those through to too under until up us ve very was wasn we were weren what whats when where whether "
    "which while who whom whos whose why will with would wouldn you your yours".split()
)

# The same of German, French, Spanish, Arabic and Hindi, with the words that ask.
FOREIGN_FUNCTION_WORDS = frozenset(
    "der die das den dem des ein eine einen einem einer eines und oder ist sind war waren wird werden wurde wer wen "
    "wem was wann wo wie warum wieso welche welcher welches welchen viel viele am im an auf bei mit von zu zum zur "
    "fuer für nicht es er sie le la les un une des du de et est sont été qui que quoi quand où comment pourquoi "
    "quel quelle quels quelles combien au aux en dans pour par sur il elle el los las uno una y es son fue quien "
    "quién qué cuándo cuando dónde donde cómo como cuál cuánto cuántos del al por para con من ما ماذا متى أين كيف "
    "لماذا هو هي في على إلى عن هل كم क्या कौन कब कहाँ कैसे क्यों कितना कितने है हैं का की के में को से पर और".split()
)

# How Chinese, Japanese and Thai ask: where there are no spaces, pairs of characters that touch these words say nothing.
# In German, the word after "wie" says no more than "how" does.
_ASKING_PHRASES = re.compile(
    r"\b[Ww]ie (?:hoch|lang|lange|groß|gross|alt|weit|teuer|oft|spät|schnell|schwer|tief|breit)\b|"
    "多少[钱錢]|多少|多[久长長高大重远遠深]|叫什[么麼]名字|什[么麼](?:时候|時候)?|甚[么麼]|哪[里裏裡儿兒个個些位天种種年家]|哪一?|"
    "怎[么麼][样樣]|怎[么麼]|怎[样樣]|[为為]什[么麼]|[为為]何|[几幾][点點个個天年号號]|[几幾]|[谁誰]|[吗嗎]|呢|是否|何[时時处處]|何|いつ|どこ|"
    "だれ|誰|どう|なぜ|いくら|いくつ|ですか|ますか|でしょうか|อะไร|ที่ไหน|เมื่อไร|เมื่อไหร่|ใคร|อย่างไร|ทำไม|เท่าไร|เท่าไหร่|กี่"
)

# Words that say what kind of thing would answer, or ask for it. An answer need not repeat them.
ASKING_WORDS = frozenset(
    "abbreviation answer called city country date day days describe details explain full information kind kinds "
    "location mean meaning month months names number overview people person place purpose question reason show "
    "sort state title topic topics type types wehn wich wat year years".split()
)

# What stands before a name and is none: a text may leave it out.
FORMS_OF_ADDRESS = frozenset("mr mrs ms miss dr prof".split())


@dataclass(frozen=True, slots=True)
class WeightedWord:
    """A word of a question, and what it counts: `weight` is its idf in the corpus, `tokens` (tokens,) are its rows.

    `particular`: it is a number or a name, which an answer cannot put in other words. `is_number`: it holds a digit.
    `is_exact`: it is a number, a code or a short name that nothing else is near to in meaning.
    `maybe_misspelt`: no text holds it, so it may stand for another word.
    """

    word: QueryWord
    weight: float
    tokens: Rows
    particular: bool
    is_number: bool
    is_exact: bool
    maybe_misspelt: bool


def content_words(query: EncodedQuery, lexical: Frequencies, told: Sequence[Span] = ()) -> list[WeightedWord]:
    """The words that an answer has to account for; every word where all of them only carry grammar.

    It need not account for what a question has `told`.
    """
    words = _weigh(query, lexical)
    asking = [match.span() for match in _ASKING_PHRASES.finditer(query.text)]
    subject = [
        weighted
        for weighted in words
        if weighted.word.text.lower() not in FORMS_OF_ADDRESS
        and (
            weighted.particular
            or not (_is_function_word(weighted.word.text) or _touches(weighted.word.start, weighted.word.end, asking))
        )
    ]
    content = [weighted for weighted in subject if weighted.word.text.lower() not in ASKING_WORDS]
    asked = [weighted for weighted in content if not _touches(weighted.word.start, weighted.word.end, told)]
    return asked or content or subject or words


def _touches(start: int, end: int, spans: Iterable[Span]) -> bool:
    return any(first < end and start < last for first, last in spans)


def _is_function_word(text: str) -> bool:
    return text.lower() in FUNCTION_WORDS or text.lower() in FOREIGN_FUNCTION_WORDS


@lru_cache(maxsize=1 << 13)  # sentences, and what stands above them: hits come again and again
def held_terms(text: str) -> frozenset[str]:
    """The terms that a text holds."""
    return frozenset(terms(text))


@lru_cache(maxsize=64)  # it is asked for every hit of a question
def content_terms(text: str) -> frozenset[str]:
    """The terms of a text that are no grammar."""
    words = re.findall(r"\w[\w'’-]*", text.lower())
    # "What's" and "who's" are grammar, too.
    return held_terms(" ".join(word for word in words if re.sub(r"['’]\w*$", "", word) not in FUNCTION_WORDS))


@lru_cache(maxsize=1024)  # questions and their words
def is_read_by_encoder(text: str) -> bool:
    """Whether most letters are of an alphabet that the encoder was trained on; it knows nothing of other scripts."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter < "\u0250" for letter in letters) * 2 >= len(letters)


def asks_in_english(text: str) -> bool:
    """Whether a question holds no more words of grammar of other languages than of English."""
    words = re.findall(r"\w+", text.lower())
    foreign = sum(word in FOREIGN_FUNCTION_WORDS and word not in FUNCTION_WORDS for word in words)
    return foreign <= sum(word in FUNCTION_WORDS for word in words)


def correct_spelling(
    query: EncodedQuery, lexical: Frequencies, look_up: Callable[[str], str | None], *, names: bool = False
) -> str:
    """The question's text, each word that may be misspelt replaced by what `look_up` finds for it: all but the names.

    With `names`, these alone.
    """
    text = query.text
    for weighted in reversed(_weigh(query, lexical)):
        word = weighted.word
        is_asked = weighted.maybe_misspelt and weighted.particular == names
        if is_asked and (meant := look_up(word.text.lower())):
            # A small letter in a question of capitals would make names of all others.
            written = meant if names else meant.upper() if word.text.isupper() else meant.lower()
            text = text[: word.start] + written + text[word.end :]
    return text


def _weigh(query: EncodedQuery, lexical: Frequencies) -> list[WeightedWord]:
    """Every word of the question, in order."""
    words = query_words(query)
    *weights, unknown_weight = lexical.inverse_frequencies([*(word.stem for word in words), UNKNOWN_STEM])
    letters = [word.text for word in words if word.text.isalpha()]
    # Where no word is in small letters, a capital does not make a name.
    capitals_tell = any(text.islower() for text in letters[1:])
    # That at the start of a sentence says nothing.
    may_be_names = [capitals_tell and not opens_sentence(query.text, word.start) for word in words]
    return [
        _weighted(word, weight, unknown_weight, may_be_name)
        for word, weight, may_be_name in zip(words, weights, may_be_names, strict=True)
    ]


@lru_cache(maxsize=256)  # the words of a question are weighed for its spelling and for its answer
def _weighted(word: QueryWord, weight: float, unknown_weight: float, may_be_name: bool) -> WeightedWord:
    text = word.text
    is_number = any(character.isdigit() for character in text)
    is_name = may_be_name and text[0].isupper() and text != "I"
    is_symbol = any(sign in text for sign in "+#-./:(")
    return WeightedWord(
        word,
        weight=weight,
        tokens=np.array(word.tokens, np.int64),
        particular=is_number or is_name or is_symbol,
        is_number=is_number,
        is_exact=is_number or is_symbol or (is_name and len(text) <= 2) or not is_read_by_encoder(text),
        maybe_misspelt=not _is_function_word(text)
        and may_be_misspelt(text, len(word.tokens), held=weight < unknown_weight),
    )
