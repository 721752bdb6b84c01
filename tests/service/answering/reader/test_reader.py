"""Opening a reader, and what it does with a damaged folder or with logits that are no numbers."""

import json
import shutil
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from index.files import digest
from service.answering.reader.network import GRAPH, MANIFEST, TOKENIZER
from service.answering.reader.reader import ENOUGH, FOLDER, Reader, open_reader
from service.answering.reader.rows import Row, RowTokenizer
from service.answering.reader.spans import ReaderInput, RowScores, read_spans
from tests.readers import tokenizer_json


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "reader"))


def test_off_opens_no_reader() -> None:
    assert open_reader("off") is None


@pytest.mark.model
def test_the_shipped_reader_marks_the_words_that_answer() -> None:
    reader = open_reader()
    assert reader is open_reader()
    assert reader is not None
    text = "The mill was built in 1902 by Ada Brandt. Her son closed it in 1954."
    sentences = [(0, 41), (42, len(text))]
    readings = reader.read([ReaderInput("When was the mill closed?", "The old mill", text, sentences)])
    assert readings is not None
    first, second = readings[0]
    assert text[second.start : second.end] == "1954"
    assert second.score > first.score


def _read_of(scores: list[float]) -> list[list[float]]:
    """The scores of the readings of as many inputs, each with one sentence whose best span has the score."""

    class Known:
        def score(self, rows: Sequence[Row]) -> Iterable[RowScores]:
            return [logits_of(given.pop(0)) for _ in rows]

    def logits_of(score: float) -> RowScores:
        values = np.array([0.0, score / 2], np.float32)
        return RowScores(values, values)

    given = list(scores)
    inputs = [ReaderInput("mill", "", "mill", [(0, 4)]) for _ in scores]
    readings = Reader(partial(read_spans, Known(), RowTokenizer(tokenizer_json())), "").read(inputs)
    assert readings is not None
    return [[reading.score for reading in sentences] for sentences in readings]


def test_hits_are_read_until_one_surely_answers() -> None:
    unread = [float("-inf")]
    assert _read_of([1.0, ENOUGH, 3.0, 9.0]) == [[1.0], [ENOUGH], unread, unread]
    assert _read_of([ENOUGH - 0.5, 1.0, 3.0]) == [[ENOUGH - 0.5], [1.0], [3.0]]


def test_no_more_than_four_are_read() -> None:
    assert _read_of([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) == [[1.0], [2.0], [3.0], [4.0], [-np.inf], [-np.inf]]
    assert _read_of([9.0]) == [[9.0]]


def test_the_shipped_graph_is_small() -> None:
    assert (FOLDER / GRAPH).stat().st_size <= 25_000_000


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER])
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=rf"{name}: is not the file that was made.*CENTREQA_READER=off"):
        open_reader(str(folder))


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / GRAPH).unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        open_reader(str(folder))


@pytest.mark.parametrize("damage", ["[]", "{}", "no JSON", '{"files": {"reader.onnx": 1}, "probes": [], "schema": 99}'])
def test_a_damaged_manifest_is_refused(folder: Path, damage: str) -> None:
    (folder / MANIFEST).write_text(damage, "utf-8")
    with pytest.raises(ModelError, match="CENTREQA_READER=off"):
        open_reader(str(folder))


def _sign(folder: Path, **changes: object) -> None:
    """Make the manifest agree with the files again."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    manifest["files"] = {name: digest(folder / name) for name in (GRAPH, TOKENIZER)}
    (folder / MANIFEST).write_text(json.dumps(manifest | changes), "utf-8")


def test_another_tokenizer_is_refused(folder: Path) -> None:
    (folder / TOKENIZER).write_text(tokenizer_json(), "utf-8")
    _sign(folder)
    with pytest.raises(ModelError, match="tokenizer"):
        open_reader(str(folder))


def test_a_graph_that_is_none_is_refused(folder: Path) -> None:
    (folder / GRAPH).write_bytes(b"no graph")
    _sign(folder)
    with pytest.raises(ModelError, match="no graph"):
        open_reader(str(folder))


def test_a_graph_that_reads_otherwise_is_refused(folder: Path) -> None:
    probes = json.loads((folder / MANIFEST).read_text("utf-8"))["probes"]
    probes[1]["ends"][3] += 5
    _sign(folder, probes=probes)
    with pytest.raises(ModelError, match="reads 'When did the museum open"):
        open_reader(str(folder))


class NotANumber:
    def score(self, rows: Sequence[Row]) -> Iterable[RowScores]:
        for row in rows:
            scores = np.full(1 + row.last - row.text, np.nan, np.float32)
            yield RowScores(scores, scores)


def test_scores_that_are_no_numbers_are_not_used() -> None:
    reader = Reader(partial(read_spans, NotANumber(), RowTokenizer(tokenizer_json())), "0" * 64)
    assert reader.read([ReaderInput("who", "", "ada ran", [(0, 7)])]) is None
