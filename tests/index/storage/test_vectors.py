"""Vectors on disk: what the encoder gave, taken over from an earlier folder where it holds the same passage."""

import gc
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from index.arrays import products
from index.storage.passages import PassageTable
from index.storage.quantised import quantise
from index.storage.vectors import VectorTable
from tests.fakes import FakeEncoder
from tests.index.storage.folders import TEXT, assert_same, fill, tokens_of, writer_for


def test_rows_hold_what_the_encoder_gives(tmp_path: Path, encoder: FakeEncoder) -> None:
    written, reused = fill(tmp_path / "new", TEXT, encoder)
    table = PassageTable.open(tmp_path / "new", 11, 22, 11)
    assert (reused, encoder.encoded) == (0, 11)
    for row, passage in enumerate(encoder.encode_passages([table.encoder_input(row) for row in range(11)])):
        assert written.vectors[row].tolist() == passage.vector.tolist()
        sentences, tokens = quantise(passage.sentences), quantise(passage.tokens)
        assert written.sentence_vectors[table.sentence_rows(row)].codes.tolist() == sentences.codes.tolist()
        assert tokens_of(written, row) == (
            tokens.codes.tolist(),
            tokens.scales.tolist(),
            passage.token_counts.tolist(),
        )


@pytest.mark.parametrize("reads", [True, False])
def test_sentences_are_read_as_they_would_be_mapped(
    tmp_path: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    written, _ = fill(tmp_path / "new", TEXT, encoder)
    table = PassageTable.open(tmp_path / "new", 11, 22, 11)
    if not reads:
        monkeypatch.delattr(os, "pread")
    for rows in ([7, 2, 2], [0], []):
        mapped = [written.sentence_vectors[table.sentence_rows(row)] for row in rows]
        read = written.sentences_of(np.array(rows, np.int64))
        assert read.codes.tolist() == [code for passage in mapped for code in passage.codes.tolist()]
        assert read.scales.tolist() == [scale for passage in mapped for scale in passage.scales.tolist()]


def open_descriptors(path: Path) -> int:
    """How many of this process's file descriptors are open on a file."""
    count = 0
    for descriptor in range(1000):
        with suppress(OSError):
            count += os.path.samestat(os.fstat(descriptor), path.stat())
    return count


def test_a_table_that_is_dropped_keeps_no_file_open(tmp_path: Path, encoder: FakeEncoder) -> None:
    written, _ = fill(tmp_path / "new", TEXT, encoder)
    codes = tmp_path / "new" / "sentence_codes.bin"
    assert open_descriptors(codes) > 0
    del written
    gc.collect()
    assert open_descriptors(codes) == 0


def test_progress_only_goes_up_and_ends_at_the_total(tmp_path: Path, encoder: FakeEncoder) -> None:
    writer = writer_for(tmp_path / "new", TEXT, encoder)
    seen: list[tuple[int, int]] = []
    writer.write([], lambda done, total: seen.append((done, total)))
    assert seen == [(n, 11) for n in (3, 4, 4, 7, 8, 8, 11, 11)]


def test_the_same_passages_are_taken_over_from_any_source(tmp_path: Path, encoder: FakeEncoder) -> None:
    scratch, _ = fill(tmp_path / "scratch", TEXT, encoder)
    paragraphs = TEXT.split("\n\n")
    sources = tuple(
        fill(tmp_path / f"part{n}", "\n\n".join(part), encoder)[0]
        for n, part in enumerate([["Only here.", *paragraphs[8:], paragraphs[0]], paragraphs[2:5]])
    )
    encoder.encoded = 0
    mixed, reused = fill(tmp_path / "mixed", TEXT, encoder, sources)
    assert (reused, encoder.encoded) == (7, 4)
    assert_same(mixed, scratch)


def test_without_tokens_none_are_written(tmp_path: Path, encoder: FakeEncoder) -> None:
    written, _ = fill(tmp_path / "new", TEXT, encoder, keep_tokens=False)
    assert written.tokens.rows == ()
    assert [len(tokens) for tokens in written.tokens_of(np.arange(3))] == [0, 0, 0]
    assert not written.sentences["tokens"].any()
    assert not written.passages["tokens"].any()
    assert list((tmp_path / "new").glob("token_*")) == []
    source, _ = fill(tmp_path / "with", TEXT, encoder)
    assert fill(tmp_path / "again", TEXT, encoder, (source,), keep_tokens=False)[1] == 11


def test_find_compares_the_whole_key(tmp_path: Path, encoder: FakeEncoder) -> None:
    table, _ = fill(tmp_path / "new", TEXT, encoder)
    keys = np.array(table.passages["key"])
    assert table.find_rows(keys[::-1]).tolist() == list(range(10, -1, -1))
    half = keys.copy()
    half[:, 1] += 1
    assert table.find_rows(half).tolist() == [-1] * 11
    extremes = np.array([[0, 0], [2**64 - 1, 2**64 - 1]], np.uint64)
    assert table.find_rows(extremes).tolist() == [-1, -1]
    assert table.find_rows(keys[:0]).tolist() == []
    assert VectorTable(tmp_path / "new", 32, 11, 22, table.tokens, complete_rows=0).find_rows(keys[:2]).tolist() == [
        -1,
        -1,
    ]


def test_products_are_of_vectors_and_of_matrices() -> None:
    vectors = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert products(vectors, np.ones(3, np.float32)).tolist() == [3.0, 12.0]
    assert products(vectors, vectors.T).tolist() == [[5.0, 14.0], [14.0, 50.0]]


def test_a_product_warns_of_nothing() -> None:
    # As BLAS does where the lanes that it does not use hold such numbers; a warning fails the test.
    infinite = np.array([[np.inf, 1.0]], np.float32)
    assert np.isnan(products(infinite, np.zeros(2, np.float32))).all()
