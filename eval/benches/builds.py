"""How fast a build is beside the encoder alone on the same batches, and a rebuild beside a full build."""

import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from corpus.documents import Document
from eval.benches.load import seconds_for
from eval.benches.synthetic import Texts
from index.build import build
from index.encoding.encoder import EncodedPassage, Encoder, EncoderInput
from index.snapshots.store import Store
from index.storage.vector_writer import AHEAD


class RecordingEncoder:
    """An encoder that remembers the batches that a build gave it to encode."""

    def __init__(self, encoder: Encoder) -> None:
        self.model, self.sha256, self.variant = encoder.model, encoder.sha256, encoder.variant
        self.dim, self.usage, self.max_tokens = encoder.dim, encoder.usage, encoder.max_tokens
        self.count_tokens, self.encode_queries = encoder.count_tokens, encoder.encode_queries
        self._encoder = encoder
        self.batches: list[Sequence[EncoderInput]] = []

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        """As the encoder does."""
        self.batches.append(passages)
        return self._encoder.encode_passages(passages)

    def encode_again(self, at_once: int = 1) -> float:
        """Seconds that the encoder needs for the same batches and nothing else, so many batches at a time."""
        with ThreadPoolExecutor(at_once) as pool:
            return seconds_for(lambda: list(pool.map(self._encoder.encode_passages, self.batches)))


def measure_build(documents: Iterable[Document], encoder: Encoder, var: Path) -> dict[str, float]:
    """Passages a second of a build from nothing, and of the encoder alone on the same batches.

    `encoding /s` is for one batch at a time, `encoding ahead /s` for as many at a time as a build encodes.
    """
    shutil.rmtree(var / "snapshots", ignore_errors=True)
    (var / "CURRENT").unlink(missing_ok=True)
    recorder = RecordingEncoder(encoder)
    seconds = seconds_for(lambda: build(Store(var), documents, recorder))
    passages = sum(map(len, recorder.batches))
    alone, ahead = recorder.encode_again(), recorder.encode_again(AHEAD)
    return {"build /s": passages / seconds, "encoding /s": passages / alone, "encoding ahead /s": passages / ahead}


def measure_rebuilds(texts: Texts, passages: int, encoder: Encoder, var: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of a full build of so many passages, and of rebuilds with one document in a hundred changed.

    `re-encoding s` is what the encoder alone needs for what was changed.
    """
    shutil.rmtree(var, ignore_errors=True)
    versions = [list(texts.documents(passages, version)) for version in (0, 1)]
    full = seconds_for(lambda: build(Store(var), versions[0], encoder))
    rebuilds, encodings = [], []
    for number in range(1, rounds + 1):
        recorder = RecordingEncoder(encoder)
        rebuilds.append(seconds_for(partial(build, Store(var), versions[number % 2], recorder)))
        encodings.append(recorder.encode_again())
    return {"full build s": [full], "rebuild s": rebuilds, "re-encoding s": encodings}
