"""Running the encoder with onnxruntime.

Before a graph is used, it encodes a few texts whose vectors by the reference encoder are known. A graph whose vectors
differ on this machine is not used: integer kernels are not the same on all processors.

Rows run one at a time, without padding, on as many threads as there are cores. This was measured to be faster than
batches of any size, because a small row stays in the cache. And as activations are quantised with the range found in
their own row, a vector never depends on the other rows of its batch.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime

from corpus.errors import ModelError
from index.arrays import Vectors
from index.encoding.derived import PROBES, REFERENCE, TOKENIZER, Derived, graph_name
from index.encoding.pooling import Backend, Ids, TextEncoder
from index.encoding.weights import WEIGHTS_SHA256
from index.machine import available_threads

FASTEST_FIRST = ("onnx-int8", "onnx-fp32")
LOWEST_COSINE: Mapping[str, float] = {"onnx-int8": 0.98, "onnx-fp32": 0.9999}
"""The least cosine of any probe's vector with its reference, by variant: a graph below it is not used."""

ERRORS_ONLY = 3  # onnxruntime's log level


class OnnxBackend:
    """One graph and a pool of threads. Each thread runs whole rows. Implements `Backend`."""

    def __init__(self, graph: Path, variant: str, threads: int | None = None) -> None:
        self.variant = variant
        self._session = open_session(graph)
        self.dim = int(self._session.get_outputs()[0].shape[-1])
        count = available_threads(threads)
        self._pool = ThreadPoolExecutor(count, "encoder") if count > 1 else None

    def forward(self, rows: Sequence[Ids]) -> Iterable[Vectors]:
        """As `Backend.forward`; a single row runs on the caller's thread."""
        return self._pool.map(self._row, rows) if self._pool and len(rows) > 1 else map(self._row, rows)

    def _row(self, ids: Ids) -> Vectors:
        """The hidden states (tokens, dim) of one row."""
        states: Vectors = self._session.run(None, {"ids": ids})[0]
        return states


def open_session(graph: Path) -> onnxruntime.InferenceSession:
    """A graph that is ready to run, on one thread; raises what onnxruntime does."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    # Opened by its path: of bytes, the session would keep a copy beside the weights that it makes from them.
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def load_onnx(
    folder: Path,
    variant: str = "auto",
    threads: int | None = None,
    *,
    lowest_cosine: Mapping[str, float] = LOWEST_COSINE,
    open_backend: Callable[[Path, str, int | None], Backend] = OnnxBackend,
) -> TextEncoder:
    """The encoder that runs one derived graph; `auto` is the fastest whose vectors are right. Raises ModelError.

    `folder` holds the derived files. Vectors are right where no probe is below the `lowest_cosine` of the variant.
    """
    derived = Derived.open(folder)
    tokenizer = derived.file(TOKENIZER).read_text("utf-8")
    reference = np.load(derived.file(REFERENCE), allow_pickle=False)
    failures = []
    for name in FASTEST_FIRST if variant == "auto" else (variant,):
        backend = open_backend(derived.file(graph_name(name)), name, threads)
        encoder = TextEncoder(backend, tokenizer, derived.model, derived.sha256, derived.usage)
        lowest = float(cosines(encoder, reference).min())
        if lowest >= lowest_cosine[name]:
            return encoder
        failures.append(f"{name}: cosine {lowest:.4f}, below {lowest_cosine[name]}")
    advice = "use the encoder torch" if derived.sha256 == WEIGHTS_SHA256 else "use another model"
    raise ModelError(f"{folder}: wrong vectors on this machine ({'; '.join(failures)}); {advice}")


def cosines(encoder: TextEncoder, reference: Vectors) -> Vectors:
    """The cosine of each probe's vector with its reference vector (probes, dim): (probes,)."""
    vectors = np.stack([query.vector for query in encoder.encode_queries(PROBES)])
    result: Vectors = np.einsum("pd,pd->p", vectors, reference)
    return result
