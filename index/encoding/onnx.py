"""The encoder on onnxruntime: what is derived from the weights, how it is checked, and how it runs.

A folder of derived files holds two graphs, the tokenizer, vectors of the torch reference for a few probes, and a
manifest with the checksum of each. Loading verifies every byte before it is parsed, then encodes the probes: a graph
whose vectors are not the reference's on this machine (integer kernels differ between processors) is not used.

Rows run one at a time, without padding, on as many threads as there are cores. Activations are quantised with the
range found in their own row, so a vector never depends on its neighbours in a batch, and small rows stay in the cache:
measured faster than batches of any size.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime

from corpus.errors import ModelError
from index.arrays import Vectors
from index.encoding.derived import PROBES, REFERENCE, TOKENIZER, Derived
from index.encoding.pooling import Ids, TextEncoder
from index.machine import available_threads

FASTEST_FIRST = ("onnx-int8", "onnx-fp32")
LOWEST_COSINE = {"onnx-int8": 0.98, "onnx-fp32": 0.9999}  # of any probe with its reference


class OnnxBackend:
    """One graph and a pool of threads; every thread runs whole rows."""

    def __init__(self, graph: Path, variant: str, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.variant = variant
        # By its path: given bytes, the session would keep them beside the weights that it makes of them.
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.dim = int(self._session.get_outputs()[0].shape[-1])
        count = available_threads(threads)
        self._pool = ThreadPoolExecutor(count, "encoder") if count > 1 else None

    def forward(self, rows: Sequence[Ids]) -> Iterable[Vectors]:
        """As `Backend.forward`; a single row runs on the caller's thread."""
        return self._pool.map(self._row, rows) if self._pool and len(rows) > 1 else map(self._row, rows)

    def _row(self, ids: Ids) -> Vectors:
        states: Vectors = self._session.run(None, {"ids": ids})[0]
        return states


def load_onnx(folder: Path, variant: str = "auto", threads: int | None = None) -> TextEncoder:
    """The encoder on one derived graph, `auto`: the fastest whose vectors are the reference's; raises ModelError."""
    derived = Derived.open(folder)
    tokenizer = derived.file(TOKENIZER).read_text("utf-8")
    reference = np.load(derived.file(REFERENCE), allow_pickle=False)
    failed = []
    for name in FASTEST_FIRST if variant == "auto" else (variant,):
        backend = OnnxBackend(derived.file(f"{name}.onnx"), name, threads)
        encoder = TextEncoder(backend, tokenizer, derived.model, derived.sha256)
        lowest = float(cosines(encoder, reference).min())
        if lowest >= LOWEST_COSINE[name]:
            return encoder
        failed.append(f"{name}: cosine {lowest:.4f}, below {LOWEST_COSINE[name]}")
    raise ModelError(f"{folder}: wrong vectors on this machine ({'; '.join(failed)}); use the encoder torch")


def cosines(encoder: TextEncoder, reference: Vectors) -> Vectors:
    """Cosine of each probe's vector with its reference (probes, dim) -> (probes,)."""
    vectors = np.stack([query.vector for query in encoder.encode_queries(PROBES)])
    result: Vectors = np.einsum("pd,pd->p", vectors, reference)
    return result
