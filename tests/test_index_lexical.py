"""BM25 by hand, and the texts and questions that have nothing to count."""

from math import log
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import SnapshotError
from index.lexical import LexicalIndex, terms

TEXTS = ["The cat sat.", "A cat, a CAT and a dog!", "Birds"]  # 3, 7 and 1 words: 11 / 3 on average


def bm25(tf: int, length: int, holding: int) -> float:
    """Lucene's variant: k1 1.2, b .75, three texts of 11 / 3 words on average, without its constant k1 + 1."""
    return log(1 + (3 - holding + 0.5) / (holding + 0.5)) * tf / (tf + 1.2 * (0.25 + 0.75 * length / (11 / 3)))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("cats", [bm25(1, 3, 2), bm25(2, 7, 2), 0]),
        ("dog", [0, bm25(1, 7, 1), 0]),
        ("the dog?", [bm25(1, 3, 1), bm25(1, 7, 1), 0]),
        ("dog dog", [0, 2 * bm25(1, 7, 1), 0]),
        ("bird whale", [0, 0, bm25(1, 1, 1)]),
        ("whale", [0, 0, 0]),
        ("?!", [0, 0, 0]),
        ("", [0, 0, 0]),
    ],
)
def test_scores_by_hand(question: str, expected: list[float], tmp_path: Path) -> None:
    built = LexicalIndex.build(TEXTS)
    built.save(tmp_path / "lexical")
    for index in (built, LexicalIndex.load(tmp_path / "lexical", 3)):
        scores = index.query(question)
        assert scores.dtype == np.float32
        assert len(index) == 3
        np.testing.assert_allclose(scores, expected, rtol=1e-5)


@pytest.mark.parametrize("texts", [["", "?", "  "], ["..."]])
def test_texts_without_words(texts: list[str], tmp_path: Path) -> None:
    LexicalIndex.build(texts).save(tmp_path / "lexical")
    index = LexicalIndex.load(tmp_path / "lexical", len(texts))
    assert index.query("word ?").tolist() == [0] * len(texts)
    assert index.query("").tolist() == [0] * len(texts)


def test_a_text_without_words_beside_others() -> None:
    assert np.flatnonzero(LexicalIndex.build(["?", "word", ""]).query("words")).tolist() == [1]


def test_terms_are_lower_case_stems_of_any_script() -> None:
    assert terms("Running, RUNS: naïve_x 日本 42!") == ["run", "run", "naïve_x", "日本", "42"]


def test_inverse_frequencies() -> None:
    known = [log(1 + 1.5 / 2.5), log(1 + 2.5 / 1.5), log(1 + 3.5 / 0.5)]
    assert LexicalIndex.build(TEXTS).inverse_frequencies(["cat", "dog", "whale"]) == pytest.approx(known)


def test_another_number_of_texts_is_refused(tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path / "lexical")
    with pytest.raises(SnapshotError, match="lexical: holds 3 texts, not 4; build again"):
        LexicalIndex.load(tmp_path / "lexical", 4)
