"""Where the sentences of a block of text lie."""

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.documents import Span
from corpus.sections import trim

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer


_FULL_STOP = re.compile("[。！？｡؟۔।॥։።។။]+[”’\"'»」』）》〉】)\\]]*")  # ends that the English model does not know


_GOES_ON = re.compile(r"\b(?:e\.g|i\.e|cf|viz)\.$")


_NOTES = re.compile(r"(?:\[[^\[\]]{1,40}\])+(?=\s|$)")  # .[1][citation needed] belong to what they annotate


_WORD = re.compile(r"\w")


_LONG_RUN = re.compile(r"(?<!\S)\S{1000,}(?=\S{8})")


def sentences(text: str, block: Span) -> list[Span]:
    """The sentences of one block, trimmed; together they hold all of it but white space."""
    body = text[slice(*block)]
    masked = _LONG_RUN.sub(lambda run: "x" * len(run[0]), body)  # punctuation without spaces costs nupunkt n**2
    cuts = {0, len(body), *(start for start, _ in _tokenizer().span_tokenize(masked))}
    cuts.update(stop.end() for stop in _FULL_STOP.finditer(body))
    found: list[Span] = []
    worded = True  # whether the last one found holds a word
    for first, last in pairwise(sorted(cuts)):
        start, end = trim(text, block[0] + first, block[0] + last)
        if found and start == found[-1][1] and (notes := _NOTES.match(text, start, end)):
            found[-1] = (found[-1][0], notes.end())
            start, end = trim(text, notes.end(), end)
        if start == end:
            continue
        has_word = bool(_WORD.search(text, start, end))
        if found and (not has_word or not worded or _GOES_ON.search(text, max(found[-1][1] - 6, 0), found[-1][1])):
            start = found.pop()[0]
            has_word = has_word or worded
        found.append((start, end))
        worded = has_word
    return found


@cache
def _tokenizer() -> "PunktSentenceTokenizer":
    import nupunkt

    return nupunkt.load("default")
