"""The reference encoder, which runs on sentence-transformers, and tracing its weights to ONNX.

Importing this module takes seconds and hundreds of MB, so it is imported only where one of the two is needed.
"""

import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"  # the libraries below read it when they are imported

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from torch.nn import functional
from transformers.utils.logging import disable_progress_bar

from corpus.errors import ModelError
from index.arrays import Vectors
from index.encoding.pooling import Ids, TextEncoder
from index.encoding.weights import ADVICE, WEIGHTS_SHA256, ModelFiles
from index.machine import available_threads

MOST_BYTES = 2**31 - 2**20  # of the weights: an ONNX file holds no more


class TorchBackend:
    """The model as transformers runs it, one padded batch at a time. Implements `Backend`."""

    variant = "torch"

    def __init__(self, model: ModelFiles, threads: int | None = None) -> None:
        torch.set_num_threads(available_threads(threads))
        disable_progress_bar()  # type: ignore[no-untyped-call]
        # Fused attention is traced to more than it needs, and the shipped model is compared with what it always was.
        options = {} if model.sha256 == WEIGHTS_SHA256 else {"attn_implementation": "eager"}
        try:
            self._model = SentenceTransformer(
                str(model.path), device="cpu", local_files_only=True, trust_remote_code=False, model_kwargs=options
            ).float()
            self.network = self._model[0].get_submodule("model").eval()
            self.dim = int(self.network.config.hidden_size)  # type: ignore[union-attr, arg-type]
        except Exception as error:  # the libraries raise what they like, about files that were never seen before
            raise ModelError(f"{model.path}: cannot be loaded ({_first_line(error)}); {ADVICE}") from error
        self._model.max_seq_length = model.usage.max_length
        self.max_length = model.usage.max_length

    def forward(self, rows: Sequence[Ids]) -> Iterable[Vectors]:
        """As `Backend.forward`. The ids of padding are 0, and so is their mask."""
        lengths = [len(row) for row in rows]
        ids = np.zeros((len(rows), max(lengths, default=1)), np.int64)
        for padded, row in zip(ids, rows, strict=True):
            padded[: len(row)] = row
        mask = np.arange(ids.shape[1]) < np.array(lengths).reshape(-1, 1)
        with torch.inference_mode():
            states = self.network(torch.from_numpy(ids), torch.from_numpy(mask.astype(np.int64))).last_hidden_state
        return [state[:length] for state, length in zip(states.numpy(), lengths, strict=True)]

    def encode(self, questions: Sequence[str], passages: Sequence[str] = ()) -> Vectors:
        """Unit vectors (questions + passages, dim) as sentence-transformers makes them, prompts included."""
        encoders = ((self._model.encode_query, questions), (self._model.encode_document, passages))
        vectors = [encode(list(texts), normalize_embeddings=True) for encode, texts in encoders if texts]
        return np.concatenate(vectors).astype(np.float32)


class RowBert(nn.Module):
    """BERT for one row without padding: the same function in fewer operators.

    Without padding, no mask is needed. Query, key and value are one product. The query's factor 1/sqrt(head size) and
    the token type are part of the weights.
    """

    def __init__(self, bert: nn.Module, max_length: int) -> None:
        """The longest row has `max_length` tokens."""
        super().__init__()
        embeddings, layers = bert.get_submodule("embeddings"), bert.get_submodule("encoder.layer")
        words, positions, types = (
            embeddings.get_parameter(f"{name}_embeddings.weight").detach()
            for name in ("word", "position", "token_type")
        )
        self.words = nn.Parameter(words)
        self.positions = nn.Parameter(positions[:max_length] + types[0])
        self.norm = embeddings.get_submodule("LayerNorm")
        self.layers = nn.ModuleList(map(RowLayer, layers.children()))

    def forward(self, ids: Tensor) -> Tensor:
        """The hidden states (tokens, dim) of the last layer, for ids (tokens,)."""
        states: Tensor = self.norm(self.words[ids] + self.positions[: ids.shape[0]])
        for layer in self.layers:
            states = layer(states)
        return states


