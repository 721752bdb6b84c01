"""What a snapshot becomes on a server: packed vectors, joined stems, the header."""

from dataclasses import replace

import numpy as np
import pytest

from corpus.errors import SnapshotError
from index.milvus.header import Header
from index.milvus.rows import joined, packed, packed_length, term_key, unpacked
from index.milvus.store import MilvusStore
from index.storage.quantised import quantise

pytestmark = pytest.mark.slow


def test_vectors_come_back_from_text() -> None:
    vectors = quantise(np.random.default_rng(1).standard_normal((5, 7)).astype(np.float32))
    for count in range(6):
        some = vectors[np.arange(count)]
        text = packed(some)
        assert len(text) == packed_length(count, 7)
        back = unpacked(text, 7)
        np.testing.assert_array_equal(back.codes, some.codes)
        np.testing.assert_array_equal(back.scales, some.scales)


def test_a_passage_of_more_than_a_field_holds_is_cut_between_code_points() -> None:
    long = ["é" * 50_000, "tail"]
    assert joined(long) == "é" * 32_767
    assert joined(["a", "b"]) == "a b"
    assert term_key("é" * 50_000) != term_key("é" * 49_999)
    assert -(2**63) <= term_key("cat") < 2**63


HEADER_DAMAGE = ["", "{", "[]", "null", '{"schema": 2}', '{"schema": 1}', '{"schema": 1, "manifest": {"model": {}}}']


@pytest.mark.parametrize("text", HEADER_DAMAGE)
def test_a_header_that_is_none(text: str) -> None:
    with pytest.raises(SnapshotError, match=r"publish it again\Z"):
        Header.from_json(text)


def test_a_header_reads_back(published: MilvusStore) -> None:
    header = replace(published.open().reader.header, evaluation={"by": ["é", None]})
    assert Header.from_json(header.to_json()) == header
    with pytest.raises(SnapshotError, match="has another schema; publish it again"):
        Header.from_json(header.to_json().replace('{"schema": 3', '{"schema": 2', 1))
