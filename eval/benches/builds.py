"""How fast a build is beside the encoder alone on the same batches, and a rebuild beside a build."""

import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from corpus.documents import Document
from eval.benches.load import timed
from eval.benches.synthetic import Texts
from index.build import build
from index.encoding.encoder import EncodedPassage, Encoder, EncoderInput
from index.snapshots.store import Store
from index.storage.vectors import AHEAD


class Recorder:
    """An encoder that remembers what a build had it encode."""

    def __init__(self, encoder: Encoder) -> None:
        self.model, self.sha256, self.variant = encoder.model, encoder.sha256, encoder.variant
        self.dim, self.max_tokens = encoder.dim, encoder.max_tokens
        self.count_tokens, self.encode_queries = encoder.count_tokens, encoder.encode_queries
        self._encoder = encoder
        self.batches: list[Sequence[EncoderInput]] = []

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        """As the encoder does."""
        self.batches.append(passages)
        return self._encoder.encode_passages(passages)

    def alone(self, ahead: int = 1) -> float:
        """Seconds that the encoder needs for the same batches by itself, so many at a time."""
        with ThreadPoolExecutor(ahead) as pool:
            return timed(lambda: list(pool.map(self._encoder.encode_passages, self.batches)))


def built(documents: Iterable[Document], encoder: Encoder, var: Path) -> dict[str, float]:
    """Passages a second of a build from nothing, and of the encoder alone: by the batch, and two ahead as in builds."""
    shutil.rmtree(var / "snapshots", ignore_errors=True)
    (var / "CURRENT").unlink(missing_ok=True)
    recorder = Recorder(encoder)
    seconds = timed(lambda: build(Store(var), documents, recorder))
    passages = sum(map(len, recorder.batches))
    one, two = recorder.alone(), recorder.alone(AHEAD)
    return {"build /s": passages / seconds, "encoding /s": passages / one, "encoding ahead /s": passages / two}


def rebuilt(texts: Texts, passages: int, encoder: Encoder, var: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of one build of so many passages, and of rebuilds with one document in a hundred changed.

    `re-encoding s` is what the encoder alone needs for what was changed.
    """
    shutil.rmtree(var, ignore_errors=True)
    versions = [list(texts.documents(passages, version)) for version in (0, 1)]
    full = timed(lambda: build(Store(var), versions[0], encoder))
    again, encoding = [], []
    for number in range(1, rounds + 1):
        recorder = Recorder(encoder)
        again.append(timed(lambda: build(Store(var), versions[number % 2], recorder)))  # noqa: B023
        encoding.append(recorder.alone())
    return {"full build s": [full], "rebuild s": again, "re-encoding s": encoding}
