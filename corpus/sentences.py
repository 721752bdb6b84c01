"""Where the sentences of a block of text lie.

nupunkt finds most ends of sentences. The rules here add what its English model does not know.
"""

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.documents import Span
from corpus.sections import trim

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

_FULL_STOP = re.compile("[。！？｡؟۔।॥։።។။]+[”’\"'»」』）》〉】)\\]]*")  # ends of sentences in other scripts
_GOES_ON = re.compile(r"\b(?:e\.g|i\.e|cf|viz)\.$")  # a sentence never ends here
_NOTES = re.compile(r"(?:\[[^\[\]]{1,40}\])+(?=\s|$)")  # [1][citation needed] belong to the sentence before them
_WORD = re.compile(r"\w")
# nupunkt takes quadratic time for punctuation without spaces, so runs this long are masked.
_LONG_RUN = re.compile(r"(?<!\S)\S{1000,}(?=\S{8})")
_LOOK_BACK = 6  # characters before the end of a sentence that _GOES_ON looks at


def sentences(text: str, block: Span) -> list[Span]:
    """The sentences of one block, trimmed and in order. Together they hold all of it except white space."""
    body = text[slice(*block)]
    masked = _LONG_RUN.sub(lambda run: "x" * len(run[0]), body)
    cuts = {0, len(body), *(start for start, _ in _tokenizer().span_tokenize(masked))}
    cuts.update(stop.end() for stop in _FULL_STOP.finditer(body))
    spans: list[Span] = []
    last_has_word = True  # whether the last span holds a word
    for cut, next_cut in pairwise(sorted(cuts)):
        start, end = trim(text, block[0] + cut, block[0] + next_cut)
        if spans and start == spans[-1][1] and (notes := _NOTES.match(text, start, end)):
            spans[-1] = (spans[-1][0], notes.end())
            start, end = trim(text, notes.end(), end)
        if start == end:
            continue
        has_word = bool(_WORD.search(text, start, end))
        if spans and (not has_word or not last_has_word or _goes_on(text, spans[-1][1])):
            start = spans.pop()[0]
            has_word = has_word or last_has_word
        spans.append((start, end))
        last_has_word = has_word
    return spans


def _goes_on(text: str, end: int) -> bool:
    """Whether the sentence goes on after `end`, where an abbreviation stands that never ends one."""
    return bool(_GOES_ON.search(text, max(end - _LOOK_BACK, 0), end))


@cache
def _tokenizer() -> "PunktSentenceTokenizer":
    import nupunkt

    return nupunkt.load("default")
