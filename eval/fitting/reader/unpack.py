"""An exported reader as weights again, to train on from it.

Each weight is the number that the graph multiplies by, so a reader that is exported once more reads as before.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corpus.errors import ModelError
from service.answering.reader.network import GRAPH, TOKENIZER

# Parts of a layer, as `export` names them, and as BERT does.
NORMS = {"mix_norm": "attention.output.LayerNorm", "norm": "output.LayerNorm"}
PRODUCTS = {"mix": "attention.output.dense", "widen": "intermediate.dense", "narrow": "output.dense"}


def unpack(folder: Path, out: Path) -> None:
    """Write weights, configuration and tokenizer of a reader that `export` made from a BERT; raises ModelError."""
    from transformers import BertConfig, BertForQuestionAnswering

    graph = _Graph(folder / GRAPH)
    try:
        config = BertConfig(
            vocab_size=len(graph.read("words")),
            hidden_size=graph.read("norm.weight").size,
            num_hidden_layers=graph.layers,
            num_attention_heads=graph.heads,
            intermediate_size=graph.read("layers.0.widen.bias").size,
            max_position_embeddings=len(graph.read("positions")),
        )
        weights = dict(_weights(graph, config.hidden_size))
    except KeyError as error:
        raise ModelError(f"{folder}: its graph has no {error.args[0]}; give a BERT that was exported here") from None
    network = BertForQuestionAnswering(config)
    network.load_state_dict(weights)
    network.save_pretrained(out)
    shutil.copyfile(folder / TOKENIZER, out / TOKENIZER)


class _Graph:
    """The numbers of a quantised graph."""

    def __init__(self, path: Path) -> None:
        import onnx
        from onnx import numpy_helper

        if not path.is_file():
            raise ModelError(f"{path}: no such file; give the folder of an exported reader")
        graph = onnx.load(path).graph
        self._values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
        self._values |= {
            node.output[0]: numpy_helper.to_array(node.attribute[0].t)
            for node in graph.node if node.op_type == "Constant"
        }  # fmt: skip
        self._nodes: list[Any] = list(graph.node)

    @property
    def layers(self) -> int:
        """How many layers it has."""
        return len({match[0] for name in self._values if (match := re.match(r"layers\.\d+\.", name))})

    @property
    def heads(self) -> int:
        """How many heads a layer has: queries, keys and values are first reshaped to (tokens, 3 * heads, size)."""
        shapes = (self._values.get(node.input[1]) for node in self._nodes if node.op_type == "Reshape")
        return next((int(shape[1]) // 3 for shape in shapes if shape is not None), 1)

    def read(self, name: str) -> NDArray[np.float32]:
        """What the graph calls so, quantised or not, with the inputs of a product that stayed exact; or KeyError."""
        if name in self._values:
            return self._values[name].astype(np.float32)
        # Where a graph uses it once, the name goes on with a number.
        quantised = next((key for key in self._values if re.fullmatch(rf"{name}(?:\.\d+)?_quantized", key)), name)
        stem = quantised.removesuffix("_quantized")
        whole = self._values[quantised].astype(np.float32) - self._values[f"{stem}_zero_point"].astype(np.float32)
        whole *= self._values[f"{stem}_scale"]
        exact = f"{name.removesuffix('.weight')}._exact"
        if exact in self._values:
            whole[self._exact_inputs(exact)] = self._values[exact]
        return whole

    def _exact_inputs(self, exact: str) -> NDArray[np.int64]:
        """The numbers of the inputs that a product takes apart."""
        taken = next(node.input[0] for node in self._nodes if exact in node.input)
        gather = next(node for node in self._nodes if taken in node.output)
        return self._values[gather.input[1]]


def _weights(graph: _Graph, dim: int) -> Iterator[tuple[str, Tensor]]:
    """The weights by the names that transformers gives them."""
    embeddings = "bert.embeddings"
    for ours, theirs in {"words": "word", "positions": "position", "types": "token_type"}.items():
        yield f"{embeddings}.{theirs}_embeddings.weight", _tensor(graph.read(ours))
    yield from _norm(graph, "norm", f"{embeddings}.LayerNorm")
    for number in range(graph.layers):
        ours, theirs = f"layers.{number}", f"bert.encoder.layer.{number}"
        qkv, bias = graph.read(f"{ours}.qkv.weight"), graph.read(f"{ours}.qkv.bias")
        scale = (dim // graph.heads) ** 0.5  # the graph's queries are divided by it
        for at, part in enumerate(("query", "key", "value")):
            own, times = slice(at * dim, (at + 1) * dim), scale if part == "query" else 1.0
            yield f"{theirs}.attention.self.{part}.weight", _tensor(qkv[:, own].T * times)
            yield f"{theirs}.attention.self.{part}.bias", _tensor(bias[own] * times)
        for name, part in PRODUCTS.items():
            yield from _product(graph, f"{ours}.{name}", f"{theirs}.{part}")
        for name, part in NORMS.items():
            yield from _norm(graph, f"{ours}.{name}", f"{theirs}.{part}")
    yield from _product(graph, "output", "qa_outputs")


def _product(graph: _Graph, ours: str, theirs: str) -> Iterator[tuple[str, Tensor]]:
    yield f"{theirs}.weight", _tensor(graph.read(f"{ours}.weight").T)
    yield f"{theirs}.bias", _tensor(graph.read(f"{ours}.bias"))


def _norm(graph: _Graph, ours: str, theirs: str) -> Iterator[tuple[str, Tensor]]:
    for name in ("weight", "bias"):
        yield f"{theirs}.{name}", _tensor(graph.read(f"{ours}.{name}"))


def _tensor(values: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, np.float32))
