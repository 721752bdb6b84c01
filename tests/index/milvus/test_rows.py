"""What a snapshot becomes on a server: packed vectors, joined stems, the header."""

import re
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


def test_a_passage_of_more_than_a_field_holds_is_cut() -> None:
    assert joined(["a" * 65_530, "b", "tail"]) == "a" * 65_530 + " b ta"
    assert joined(["a", "b"]) == "a b"


@pytest.mark.parametrize("term", ["é" * 50_000, "日本", "tx-200-c", "1.10.2", "c++", ".net", "-5", "2024-03-05", "a_b"])
def test_a_term_that_the_server_would_take_apart_is_one_word_of_its_own(term: str) -> None:
    written = joined([term, "tail"]).split(" ")
    assert written[1:] == ["tail"]
    assert re.fullmatch(r"[a-z0-9]{1,32}", written[0])
    assert joined([term]) != joined([f"{term}s"])


def test_the_key_of_a_term_is_a_number_of_64_bits() -> None:
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
        Header.from_json(header.to_json().replace('{"schema": 5', '{"schema": 3', 1))
