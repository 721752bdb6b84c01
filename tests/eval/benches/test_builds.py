"""What the bench times of builds: the encoder alone is given just what the build gave it."""

from pathlib import Path

import pytest

from corpus.sources import make_document
from eval.benches.builds import RecordingEncoder, measure_build, measure_rebuilds
from eval.benches.synthetic import Texts
from index.encoding.encoder import EncoderInput
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

pytestmark = pytest.mark.slow

RIVERS = make_document("rivers", "The Po lies in Italy.\n\nThe Rhine lies in Germany and elsewhere.")


def test_what_was_encoded_is_encoded_again_alone() -> None:
    encoder = FakeEncoder()
    recorder = RecordingEncoder(encoder)
    batch = [EncoderInput("Title", "Words.", ((0, 6),))]
    for _ in range(2):
        assert recorder.encode_passages(batch)[0].tokens.tolist() == encoder.encode_passages(batch)[0].tokens.tolist()
    encoder.encoded = 0
    assert recorder.encode_again() > 0
    assert (recorder.batches, encoder.encoded) == ([batch, batch], 2)


def test_each_build_begins_from_nothing(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    for _ in range(2):
        encoder.encoded = 0
        figures = measure_build([RIVERS], encoder, tmp_path)
        assert figures.keys() == {"build /s", "encoding /s", "encoding ahead /s"}
        assert min(figures.values()) > 0
        assert encoder.encoded == 3  # once in the build, twice alone
    assert len(Store(tmp_path).names()) == 1


def test_rebuilds_encode_what_was_changed(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    figures = measure_rebuilds(Texts([RIVERS]), 1010, encoder, tmp_path, 3)  # of 101 documents two are changed
    assert {name: len(values) for name, values in figures.items()} == {
        "full build s": 1,
        "rebuild s": 3,
        "re-encoding s": 3,
    }
    store = Store(tmp_path)
    assert len(store.names()) == 4
    assert 0 < encoder.encoded - len(store.open()) <= 2 * 3 * 25
