"""The sentences that come nearest to a quote that a text no longer holds."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.documents import Span

WITHIN = 300_000  # code points before and after where the quote stood that are looked through
SIMILAR = 0.75  # the least share of words, of both together, that are the same
# Words, numbers, and single signs of scripts that put no spaces between words.
_UNPARTED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNPARTED}]|[^\W_{_UNPARTED}]+")


@dataclass(frozen=True, slots=True)
class Similar:
    """Whole sentences, `document.text[start:end]`, and how similar they are to a quote (0..1)."""

    start: int
    end: int
    text: str
    similarity: float


def most_similar_sentences(text: str, quote: str, near: int, sentences: Callable[[], Sequence[Span]]) -> Similar | None:
    """The sentences that share the most words with a quote; None where they are not very similar.

    Of several the nearest to `near`. `sentences` gives those of the text, in order.
    """
    wanted = Counter(_words(quote))
    window = _best_window(text, wanted, near)
    if window is None:
        return None
    start, end = _whole(sentences(), *window)
    has = Counter(_words(text[start:end]))
    similarity = round(2 * (wanted & has).total() / (wanted.total() + has.total()), 3)
    return Similar(start, end, text[start:end], similarity) if similarity >= SIMILAR else None


def _best_window(text: str, wanted: Counter[str], near: int) -> Span | None:
    """As many words in a row as are wanted, those with the most wanted ones among them; None where they are too few."""
    size, least = wanted.total(), max(1, SIMILAR * wanted.total())
    row: deque[re.Match[str]] = deque()
    lacking, shared = wanted.copy(), 0
    best: tuple[int, int] = (0, 0)
    span: Span | None = None
    for word in _WORD.finditer(text, max(0, near - WITHIN), near + WITHIN):
        row.append(word)
        shared += _count(lacking, word[0].casefold(), -1)
        if len(row) > size:
            shared -= _count(lacking, row.popleft()[0].casefold(), 1)
        if not row:
            return None
        rank = (shared, -abs(row[0].start() - near))
        if shared >= least and (span is None or rank > best):
            best, span = rank, (row[0].start(), word.end())
    return span


def _count(lacking: Counter[str], word: str, change: int) -> int:
    """Count a word that came (-1) or went (1); 1 where it is, or was, one of those that are lacking, else 0."""
    if word not in lacking:
        return 0
    before = lacking[word]
    lacking[word] = before + change
    return int(before > 0 if change < 0 else before >= 0)


def _whole(sentences: Sequence[Span], start: int, end: int) -> Span:
    """The sentences that lie in a span with half of their length or more, else the one that lies in it most."""
    first = bisect_right(sentences, start, key=lambda sentence: sentence[1])
    last = bisect_left(sentences, end, key=lambda sentence: sentence[0])
    shares = {(a, b): (min(b, end) - max(a, start)) / (b - a) for a, b in sentences[first:last]}
    if not shares:
        return start, end
    inside = [sentence for sentence, share in shares.items() if share >= 0.5] or [max(shares, key=shares.__getitem__)]
    return inside[0][0], inside[-1][1]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
