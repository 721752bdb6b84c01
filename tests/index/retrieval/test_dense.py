"""FAISS: nearest first, filtered, and a file that holds something else is refused."""

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import GateError, SnapshotError
from index.arrays import Rows, Vectors
from index.retrieval.dense import DenseIndex, DenseTuning

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
    assert DenseIndex.load(tmp_path / "index", AXES, DenseTuning()).query(QUERY, 4).tolist() == [1, 2, 3, 0]


@pytest.mark.parametrize(("count", "dim"), [(3, 4), (5, 4), (4, 3)])
def test_another_size_is_refused(tmp_path: Path, count: int, dim: int) -> None:
    DenseIndex.build(AXES).save(tmp_path / "index")
    with pytest.raises(SnapshotError, match=f"holds 4 vectors of 4, not {count} of {dim}; build again"):
        DenseIndex.load(tmp_path / "index", np.zeros((count, dim), np.float32), DenseTuning())


@pytest.mark.parametrize("damage", [b"", b"garbage", b"IxFI" + b"\xff" * 200])
def test_what_faiss_cannot_read_is_one_line(tmp_path: Path, damage: bytes) -> None:
    DenseIndex.build(AXES).save(tmp_path / "index")
    (tmp_path / "index").write_bytes(damage)
    with pytest.raises(SnapshotError, match=r"index: FAISS cannot read it .*; build again\Z"):
        DenseIndex.load(tmp_path / "index", AXES, DenseTuning())


def clustered(count: int, seed: int) -> Vectors:
    """Unit vectors (count, 16) around 40 centres that do not depend on the seed."""
    centres = np.random.default_rng(0).standard_normal((40, 16))
    random = np.random.default_rng(seed)
    rows = (centres[random.integers(40, size=count)] + 0.5 * random.standard_normal((count, 16))).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


MANY, QUERIES = clustered(3000, 1), clustered(50, 2)


def exact(query: Vectors, rows: Rows) -> list[int]:
    """The 10 of these rows that are nearest, nearest first."""
    nearest: list[int] = rows[np.argsort(-(MANY[rows] @ query))[:10]].tolist()
    return nearest


def share_found(index: DenseIndex, among: Rows | None = None, queries: Vectors = QUERIES) -> float:
    """The recall of the index: which share of the 10 nearest it finds."""
    rows = np.arange(3000) if among is None else among
    right = [len({*index.query(query, 10, among).tolist()} & {*exact(query, rows)}) for query in queries]
    return sum(right) / (10 * len(queries))


@pytest.fixture(scope="module")
def probing() -> DenseIndex:
    return DenseIndex.build(MANY, QUERIES, recall=0.95, exact_limit=2999)


def test_up_to_the_limit_search_is_exact() -> None:
    assert DenseIndex.build(MANY, QUERIES, exact_limit=3000).tuning == DenseTuning("exact", 0, 0, 1.0, 0)


def test_beyond_it_what_is_measured_is_what_queries_find(probing: DenseIndex) -> None:
    tuning = probing.tuning
    assert (tuning.kind, tuning.lists, tuning.queries) == ("ivf-sq8", 219, 25)
    assert 0 < tuning.probes < 219
    assert 0.95 <= tuning.recall == pytest.approx(share_found(probing, queries=QUERIES[25:]))


def test_recall_is_proven_by_queries_that_did_not_choose_the_probes() -> None:
    """Half of them are passages themselves, found with few probes; the others lie between clusters."""
    easy = MANY[:50]
    hard = np.random.default_rng(4).standard_normal((50, 16)).astype(np.float32)
    hard /= np.linalg.norm(hard, axis=1, keepdims=True)
    fooled, proven, warned = (
        DenseIndex.build(MANY, np.vstack(halves), recall=0.95, exact_limit=0).tuning
        for halves in ((easy, easy), (easy, hard), (hard, hard))
    )
    assert fooled.probes < proven.probes <= warned.probes + 1 + warned.probes // 8
    assert proven.recall >= 0.95
    short = DenseIndex.build(MANY, np.vstack([easy, hard]), recall=0.95, exact_limit=0)
    too_little = share_found(short.with_tuning(fooled), queries=hard)
    assert too_little < 0.95 <= share_found(short, queries=hard) == pytest.approx(proven.recall)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_queries_are_enough(count: int) -> None:
    tuning = DenseIndex.build(MANY, QUERIES[:count], recall=1.0, exact_limit=0).tuning
    assert (tuning.recall, tuning.queries) == (1.0, count - count // 2)


def test_more_recall_takes_more_probes(probing: DenseIndex) -> None:
    assert DenseIndex.build(MANY, QUERIES, recall=1.0, exact_limit=0).tuning.probes > probing.tuning.probes


def test_of_what_is_found_the_order_is_exact(probing: DenseIndex) -> None:
    for query in QUERIES:
        scores = MANY[probing.query(query, 30)] @ query
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)


