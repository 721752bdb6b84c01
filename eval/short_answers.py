"""How well the words that answer agree with those that people marked, as SQuAD scores it (Rajpurkar et al. 2016).

Words are compared in lower case, without punctuation and articles; the best of the accepted answers counts.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """Words as they are compared."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact(text: str, answers: Sequence[str]) -> float:
    """1 where the text is one of the answers, else 0."""
    return float(any(normalise(text) == normalise(answer) for answer in answers))


def word_f1(text: str, answers: Sequence[str]) -> float:
    """Harmonic mean of word precision and recall, the best over the answers."""
    return max((_f1(normalise(text).split(), normalise(answer).split()) for answer in answers), default=0.0)


def _f1(ours: list[str], theirs: list[str]) -> float:
    if not ours or not theirs:
        return float(ours == theirs)
    shared = (Counter(ours) & Counter(theirs)).total()
    return 2 * shared / (len(ours) + len(theirs))
