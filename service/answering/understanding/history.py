"""Follow-up questions: what "it" is about stands in an earlier question."""

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
