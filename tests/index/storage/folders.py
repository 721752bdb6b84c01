"""What tests of vectors share: folders with the vectors of a small text, and comparing two of them."""

from functools import partial
from pathlib import Path

import numpy as np

from corpus.passages import Chunking, split
from corpus.sources import make_document
from index.storage.passage_writer import PassageWriter
from index.storage.passages import PassageTable
from index.storage.vector_writer import VectorWriter, WriterLimits
from index.storage.vectors import VectorTable
from tests.fakes import FakeEncoder

IDENTITY = {"model": {"name": "fake"}, "keeps_tokens": True}
SMALL = WriterLimits(block=4, batch=3)
TEXT = "\n\n".join(f"Passage {n} has words{' more' * (n % 4)}. And a second sentence {n}!" for n in range(11))


def write_table(folder: Path, text: str, encoder: FakeEncoder) -> PassageTable:
    folder.mkdir()
    chunk = partial(split, chunking=Chunking(min_tokens=1), encoder_tokens=254, count_tokens=encoder.count_tokens)
    writer = PassageWriter(folder, chunk, None)
    writer.add(make_document("d", text))
    writer.close()
    return PassageTable.open(folder, writer.passages, writer.sentences, writer.blocks)


def writer_for(folder: Path, text: str, encoder: FakeEncoder, keep_tokens: bool = True) -> VectorWriter:
    """A writer for a new folder with the passages of this text."""
    table = write_table(folder, text, encoder)
    return VectorWriter(folder, table, encoder, IDENTITY, keep_tokens=keep_tokens, limits=SMALL)


def fill(
    folder: Path, text: str, encoder: FakeEncoder, sources: tuple[VectorTable, ...] = (), keep_tokens: bool = True
) -> tuple[VectorTable, int]:
    """The vectors of a new folder, and how many passages were taken over."""
    writer = writer_for(folder, text, encoder, keep_tokens)
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
