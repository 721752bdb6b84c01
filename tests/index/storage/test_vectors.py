"""Vectors on disk: what the encoder gave, taken over from an earlier folder where it holds the same passage."""

import json
import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from corpus.passages import Chunking, split
from corpus.sources import make_document
from index.storage import vectors
from index.storage.passages import PassageTable, PassageWriter
from index.storage.quantised import quantise
from index.storage.vectors import PARTIAL, Checkpoint, VectorTable, VectorWriter
from tests.fakes import FakeEncoder

TEXT = "\n\n".join(f"Passage {n} has words{' more' * (n % 4)}. And a second sentence {n}!" for n in range(11))


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "BLOCK", 4)
    monkeypatch.setattr(vectors, "BATCH", 3)


def write_table(folder: Path, text: str, encoder: FakeEncoder) -> PassageTable:
    folder.mkdir()
    chunk = partial(split, chunking=Chunking(min_tokens=1), encoder_tokens=254, count_tokens=encoder.count_tokens)
    writer = PassageWriter(folder, chunk, None)
    writer.add(make_document("d", text))
    writer.close()
    return PassageTable.open(folder, writer.passages, writer.sentences)


def fill(
    folder: Path, text: str, encoder: FakeEncoder, sources: tuple[VectorTable, ...] = (), keep_tokens: bool = True
) -> tuple[VectorTable, int]:
    table = write_table(folder, text, encoder)
    writer = VectorWriter(folder, table, encoder, "maker", keep_tokens)
    reused = writer.write(sources, lambda done, total: None)
    return writer.read(), reused


def tokens_of(table: VectorTable, row: int) -> tuple[list[list[int]], list[float], list[int]]:
    passage = table.passages[row]
    sentences = table.sentences[passage["first_sentence"] :][: passage["sentences"]]
    tokens = table.tokens_of(np.array([row]))[0]
    return tokens.codes.tolist(), tokens.scales.tolist(), sentences["tokens"].tolist()


def assert_same(left: VectorTable, right: VectorTable) -> None:
    """The same vectors for the same passages; tokens may lie in another order."""
    for values in ("vectors", "sentence_vectors.codes", "sentence_vectors.scales"):
        first, second = left, right
        for name in values.split("."):
            first, second = getattr(first, name), getattr(second, name)
        assert np.asarray(first).tobytes() == np.asarray(second).tobytes(), values
    assert [tokens_of(left, row) for row in range(11)] == [tokens_of(right, row) for row in range(11)]


def test_rows_hold_what_the_encoder_gives(tmp_path: Path, encoder: FakeEncoder) -> None:
    written, reused = fill(tmp_path / "new", TEXT, encoder)
    table = PassageTable.open(tmp_path / "new", 11, 22)
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
    table = PassageTable.open(tmp_path / "new", 11, 22)
    if not reads:
        monkeypatch.delattr(os, "pread")
    for rows in ([7, 2, 2], [0], []):
        mapped = [written.sentence_vectors[table.sentence_rows(row)] for row in rows]
        found = written.sentences_of(np.array(rows, np.int64))
        assert found.codes.tolist() == [code for each in mapped for code in each.codes.tolist()]
        assert found.scales.tolist() == [scale for each in mapped for scale in each.scales.tolist()]


def test_a_table_that_is_dropped_keeps_no_file_open(tmp_path: Path, encoder: FakeEncoder) -> None:
    written, _ = fill(tmp_path / "new", TEXT, encoder)
    file = written._codes
    os.fstat(file)
    del written
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(file)


def test_progress_only_goes_up_and_ends_at_the_total(tmp_path: Path, encoder: FakeEncoder) -> None:
    writer = VectorWriter(tmp_path / "new", write_table(tmp_path / "new", TEXT, encoder), encoder, "maker", True)
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
    assert table.find(keys[::-1]).tolist() == list(range(10, -1, -1))
    half = keys.copy()
    half[:, 1] += 1
    assert table.find(half).tolist() == [-1] * 11
    extremes = np.array([[0, 0], [2**64 - 1, 2**64 - 1]], np.uint64)
    assert table.find(extremes).tolist() == [-1, -1]
    assert table.find(keys[:0]).tolist() == []
    assert VectorTable(tmp_path / "new", 32, 11, 22, table.tokens, 0).find(keys[:2]).tolist() == [-1, -1]


def test_a_checkpoint_gives_back_the_rows_it_speaks_of(tmp_path: Path, encoder: FakeEncoder) -> None:
    written, _ = fill(tmp_path / "old", TEXT, encoder)
    point = json.loads((tmp_path / "old" / PARTIAL).read_text())
    assert (point["passages"], point["sentences"], point["parts"]) == (11, 22, [len(written.tokens)])
    after_two_blocks = sum(len(tokens_of(written, row)[1]) for row in range(8))
    (tmp_path / "old" / PARTIAL).write_text(json.dumps({**point, "rows": 8, "parts": [after_two_blocks]}))
    resumed = Checkpoint.resume(tmp_path / "old", "maker")  # the token files have grown past it
    assert resumed is not None
    assert len(resumed.tokens) == after_two_blocks
    assert resumed.find(np.array(resumed.passages["key"])).tolist() == [*range(8), -1, -1, -1]
    encoder.encoded = 0
    again, reused = fill(tmp_path / "new", TEXT, encoder, (resumed,))
    assert (reused, encoder.encoded) == (8, 3)
    assert_same(again, fill(tmp_path / "scratch", TEXT, encoder)[0])


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"maker": "maker"}', '{"maker": "maker", "rows": "x"}'])
def test_a_checkpoint_that_cannot_be_read_is_of_no_use(tmp_path: Path, encoder: FakeEncoder, damage: str) -> None:
    fill(tmp_path / "old", TEXT, encoder)
    assert Checkpoint.resume(tmp_path / "old", "another maker") is None
    (tmp_path / "old" / PARTIAL).write_text(damage)
    assert Checkpoint.resume(tmp_path / "old", "maker") is None
    (tmp_path / "old" / PARTIAL).unlink()
    assert Checkpoint.resume(tmp_path / "old", "maker") is None


@pytest.mark.parametrize("name", ["vectors.bin", "sentences.bin", "token_codes.0.bin", "passages.bin"])
def test_a_checkpoint_without_its_columns_is_of_no_use(tmp_path: Path, encoder: FakeEncoder, name: str) -> None:
    fill(tmp_path / "old", TEXT, encoder)
    (tmp_path / "old" / name).unlink()
    assert Checkpoint.resume(tmp_path / "old", "maker") is None
