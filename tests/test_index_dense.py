"""FAISS: nearest first, filtered, and a file that holds something else is refused."""

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import SnapshotError
from index.dense import DenseIndex
from index.encoder import Vectors

AXES: Vectors = np.eye(4, dtype=np.float32)
QUERY = np.array([0.1, 0.4, 0.3, 0.2], np.float32)


def test_nearest_first() -> None:
    index = DenseIndex.build(AXES)
    assert (len(index), index.dim) == (4, 4)
    assert index.query(QUERY, 3).tolist() == [1, 2, 3]


@pytest.mark.parametrize(("count", "expected"), [(0, []), (4, [1, 2, 3, 0]), (100, [1, 2, 3, 0])])
def test_no_more_than_there_are(count: int, expected: list[int]) -> None:
    assert DenseIndex.build(AXES).query(QUERY, count).tolist() == expected


@pytest.mark.parametrize(("among", "expected"), [([0, 3], [3, 0]), ([2], [2]), ([], []), ([0, 1, 2, 3], [1, 2, 3])])
def test_only_among_the_rows_named(among: list[int], expected: list[int]) -> None:
    assert DenseIndex.build(AXES).query(QUERY, 3, np.array(among, np.int64)).tolist() == expected


def test_filtered_searches_agree_with_numpy() -> None:
    random = np.random.default_rng(0)
    vectors = random.standard_normal((2000, 8)).astype(np.float32)
    index = DenseIndex.build(vectors)
    for _ in range(20):
        among = np.sort(random.choice(2000, 500, replace=False))
        query = random.standard_normal(8).astype(np.float32)
        assert index.query(query, 10, among).tolist() == among[np.argsort(-(vectors[among] @ query))[:10]].tolist()


def test_an_empty_index_finds_nothing() -> None:
    assert DenseIndex.build(AXES[:0]).query(QUERY, 5).tolist() == []


def test_save_and_load(tmp_path: Path) -> None:
    DenseIndex.build(AXES).save(tmp_path / "index")
    assert DenseIndex.load(tmp_path / "index", 4, 4).query(QUERY, 4).tolist() == [1, 2, 3, 0]


@pytest.mark.parametrize(("count", "dim"), [(3, 4), (5, 4), (4, 3)])
def test_another_size_is_refused(tmp_path: Path, count: int, dim: int) -> None:
    DenseIndex.build(AXES).save(tmp_path / "index")
    with pytest.raises(SnapshotError, match=f"holds 4 vectors of 4, not {count} of {dim}; build again"):
        DenseIndex.load(tmp_path / "index", count, dim)


@pytest.mark.parametrize("damage", [b"", b"garbage", b"IxFI" + b"\xff" * 200])
def test_what_faiss_cannot_read_is_one_line(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "index").write_bytes(damage)
    with pytest.raises(SnapshotError, match=r"index: FAISS cannot read it .*; build again\Z"):
        DenseIndex.load(tmp_path / "index", 4, 4)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("count", [1, 20_000])
def test_a_full_disk_is_an_error(count: int) -> None:
    """However little there is to write: what only fails when the file is closed must not go unseen."""
    with pytest.raises(OSError, match="No space left"):
        DenseIndex.build(np.ones((count, 4), np.float32)).save(Path("/dev/full"))