def test_an_index_that_probes_reads_back(probing: DenseIndex, tmp_path: Path) -> None:
    probing.save(tmp_path / "index")
    loaded = DenseIndex.load(tmp_path / "index", MANY, probing.tuning)
    for query in QUERIES:
        assert loaded.query(query, 10).tolist() == probing.query(query, 10).tolist()


@pytest.mark.parametrize("tuning", [DenseTuning(), DenseTuning("ivf-sq8", 218, 9)])
def test_one_that_is_not_searched_as_the_manifest_says_is_refused(
    probing: DenseIndex, tmp_path: Path, tuning: DenseTuning
) -> None:
    probing.save(tmp_path / "index")
    with pytest.raises(SnapshotError, match=rf"index: is not searched as .* says, {tuning.kind}; build again\Z"):
        DenseIndex.load(tmp_path / "index", MANY, tuning)


def test_lists_are_taken_over_for_what_is_known(probing: DenseIndex, tmp_path: Path) -> None:
    probing.save(tmp_path / "index")
    source = DenseIndex.load(tmp_path / "index", MANY, probing.tuning)
    random = np.random.default_rng(5)
    known = random.permutation(3000)[:2500]
    known[:3] = known[3]  # one passage that is now there several times
    known[10:20] = -1
    vectors = np.where(known[:, None] >= 0, MANY[known], clustered(2500, 6))
    taken = DenseIndex.build(vectors, QUERIES, recall=0.95, exact_limit=0, source=source, known=known)
    fresh = DenseIndex.build(vectors, QUERIES, recall=0.95, exact_limit=0)
    assert (len(taken), taken.tuning.lists, fresh.tuning.lists) == (2500, 219, 200)
    assert taken.tuning.recall >= 0.95
    every_list = taken.with_tuning(DenseTuning("ivf-sq8", 219, 219))
    for query in QUERIES[:5]:
        nearest = every_list.query(query, 2500)
        assert sorted(nearest.tolist()) == list(range(2500))
        assert (vectors[nearest] @ query).tolist() == sorted((vectors @ query).tolist(), reverse=True)


@pytest.mark.parametrize(("count", "lists"), [(1400, 149), (1600, 219), (5900, 219), (6100, 312)])
def test_lists_that_no_longer_suit_are_made_anew(probing: DenseIndex, count: int, lists: int) -> None:
    index = DenseIndex.build(clustered(count, 1), QUERIES, 0.9, 0, probing, np.full(count, -1))
    assert index.tuning.lists == lists


@pytest.mark.parametrize("limit", [0, 3000])
def test_a_filter_finds_as_many_as_no_filter(probing: DenseIndex, limit: int) -> None:
    """Up to the limit all that pass are compared; beyond it, the fewer pass, the more lists are probed."""
    for count in (1, 20, 300, 2000):
        among = np.sort(np.random.default_rng(3).choice(3000, count, replace=False))
        found = [probing.query(query, 10, among, exact_limit=limit) for query in QUERIES]
        assert all(np.isin(rows, among).all() for rows in found)
        assert len(found[0]) == min(10, count)
        if limit or count <= 20:
            assert [rows.tolist() for rows in found] == [exact(query, among) for query in QUERIES]
    right = [len({*rows.tolist()} & {*exact(query, among)}) for query, rows in zip(QUERIES, found, strict=True)]
    assert sum(right) / (10 * len(QUERIES)) > 0.9
    assert probing.query(QUERIES[0], 10, among[:0], exact_limit=limit).tolist() == []


def test_passages_with_the_same_vector_are_as_good_as_each_other() -> None:
    copies = np.repeat(MANY[:20], 100, axis=0)
    assert DenseIndex.build(copies, MANY[:20], recall=1.0, exact_limit=0).tuning.recall == 1.0


def test_recall_that_cannot_be_reached_is_an_error() -> None:
    with pytest.raises(GateError, match=r"finds 1\.0000 of the 10 nearest, not 1\.1; want less, or raise the number"):
        DenseIndex.build(MANY, QUERIES, recall=1.1, exact_limit=0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("count", [1, 20_000])
def test_a_full_disk_is_an_error(count: int) -> None:
    """However little there is to write: what only fails when the file is closed must not go unseen."""
    with pytest.raises(OSError, match="No space left"):
        DenseIndex.build(np.ones((count, 4), np.float32)).save(Path("/dev/full"))
