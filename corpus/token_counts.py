"""How many tokens a text counts when passages are packed."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

CountTokens: TypeAlias = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, as `index.encoding.encoder.Encoder.count_tokens`."""

LETTERS = 25  # of one token, at most


def count_long_words(count_tokens: CountTokens, texts: Sequence[str]) -> list[int]:
    """The tokens of each text, none of which counts for more than `LETTERS`.

    A tokenizer may take a word of a million letters for one token, which it does not know. A passage would hold it all.
    """
    return [
        count if len(text) <= LETTERS * count else max(count, sum(-(-len(word) // LETTERS) for word in text.split()))
        for text, count in zip(texts, count_tokens(texts), strict=True)
    ]
