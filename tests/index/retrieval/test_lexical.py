"""BM25 by hand, and the texts and questions that have nothing to count."""

import logging
from math import log
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SnapshotError
from index.arrays import Rows
from index.retrieval.lexical import K1, B, LexicalIndex
from index.retrieval.postings import DEFAULT_LIMITS, LexicalLimits, write_lexical_index
from index.retrieval.words import terms

TEXTS = ["The cat sat.", "A cat, a CAT and a dog!", "Birds"]  # 3, 7 and 1 words: 11 / 3 on average


def index_of(
    folder: Path,
    texts: list[str],
    source: LexicalIndex | None = None,
    known: list[int] | None = None,
    limits: LexicalLimits = DEFAULT_LIMITS,
) -> LexicalIndex:
    def read(rows: Rows) -> list[str]:
        return [texts[row] for row in rows]

    write_lexical_index(folder, len(texts), read, source, None if known is None else np.array(known), limits)
    return LexicalIndex(folder, len(texts), limits.common)


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
@pytest.mark.parametrize("common", [0, 2, 100])
def test_scores_by_hand(question: str, expected: list[float], common: int, tmp_path: Path) -> None:
    """The same where no term is common, where terms of two of the three texts are, and where all are."""
    index = index_of(tmp_path / "lexical", TEXTS, limits=LexicalLimits(common=common))
    scores = index.query(question)
    assert scores.dtype == np.float32
    assert len(index) == 3
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_scores_are_those_of_bm25s(tmp_path: Path) -> None:
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    texts = Path("corpus/texts/unicri-centre.txt").read_text("utf-8").split("\n\n")
    reference = bm25s.BM25(k1=K1, b=B)
    reference.index([terms(text) for text in texts], show_progress=False)
    index = index_of(tmp_path / "lexical", texts)
    for question in ("Who is the head of the Centre?", "toolkit for law enforcement", "July 2019"):
        known = [term for term in terms(question) if term in index.vocabulary]
        np.testing.assert_allclose(index.query(question), reference.get_scores(known), rtol=1e-5)


@pytest.mark.parametrize("texts", [["", "?", "  "], ["..."]])
def test_texts_without_words(texts: list[str], tmp_path: Path) -> None:
    index = index_of(tmp_path / "lexical", texts)
    assert index.query("word ?").tolist() == [0] * len(texts)
    assert index.query("").tolist() == [0] * len(texts)


def test_a_text_without_words_beside_others(tmp_path: Path) -> None:
    assert np.flatnonzero(index_of(tmp_path / "lexical", ["?", "word", ""]).query("words")).tolist() == [1]


def test_terms_are_lower_case_stems_of_any_script() -> None:
    assert terms("Running, RUNS: naïve_x 日本 42!") == ["run", "run", "naive_x", "日本", "42", "naiv", "x"]


def test_inverse_frequencies(tmp_path: Path) -> None:
    known = [log(1 + 1.5 / 2.5), log(1 + 2.5 / 1.5), log(1 + 3.5 / 0.5)]
    assert index_of(tmp_path / "lexical", TEXTS).inverse_frequencies(["cat", "dog", "whale"]) == pytest.approx(known)


@pytest.mark.parametrize(("block", "sorted_at_once", "cached"), [(1, 1, 0), (2, 3, 2), (100, 100, 100)])
def test_blocks_and_ranges_change_nothing(tmp_path: Path, block: int, sorted_at_once: int, cached: int) -> None:
    texts = ["", "b a b c", "a", "?", "c c d e f a", "g", ""]
    index_of(tmp_path / "whole", texts)
    limits = LexicalLimits(block=block, sorted_terms=sorted_at_once, cached_words=cached)
    index_of(tmp_path / "parts", texts, limits=limits)
    for file in (tmp_path / "whole").iterdir():
        assert (tmp_path / "parts" / file.name).read_bytes() == file.read_bytes(), file.name


TEXT = st.lists(st.sampled_from(["cat", "cats", "dog", "É", "日本", "?", "x1"]), max_size=6).map(" ".join)


@given(st.lists(TEXT, min_size=1, max_size=6), st.lists(TEXT, min_size=1, max_size=6))
def test_terms_that_are_taken_over_are_those_that_would_be_read(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("lexical")
    source = index_of(folder / "before", before)
    known = [before.index(text) if text in before else -1 for text in after]
    unread = ["" if row >= 0 else text for row, text in zip(known, after, strict=True)]
    copied, fresh = index_of(folder / "copied", unread, source, known), index_of(folder / "fresh", after)
    assert sorted(copied.vocabulary) == sorted(fresh.vocabulary)  # nothing stays of what no text holds any more
    for word in (*fresh.vocabulary, *source.vocabulary):
        assert copied.query(word).tolist() == fresh.query(word).tolist()
    assert copied.inverse_frequencies(fresh.vocabulary) == fresh.inverse_frequencies(fresh.vocabulary)


@pytest.mark.parametrize(
    ("name", "data"), [("vocabulary.json", b"{}"), ("vocabulary.json", b"[1]"), ("terms.bin", b"")]
)
def test_files_that_hold_something_else_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    index_of(tmp_path / "lexical", TEXTS)
    (tmp_path / "lexical" / name).write_bytes(data)
    with pytest.raises(SnapshotError, match=rf"{name}: .*build again\Z"):
        LexicalIndex(tmp_path / "lexical", 3)


@pytest.mark.parametrize("count", [2, 4])
def test_another_number_of_texts_is_refused(tmp_path: Path, count: int) -> None:
    index_of(tmp_path / "lexical", TEXTS)
    with pytest.raises(SnapshotError, match=f"is not a column of {count} rows; build again"):
        LexicalIndex(tmp_path / "lexical", count)
