"""Deriving from the model's weights what the ONNX encoder runs: once, with torch, which serving does not need."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from operator import gt
from pathlib import Path

import numpy as np
import onnxruntime
from filelock import FileLock

from corpus.errors import ModelError
from index.arrays import Vectors
from index.encoding.derived import MANIFEST, PROBES, REFERENCE, SCHEMA, TOKENIZER, graph_name
from index.encoding.encoder import EncoderInput
from index.encoding.onnx import FASTEST_FIRST, LOWEST_COSINE, OnnxBackend, cosines
from index.encoding.pooling import TextEncoder
from index.encoding.weights import WEIGHTS_SHA256, ModelFiles
from index.files import digest, sync

STEPS = 4  # of `export`, as progress counts them
LONG = " ".join(PROBES * 4)  # over 1,000 tokens: positions that no probe reaches


def quantise_graph(source: Path, target: Path, *, narrowing: bool = True) -> None:
    """Write the graph with 8-bit weights, which have a scale for each output channel.

    Activations stay as they are in the file; they are quantised when the graph runs. Without `narrowing`, products
    that give fewer numbers than they take stay as they are too. They read what the activation function gives, of which
    one scale can lose most: with them, the lowest cosine of all-mpnet-base-v2's probes is .87, without them .99.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = onnx.load(source)
    onnx.helper.set_model_props(graph, {"onnx.quant.pre_process": "onnxruntime.quant"})  # else it logs advice
    shapes = {weights.name: weights.dims for weights in graph.graph.initializer if len(weights.dims) == 2}
    narrow = [
        node.name
        for node in graph.graph.node
        if node.op_type == "MatMul" and node.input[1] in shapes and gt(*shapes[node.input[1]])
    ]
    quantize_dynamic(
        graph, target, ["MatMul", "Gather"], per_channel=True, weight_type=QuantType.QInt8,
        nodes_to_exclude=[] if narrowing else narrow, extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip


def export(
    model: ModelFiles,
    folder: Path,
    progress: Callable[[str, int, int], None] = lambda phase, done, total: None,
    *,
    quantise: Callable[[Path, Path], None] | None = None,
) -> None:
    """Make a folder with everything that `load_onnx` needs, atomically. Does nothing where the folder is there.

    `progress` is called with the phase `prepare`, the steps done and STEPS. Raises ModelError where the model cannot
    be loaded, or is not read here as sentence-transformers reads it. `quantise` is `quantise_graph` where None.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if (folder / MANIFEST).exists():
            return
        scratch = folder.with_suffix(".tmp")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        try:
            quantise = quantise or partial(quantise_graph, narrowing=model.sha256 == WEIGHTS_SHA256)
            _derive(model, scratch, lambda done: progress("prepare", done, STEPS), quantise)
            shutil.rmtree(folder, ignore_errors=True)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _derive(
    model: ModelFiles, folder: Path, progress: Callable[[int], None], quantise: Callable[[Path, Path], None]
) -> None:
    """Write the files of a new folder in STEPS steps, the manifest last."""
    fp32, int8 = (folder / graph_name(variant) for variant in ("onnx-fp32", "onnx-int8"))
    progress(0)
    from index.encoding.reference import TorchBackend, trace  # takes longest

    progress(1)
    backend = TorchBackend(model)
    shutil.copyfile(model.path / TOKENIZER, folder / TOKENIZER)
    tokenizer = (folder / TOKENIZER).read_text("utf-8")
    queries = TextEncoder(backend, tokenizer, model.name, model.sha256, model.usage).encode_queries(PROBES)
    reference = np.stack([query.vector for query in queries])
    np.save(folder / REFERENCE, reference, allow_pickle=False)
    progress(2)
    trace(backend, fp32)
    if model.files:
        exact = TextEncoder(OnnxBackend(fp32, "onnx-fp32"), tokenizer, model.name, model.sha256, model.usage)
        _compare(exact, backend.encode([*PROBES, LONG], [*PROBES, LONG]), model)
    progress(3)
    quantise(fp32, int8)
    _write_manifest(model, folder, tokenizer, reference)
    for path in (*folder.iterdir(), folder):
        sync(path)
    progress(4)


def _compare(encoder: TextEncoder, expected: Vectors, model: ModelFiles) -> None:
    """Raise ModelError where questions or passages (probes and LONG each) get other vectors than the expected."""
    texts = (*PROBES, LONG)
    queries = [query.vector for query in encoder.encode_queries(texts)]
    passages = [encoder.encode_passages([EncoderInput("", text, ((0, len(text)),))])[0].vector for text in texts]
    lowest = float(np.einsum("td,td->t", np.stack(queries + passages), expected).min())
    if not lowest >= LOWEST_COSINE["onnx-fp32"]:
        raise ModelError(
            f"{model.path}: its vectors differ from those of sentence-transformers (cosine {lowest:.4f}): "
            "it asks for more than its configuration says; give another model"
        )


def _write_manifest(model: ModelFiles, folder: Path, tokenizer: str, reference: Vectors) -> None:
    """Write what the folder holds, and how close each graph's vectors are to the reference (probes, dim)."""
    checks = {}
    for variant in FASTEST_FIRST:
        backend = OnnxBackend(folder / graph_name(variant), variant)
        found = cosines(TextEncoder(backend, tokenizer, model.name, model.sha256, model.usage), reference)
        checks[variant] = {"lowest": float(found.min()), "mean": float(found.mean())}
    manifest = {
        "schema": SCHEMA,
        "model": model.name,
        "sha256": model.sha256,
        **({"usage": asdict(model.usage), "made_from": dict(model.files)} if model.files else {}),
        "onnxruntime": onnxruntime.__version__,
        "cosine_with_reference": checks,
        "files": {path.name: digest(path) for path in sorted(folder.iterdir())},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
