"""What an unfinished build left behind: used by a build of the same identity, or of no use."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.storage.checkpoint import PARTIAL, Checkpoint, RowDigest, resume
from tests.fakes import FakeEncoder
from tests.index.storage.folders import IDENTITY, TEXT, assert_same, fill, tokens_of


def test_a_checkpoint_gives_back_the_rows_it_speaks_of(tmp_path: Path, encoder: FakeEncoder) -> None:
    written, _ = fill(tmp_path / "old", TEXT, encoder)
    point = json.loads((tmp_path / "old" / PARTIAL).read_text())
    assert (point["passages"], point["sentences"], point["parts"]) == (11, 22, [len(written.tokens)])
    after_two_blocks = sum(len(tokens_of(written, row)[1]) for row in range(8))
    earlier = Checkpoint(**{**point, "rows": 8, "parts": [after_two_blocks]})
    replace(earlier, sha256=RowDigest().of(written, earlier)).save(tmp_path / "old")
    resumed = resume(tmp_path / "old", IDENTITY)  # the token files have grown past it
    assert resumed is not None
    assert len(resumed.tokens) == after_two_blocks
    assert resumed.find_rows(np.array(resumed.passages["key"])).tolist() == [*range(8), -1, -1, -1]
    encoder.encoded = 0
    again, reused = fill(tmp_path / "new", TEXT, encoder, (resumed,))
    assert (reused, encoder.encoded) == (8, 3)
    assert_same(again, fill(tmp_path / "scratch", TEXT, encoder)[0])


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"identity": {}}', '{"identity": "x", "rows": "x"}'])
def test_a_checkpoint_that_cannot_be_read_is_of_no_use(tmp_path: Path, encoder: FakeEncoder, damage: str) -> None:
    fill(tmp_path / "old", TEXT, encoder)
    assert resume(tmp_path / "old", {**IDENTITY, "keeps_tokens": False}) is None
    (tmp_path / "old" / PARTIAL).write_text(damage)
    assert resume(tmp_path / "old", IDENTITY) is None
    (tmp_path / "old" / PARTIAL).unlink()
    assert resume(tmp_path / "old", IDENTITY) is None


@pytest.mark.parametrize("name", ["vectors.bin", "sentences.bin", "token_codes.0.bin", "passages.bin"])
def test_a_checkpoint_without_its_columns_is_of_no_use(tmp_path: Path, encoder: FakeEncoder, name: str) -> None:
    fill(tmp_path / "old", TEXT, encoder)
    (tmp_path / "old" / name).unlink()
    assert resume(tmp_path / "old", IDENTITY) is None


@pytest.mark.parametrize("name", ["vectors.bin", "sentence_codes.bin", "token_scales.0.bin", "passages.bin", PARTIAL])
def test_a_checkpoint_of_what_was_damaged_since_is_of_no_use(tmp_path: Path, encoder: FakeEncoder, name: str) -> None:
    fill(tmp_path / "old", TEXT, encoder)
    assert resume(tmp_path / "old", IDENTITY) is not None
    path = tmp_path / "old" / name
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"rows": 1', b'"rows": 2') if name == PARTIAL else bytes(len(data)))
    assert resume(tmp_path / "old", IDENTITY) is None
