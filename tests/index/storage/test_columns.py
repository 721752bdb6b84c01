"""Raw columns: what is written is what is read, and a file of another size is refused."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SnapshotError
from index.storage.columns import BLOCK, PASSAGE, PASSAGES, SENTENCE, SENTENCES, Column, VectorLayout, rows_of_ranges

PAIR = Column("pair.bin", np.dtype("<f4"), 2)
PLAIN = Column("plain.bin", np.dtype("<f4"))


def test_rows_have_no_padding_so_that_files_are_the_same_everywhere() -> None:
    assert (PASSAGE.itemsize, SENTENCE.itemsize, BLOCK.itemsize) == (128, 17, 34)
    row = np.zeros(1, SENTENCE)
    row[0] = (1, 2, 3, 4, 5)
    assert row.tobytes() == bytes.fromhex("01000000 02000000 03000000 04000000 05")


@pytest.mark.parametrize(("column", "shape", "size"), [(PAIR, (3, 2), 24), (PLAIN, (3,), 12)])
def test_create_gives_zeros_that_can_be_written_and_read_back(
    tmp_path: Path, column: Column, shape: tuple[int, ...], size: int
) -> None:
    created = column.create(tmp_path, 3)
    assert (created.shape, column.size(3)) == (shape, size)
    assert not created.any()
    created[1] = 5
    created.flush()  # type: ignore[attr-defined]
    read = column.open(tmp_path, 3)
    assert read.tolist() == created.tolist()
    assert (tmp_path / column.file).stat().st_size == size
    with pytest.raises(ValueError, match="read-only"):
        read[0] = 1
    column.open(tmp_path, 3, "r+")[2] = 7
    assert column.open(tmp_path, 3)[2].sum() == 7 * max(column.width, 1)


def test_a_created_column_has_its_space_on_the_disk(tmp_path: Path) -> None:
    """In a sparse file a full disk would be a SIGBUS at the first write, not an OSError."""
    Column("large.bin", np.dtype("<f4"), 1024).create(tmp_path, 1000)
    status = (tmp_path / "large.bin").stat()
    assert status.st_blocks * 512 >= status.st_size == 4_096_000


def test_a_column_of_no_rows_is_an_empty_file(tmp_path: Path) -> None:
    assert PAIR.create(tmp_path, 0).shape == (0, 2)
    assert PAIR.open(tmp_path, 0).shape == (0, 2)


@pytest.mark.parametrize("rows", [0, 2, 4])
def test_another_number_of_rows_is_refused(tmp_path: Path, rows: int) -> None:
    PAIR.create(tmp_path, 3)
    with pytest.raises(SnapshotError, match=rf"pair\.bin: is not a column of {rows} rows; build again"):
        PAIR.open(tmp_path, rows)


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"pair\.bin"):
        PAIR.open(tmp_path, 0)


def test_every_column_has_a_file_of_its_own() -> None:
    layout = VectorLayout(4)
    columns = [getattr(layout, name) for name, value in vars(VectorLayout).items() if isinstance(value, property)]
    columns += [column(part) for column in (layout.token_codes, layout.token_scales) for part in (0, 1)]
    columns += [PASSAGES, SENTENCES]
    assert len({column.file for column in columns}) == len(columns) == 9
    assert layout.passage_vectors.size(10) == 160
    assert layout.token_codes(0).size(10) == 40


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 6))))
def test_rows_of_ranges_are_one_range_after_another(ranges: list[tuple[int, int]]) -> None:
    starts, counts = np.array(ranges, np.int64).reshape(-1, 2).T
    assert rows_of_ranges(starts, counts).tolist() == [start + i for start, count in ranges for i in range(count)]
