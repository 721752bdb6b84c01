"""What each feature should count is learned from which sentences are right."""

import numpy as np

from eval.fitting.choice import Compared, fit_weights, share_right
from service.answering.choosing.scores import READ_WEIGHTS

TELLS = list(READ_WEIGHTS).index("read")


def compared(right: int, *, asks: int | None = None) -> Compared:
    """Four sentences; two features prefer the right one, `late` less than `read`."""
    features = np.zeros((4, len(READ_WEIGHTS)))
    features[right, TELLS], features[right, 0] = 1.0, 0.25
    return Compared(features, np.eye(4)[right], np.zeros(4) if asks is None else np.eye(4)[asks])


def test_what_tells_the_right_sentence_gets_the_weight() -> None:
    weights = fit_weights([[compared(number % 4) for number in range(12)]])
    assert list(weights) == list(READ_WEIGHTS)
    assert weights["late"] == 1.0
    assert weights["read"] > 2
    assert weights["coverage"] == 0


def test_a_sentence_that_asks_is_never_counted_as_chosen() -> None:
    weights = dict.fromkeys(READ_WEIGHTS, 1.0)
    assert share_right([compared(2)], weights) == 1.0
    assert share_right([compared(2, asks=2)], weights) == 0.0
