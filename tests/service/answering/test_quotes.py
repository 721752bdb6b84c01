"""Which sentences are quoted, and whether a quote stands where it is said to stand."""

from collections.abc import Sequence

import numpy as np
import pytest

from corpus.documents import Passage
from corpus.sources import make_document
from service.answering.quotes import check_quote, span_to_quote

PASSAGE = Passage("a", "A", (), 10, 34, "One two. Six ten. He ran.", ((10, 18), (19, 27), (28, 35)))


@pytest.mark.parametrize(
    ("sentence", "support", "expected"),
    [
        (0, [[1.0, 1.0, 1.0]], (10, 18)),
        (1, [[0.5, 0.5, 0.79]], (19, 27)),  # not enough better
        (1, [[0.2, 0.2, 0.74]], (19, 27)),  # not well enough
        (1, [[0.2, 0.2, 0.75]], (19, 35)),
        (1, [[0.9, 0.2, 0.9]], (10, 27)),  # the one before, where both would do
        (0, [[1.0, 1.0, 1.0], [0.0, 0.2, 0.9]], (10, 18)),  # only a neighbour is quoted as well
        (2, [[0.0, 0.0, 1.0]], (19, 35)),  # "He" is named by the sentence before
    ],
)
def test_a_neighbour_is_quoted_where_it_completes_the_sentence(
    sentence: int, support: Sequence[Sequence[float]], expected: tuple[int, int]
) -> None:
    assert span_to_quote(PASSAGE, sentence, np.array(support, np.float32)) == expected


@pytest.mark.parametrize(
    ("start", "end", "quote", "valid", "reason"),
    [
        (0, 5, "Fünf🤖", True, "exactly"),
        (1, 5, "Fünf🤖", False, "at 0 to 5"),
        (0, 5, "Sechs", False, "nowhere"),
        (0, 99, "Fünf🤖", False, "12 characters"),
        (-1, 5, "Fünf🤖", False, "12 characters"),
        (3, 2, "", False, "12 characters"),
        (2, 2, "", True, "exactly"),
        (0, 5, "", False, "something else"),
    ],
)
def test_check_quote(start: int, end: int, quote: str, valid: bool, reason: str) -> None:
    verdict = check_quote(make_document("a", "Fünf🤖 Finger."[:12]), start, end, quote)
    assert verdict.valid is valid
    assert reason in verdict.reason
