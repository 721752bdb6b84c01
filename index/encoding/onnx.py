"""The encoder on onnxruntime: what is derived from the weights, how it is checked, and how it runs.

A folder of derived files holds two graphs, the tokenizer, vectors of the torch reference for a few probes, and a
manifest with the checksum of each. Loading verifies every byte before it is parsed, then encodes the probes: a graph
whose vectors are not the reference's on this machine (integer kernels differ between processors) is not used.

Rows run one at a time, without padding, on as many threads as there are cores. Activations are quantised with the
range found in their own row, so a vector never depends on its neighbours in a batch, and small rows stay in the cache:
measured faster than batches of any size.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from filelock import FileLock

from corpus.errors import ModelError
from index.encoding.encoder import Vectors
from index.encoding.pooling import Ids, TextEncoder
from index.encoding.weights import WEIGHTS_SHA256, ModelFiles
from index.files import digest, sync
from index.machine import available_threads

FASTEST_FIRST = ("onnx-int8", "onnx-fp32")
LOWEST_COSINE = {"onnx-int8": 0.98, "onnx-fp32": 0.9999}  # of any probe with its reference
MANIFEST = "manifest.json"
TOKENIZER = "tokenizer.json"
REFERENCE = "reference.npy"
SCHEMA = 1
STEPS = 4  # of `export`

PROBES = (
    "Who leads the laboratory?",
    "when was it founded",
    "How many people worked in the northern office at the end of 2019?",
    "The museum opened on 3 May 1987 in Ljubljana, Slovenia.",
    "Its annual report lists 1,204 visits, 37 workshops and a loss of €2.5 million.",
    "Dr. Amélie Nguyễn-O'Connor (born 1961) chairs the board; she was re-elected in March.",
    "Water boils at a lower temperature on a mountain because the pressure of the air is lower there.",
    "No one may be held guilty of an act that was not an offence when it was committed.",
    "Version 2.4.1 fixes CVE-2021-0001: a heap overflow in parse_header() on 32-bit systems.",
    "東京 is the Japanese name of Tokyo.",
    "Location: Geneva > Key people: two co-directors, one treasurer",
    "The river rises in the hills above the town, turns south past the old mill, and after some forty kilometres joins "
    "a larger one. Floods were common until a dam was built in 1954; since then the lower valley has grown wheat, and "
    "the fishermen who once lived on the islands have moved to the coast. A small railway, opened in 1902 and closed "
    "sixty years later, followed the bank. Its stations still stand: one is a school, another a restaurant, and the "
    "third, which had burnt down twice, is kept by the county as a shelter for walkers.",
)


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


@dataclass(frozen=True, slots=True)
class Derived:
    """A folder of derived files: `files` are the SHA-256 of each by name."""

    folder: Path
    model: str
    sha256: str
    files: Mapping[str, str]

    @classmethod
    def open(cls, folder: Path) -> "Derived":
        """Read the manifest; raises ModelError."""
        path = folder / MANIFEST
        try:
            manifest = json.loads(path.read_text("utf-8"))
            derived = cls(folder, manifest["model"], manifest["sha256"], dict(manifest["files"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}: cannot be read ({error}); {_again(folder)}") from error
        if (manifest.get("schema"), derived.sha256) != (SCHEMA, WEIGHTS_SHA256):
            raise ModelError(f"{path}: made by another version or from other weights; {_again(folder)}")
        return derived

    def file(self, name: str) -> Path:
        """Where a file lies, after comparing its checksum; raises ModelError."""
        path = self.folder / name
        try:
            right = digest(path) == self.files.get(name)
        except OSError as error:
            raise ModelError(f"{path}: cannot be read ({error.strerror}); {_again(self.folder)}") from error
        if not right:
            raise ModelError(f"{path}: is not the file that was made (checksum); {_again(self.folder)}")
        return path


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


def export(
    model: ModelFiles, folder: Path, progress: Callable[[str, int, int], None] = lambda phase, done, total: None
) -> None:
    """Derive everything that `load_onnx` needs, once, atomically; does nothing where the folder is there.

    `progress` is told the phase `prepare`, the steps done and how many there are.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if (folder / MANIFEST).exists():
            return
        scratch = folder.with_suffix(".tmp")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        try:
            _derive(model, scratch, lambda done: progress("prepare", done, STEPS))
            shutil.rmtree(folder, ignore_errors=True)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _derive(model: ModelFiles, folder: Path, progress: Callable[[int], None]) -> None:
    """Write the files of a new folder, manifest last, in `STEPS` steps."""
    progress(0)
    from index.encoding.reference import TorchBackend, trace  # takes longest

    progress(1)
    backend = TorchBackend(model)
    shutil.copyfile(model.path / TOKENIZER, folder / TOKENIZER)
    tokenizer = (folder / TOKENIZER).read_text("utf-8")
    queries = TextEncoder(backend, tokenizer, model.name, model.sha256).encode_queries(PROBES)
    reference = np.stack([query.vector for query in queries])
    np.save(folder / REFERENCE, reference, allow_pickle=False)
    progress(2)
    trace(backend, folder / "onnx-fp32.onnx")
    progress(3)
    _quantise(folder / "onnx-fp32.onnx", folder / "onnx-int8.onnx")
    checks = {}
    for name in FASTEST_FIRST:
        derived = OnnxBackend(folder / f"{name}.onnx", name)
        found = cosines(TextEncoder(derived, tokenizer, model.name, model.sha256), reference)
        checks[name] = {"lowest": float(found.min()), "mean": float(found.mean())}
    files = {path.name: digest(path) for path in sorted(folder.iterdir())}
    manifest = {
        "schema": SCHEMA,
        "model": model.name,
        "sha256": model.sha256,
        "onnxruntime": onnxruntime.__version__,
        "cosine_with_reference": checks,
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    for path in (*folder.iterdir(), folder):
        sync(path)
    progress(4)


def _quantise(source: Path, target: Path) -> None:
    """8-bit weights, a scale for each output channel; activations are quantised as they come."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = onnx.load(source)
    onnx.helper.set_model_props(graph, {"onnx.quant.pre_process": "onnxruntime.quant"})  # else it logs advice
    quantize_dynamic(
        graph, target, ["MatMul", "Gather"], per_channel=True, weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip


def _again(folder: Path) -> str:
    return f"delete {folder} and run again to make it anew"