class RowNetwork(nn.Module):
    """Any other network of transformers, as it is, for one row without padding."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor) -> Tensor:
        """As `RowBert.forward`."""
        states: Tensor = self.network(ids[None], torch.ones_like(ids)[None]).last_hidden_state
        return states[0]


class RowLayer(nn.Module):
    """One layer of `RowBert`: attention and feed-forward, each added to its input and normalised."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        attention = layer.get_submodule("attention.self")
        parts = [Product.of(attention.get_submodule(name)) for name in ("query", "key", "value")]
        self.heads = int(attention.num_attention_heads)  # type: ignore[arg-type]
        self.dim = parts[0].weight.shape[1]  # a number; states.shape would be traced to nodes that compute it
        scale = (self.dim // self.heads) ** -0.5
        parts[0] = Product(parts[0].weight * scale, parts[0].bias * scale)
        self.qkv = Product(torch.cat([part.weight for part in parts], 1), torch.cat([part.bias for part in parts]))
        self.mix = Product.of(layer.get_submodule("attention.output.dense"))
        self.mix_norm = layer.get_submodule("attention.output.LayerNorm")
        self.widen = Product.of(layer.get_submodule("intermediate.dense"))
        self.narrow = Product.of(layer.get_submodule("output.dense"))
        self.norm = layer.get_submodule("output.LayerNorm")

    def forward(self, states: Tensor) -> Tensor:
        """States (tokens, dim) -> (tokens, dim)."""
        shape = (-1, 3 * self.heads, self.dim // self.heads)
        split = self.qkv(states).reshape(shape).transpose(0, 1).split(self.heads)
        mixed = torch.softmax(split[0] @ split[1].transpose(1, 2), -1) @ split[2]
        states = self.mix_norm(states + self.mix(mixed.transpose(0, 1).reshape(-1, self.dim)))
        result: Tensor = self.norm(states + self.narrow(functional.gelu(self.widen(states))))
        return result


class Product(nn.Module):
    """A linear layer that is traced to MatMul and Add, which dynamic quantisation knows, and not to Gemm."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.detach().contiguous())
        self.bias = nn.Parameter(bias.detach())
        self._loud: Tensor | None = None

    @classmethod
    def of(cls, linear: nn.Module) -> "Product":
        """The product that a linear layer of torch computes."""
        return cls(linear.get_parameter("weight").T, linear.get_parameter("bias"))

    def keep_exact(self, loud: Tensor) -> None:
        """Multiply the inputs of these numbers (n,) apart, which is traced to Gemm and not quantised.

        One scale quantises all inputs of a row: a few loud ones would leave the others only few of its steps
        (Dettmers et al. 2022, LLM.int8()).
        """
        self._loud = loud
        self._exact = nn.Parameter(self.weight[loud].detach())
        self._others = torch.ones(len(self.weight)).index_fill(0, loud, 0.0)
        self.weight = nn.Parameter((self.weight * self._others[:, None]).detach())

    def forward(self, states: Tensor) -> Tensor:
        """States (tokens, in) -> (tokens, out)."""
        if self._loud is None:
            return states @ self.weight + self.bias
        others = (states * self._others) @ self.weight + self.bias
        return torch.addmm(others, states[:, self._loud], self._exact)


def load_torch(model: ModelFiles, threads: int | None = None) -> TextEncoder:
    """Open the reference encoder, with so many threads, or one for each core where None."""
    tokenizer = (model.path / "tokenizer.json").read_text("utf-8")
    return TextEncoder(TorchBackend(model, threads), tokenizer, model.name, model.sha256, model.usage)


def trace(backend: TorchBackend, target: Path) -> None:
    """Write the model as an fp32 ONNX graph from `ids` (tokens,) to `hidden` (tokens, dim), for any count of tokens.

    Raises ModelError where its weights do not fit into one, or its network cannot be traced.
    """
    if sum(4 * weights.numel() for weights in backend.network.parameters()) > MOST_BYTES:
        raise ModelError(f"its weights take more than {MOST_BYTES / 1e9:.1f} GB as fp32; give a smaller model")
    config: Any = backend.network.config
    is_plain = (config.model_type, getattr(config, "hidden_act", "")) == ("bert", "gelu")
    row = RowBert(backend.network, backend.max_length) if is_plain else RowNetwork(backend.network)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter that traces is deprecated; its successor needs onnxscript
            torch.onnx.export(
                row.eval(),
                (torch.arange(8),),
                str(target),
                dynamo=False,
                opset_version=20,
                input_names=["ids"],
                output_names=["hidden"],
                dynamic_axes={"ids": {0: "tokens"}, "hidden": {0: "tokens"}},
            )
    except Exception as error:  # as above: any network may come here
        raise ModelError(
            f"{config.model_type}: this network cannot be exported ({_first_line(error)}); give another"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
