"""What a refusal says: which words of the question the text does not account for, and what comes closest."""

from collections.abc import Sequence

import numpy as np

from service.answering.answer import Abstention, Evidence
from service.answering.features import Support
from service.answering.question.content_words import WeightedWord

ACCOUNTED = 0.6  # support (0..1) from which on a word counts as accounted for


def refuse_empty(words: Sequence[WeightedWord]) -> Abstention:
    """The refusal of a question that no passage has anything in common with."""
    message = "No passage has anything in common with the question; ask about what the documents are about."
    return Abstention("no_match", message, tuple(word.word.text for word in words))


def refuse_request(what: str, nearest: Evidence) -> Abstention:
    """The refusal of a request for what no quote is."""
    message = f"This asks for {what}, and only quotes are given here; ask for one fact, or read the passages below."
    return Abstention("out_of_scope", message, (), nearest)


def refuse_unlikely(chance: float, nearest: Evidence, support: Support, words: Sequence[WeightedWord]) -> Abstention:
    """The refusal of an answer that is too unlikely; `support` is that of the hit with the nearest sentence."""
    held = np.maximum(support.context, support.sentences.max(axis=1))  # (words,)
    missing = tuple(word.word.text for word, how in zip(words, held, strict=True) if how < ACCOUNTED)
    message = f"The text does not seem to say: the closest sentence has a {chance:.0%} chance of being the answer."
    if missing:
        message += f" Nothing near it is about {_quoted(missing)}."
    return Abstention("low_confidence", message, missing, nearest)


def _quoted(words: Sequence[str]) -> str:
    """The words in quotes, with `or` before the last."""
    *others, last = [f"“{word}”" for word in words]
    return f"{', '.join(others)} or {last}" if others else last
