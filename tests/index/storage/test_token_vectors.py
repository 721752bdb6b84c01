"""Parts of token vectors: numbered through, each in files of its own that no later build writes to."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import SnapshotError
from index.storage.columns import VectorLayout
from index.storage.quantised import Quantised
from index.storage.token_vectors import DEFAULT_TOKEN_LIMITS, TokenLimits, TokenParts, TokenWriter

DIM = 2


def tokens(*numbers: int) -> Quantised:
    """One row of each number."""
    codes = np.repeat(np.array(numbers, np.int8)[:, None], DIM, axis=1)
    return Quantised(codes, np.array([number / 2 for number in numbers], np.float32))


def write(
    folder: Path,
    *passages: Quantised,
    parts: TokenParts | None = None,
    limits: TokenLimits = DEFAULT_TOKEN_LIMITS,
) -> tuple[TokenWriter, list[int]]:
    """Write the parts, then these passages, into a new folder; also returns the first row of each passage."""
    folder.mkdir()
    writer = TokenWriter(folder, DIM, limits)
    if parts:
        writer.share(parts)
    firsts = writer.append(np.array([len(passage) for passage in passages], np.int32), passages).tolist()
    writer.flush()
    assert len(TokenParts(folder, DIM, writer.rows)) == sum(writer.rows)  # a crash from now on costs none of them
    writer.close()
    return writer, firsts


def ranges(parts: TokenParts, *spans: tuple[int, int]) -> list[list[float]]:
    firsts, counts = np.array(spans, np.int64).reshape(-1, 2).T
    passages = parts.ranges(firsts, counts)
    assert all((2 * passage.scales == passage.codes.T).all() for passage in passages)
    return [passage.codes[:, 0].tolist() for passage in passages]


def inode(path: Path) -> int:
    return path.stat().st_ino


@pytest.fixture
def first(tmp_path: Path) -> TokenParts:
    """A part of five rows."""
    writer, firsts = write(tmp_path / "first", tokens(1, 2), tokens(), tokens(3, 4, 5))
    assert (writer.rows, writer.shared, writer.shared_files, firsts) == ((5,), 0, (), [0, 2, 2])
    return TokenParts(tmp_path / "first", DIM, writer.rows)


def test_rows_are_numbered_through_all_parts(tmp_path: Path, first: TokenParts) -> None:
    assert ranges(first, (0, 2), (2, 0), (2, 3), (5, 0), (4, 1)) == [[1, 2], [], [3, 4, 5], [], [5]]
    writer, firsts = write(tmp_path / "second", tokens(6), tokens(7, 8), parts=first)
    assert (writer.rows, writer.shared, firsts) == ((5, 3), 5, [5, 6])
    second = TokenParts(tmp_path / "second", DIM, writer.rows)
    third, firsts = write(tmp_path / "third", tokens(9), parts=second)
    assert (third.rows, third.shared, firsts) == ((5, 3, 1), 8, [8])
    parts = TokenParts(tmp_path / "third", DIM, third.rows)
    assert len(parts) == 9
    spans = (8, 1), (6, 2), (5, 1), (2, 3), (0, 2), (9, 0), (5, 0)
    assert ranges(parts, *spans) == [[9], [7, 8], [6], [3, 4, 5], [1, 2], [], []]
    assert ranges(parts) == []


def test_a_part_is_shared_as_the_same_file_and_only_a_new_one_is_written(tmp_path: Path, first: TokenParts) -> None:
    writer, _ = write(tmp_path / "second", tokens(6), parts=first)
    assert writer.shared_files == ("token_codes.0.bin", "token_scales.0.bin")
    names = {path.name for path in (tmp_path / "second").iterdir()}
    assert names == {*writer.shared_files, "token_codes.1.bin", "token_scales.1.bin"}
    for name in writer.shared_files:
        assert inode(tmp_path / "second" / name) == inode(tmp_path / "first" / name)


def test_a_full_part_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = TokenLimits(full_part=4)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_ino))
    passages = tokens(1, 2, 3), tokens(), tokens(4, 5), tokens(6, 7, 8, 9), tokens(10)
    writer, firsts = write(tmp_path / "new", *passages, limits=limits)
    assert (writer.rows, firsts) == ((5, 4, 1), [0, 3, 3, 5, 9])
    assert set(synced) == {inode(path) for path in (tmp_path / "new").iterdir()}
    parts = TokenParts(tmp_path / "new", DIM, writer.rows)
    assert ranges(parts, (3, 2), (5, 4), (9, 1)) == [[4, 5], [6, 7, 8, 9], [10]]
    writer, firsts = write(tmp_path / "next", tokens(11), parts=parts, limits=limits)
    assert (writer.rows, firsts) == ((5, 4, 1, 1), [10])


@pytest.mark.parametrize(
    ("rows", "many"),
    [
        ((), False),
        ((1,) * 15, False),
        ((1,) * 16, True),
        ((100, 100, *(1,) * 15), False),
        ((100, 100, *(1,) * 16), True),
    ],
)
def test_full_parts_are_never_too_many(tmp_path: Path, rows: tuple[int, ...], many: bool) -> None:
    layout = VectorLayout(DIM)
    for part, count in enumerate(rows):
        for column in (layout.token_codes(part), layout.token_scales(part)):
            column.create(tmp_path, count)
    assert TokenParts(tmp_path, DIM, rows).too_many(TokenLimits(full_part=100)) == many


def test_a_part_that_is_there_is_never_opened_for_writing(first: TokenParts) -> None:
    with pytest.raises(FileExistsError):
        TokenWriter(first.folder, DIM).append(np.array([1], np.int32), [tokens(7)])
    assert ranges(first, (0, 5)) == [[1, 2, 3, 4, 5]]


def test_no_rows_are_no_part(tmp_path: Path, first: TokenParts) -> None:
    writer, firsts = write(tmp_path / "none", tokens(), tokens())
    assert (writer.rows, firsts, list((tmp_path / "none").iterdir())) == ((), [0, 0], [])
    assert ranges(TokenParts(tmp_path / "none", DIM, writer.rows), (0, 0)) == [[]]
    writer, firsts = write(tmp_path / "same", tokens(), parts=first)
    assert (writer.rows, firsts) == ((5,), [5])
    assert ranges(TokenParts(tmp_path / "same", DIM, writer.rows), (5, 0), (1, 2)) == [[], [2, 3]]


def test_where_the_file_system_has_no_links_parts_are_copied_onto_the_disk(
    tmp_path: Path, first: TokenParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*paths: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    synced: list[int] = []
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_ino))
    writer, _ = write(tmp_path / "second", parts=first)
    assert sorted(synced) == sorted(inode(tmp_path / "second" / name) for name in writer.shared_files)
    assert not {inode(first.folder / name) for name in writer.shared_files} & set(synced)
    assert ranges(TokenParts(tmp_path / "second", DIM, writer.rows), (0, 5)) == [[1, 2, 3, 4, 5]]


def test_a_part_of_other_rows_is_refused_but_may_have_grown(tmp_path: Path, first: TokenParts) -> None:
    for rows in ((4,), (6,), (5, 1), (2, 3)):
        with pytest.raises(SnapshotError, match=r"token_codes\.\d\.bin: is not a column of \d rows; build again"):
            TokenParts(first.folder, DIM, rows)
    assert ranges(TokenParts(first.folder, DIM, (4,), grown=True), (2, 2)) == [[3, 4]]
    with pytest.raises(SnapshotError, match=r"token_codes\.0\.bin: is not a column of 6 rows"):
        TokenParts(first.folder, DIM, (6,), grown=True)
    (first.folder / "token_scales.0.bin").unlink()
    with pytest.raises(SnapshotError, match=r"token_scales\.0\.bin"):
        TokenParts(first.folder, DIM, (5,))
