"""The question by itself: with what "it" is about from an earlier question, and without the courtesies around it."""

import re
from collections.abc import Sequence

from service.answering.question.content_words import ASKING_WORDS, FUNCTION_WORDS

LONGEST = 1000  # characters of a question with what it points back to
SHORT = 3  # words of its own; a shorter question about nothing named is about what was asked before

_REFERS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|hers|this|that|these|those|there|one|ones|same|then)\b"
    r"|^\W*(?:and|or|but|what about|how about|also)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_](?:[\w’'.+#/-]*[\w+#])?")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…]) ")
# Words of courtesies, one of which tells of who asks. With any other word they may say what the question is about.
_WHO_ASKS = frozenset("i me my we us our hello hi hey dear thank thanks cheers regards sorry please good".split())
_SAID = frozenset(
    "hello hi hey dear sir madam team good morning afternoon evening day night thank thanks grateful cheers "
    "regards kind best wishes sorry bother disturb trouble excuse pardon hope hoping well fine help helping "
    "question questions quick answer answers ask asks asked asking colleague colleagues friend friends boss look "
    "looks looked looking search searched searching find found finding anywhere everywhere nothing something "
    "everything read reading papers paper text texts document documents page pages file files wonder wondered "
    "wondering curious interested interest knowing need needed needs want wanted report article homework "
    "presentation meeting monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday week "
    "soon quickly urgent urgently asap hurry time advance reply response brief briefly short exactly understand "
    "understood confused unsure sure idea trying tried try remember recall forgot forgotten seem seems think "
    "thought maybe perhaps quite really lot great nice lovely appreciate appreciated long hours minutes hour "
    "minute cannot".split()
)


def complete(question: str, history: Sequence[str]) -> str:
    """The question, with what the last earlier question was about behind it where it points back to that.

    An earlier question that itself points back stands for the one before it as well.
    """
    if not history or not _points_back(question):
        return question
    *before, last = history
    subject = _subject(complete(last, before))
    said = question.casefold()
    missing = " ".join(word for word in subject if word.casefold() not in said)[:LONGEST]
    return f"{question.rstrip(' ?')} ({missing})?" if missing else question


def _points_back(question: str) -> bool:
    own = [word for word in _WORD.findall(question) if word.casefold() not in FUNCTION_WORDS | ASKING_WORDS]
    has_name = any(word[0].isupper() or word[0].isdigit() for word in _WORD.findall(question)[1:])
    return bool(_REFERS_BACK.search(question)) or (len(own) < SHORT and not has_name)


def _subject(question: str) -> list[str]:
    """The names and numbers of a question; its other words that say something where it has none."""
    words = _WORD.findall(question)
    names = [word for word in words[1:] if word[0].isupper() or word[0].isdigit()]
    return names or [word for word in words if word.casefold() not in FUNCTION_WORDS | ASKING_WORDS]


def without_courtesies(question: str) -> str:
    """The question without the sentences around it that only greet, thank, or tell how somebody came to ask.

    They would be looked for in the texts like all other words. A sentence that ends with a question mark is what asks,
    and without one nothing is left out.
    """
    sentences = _BETWEEN_SENTENCES.split(question)
    asking = [sentence.endswith("?") for sentence in sentences]
    if all(asking) or not any(asking):
        return question
    return " ".join(each for each, asks in zip(sentences, asking, strict=True) if asks or not _is_courtesy(each))


def _is_courtesy(sentence: str) -> bool:
    words = frozenset(re.findall(r"\w+", sentence.lower()))
    return bool(words & _WHO_ASKS) and words - FUNCTION_WORDS <= _SAID
