"""Deriving what the ONNX encoder runs from the model's weights, once."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
from filelock import FileLock

from index.encoding.derived import MANIFEST, PROBES, REFERENCE, SCHEMA, TOKENIZER
from index.encoding.onnx import FASTEST_FIRST, OnnxBackend, cosines
from index.encoding.pooling import TextEncoder
from index.encoding.weights import ModelFiles
from index.files import digest, sync

STEPS = 4  # of `export`


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
