"""Write a reader in Hugging Face's layout as one int8 ONNX graph, with its tokenizer and a manifest.

Weights have 7 bits: the products of 8-bit ones overflow on processors without VNNI. Each output channel has its own
scale. One scale has to do for all inputs of a product, so the few loudest of the feed-forward ones stay exact.
"""

import json
import shutil
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from eval.datasets.json_lines import read_question_folder
from eval.defaults import GENRES
from eval.fitting.reader.network import load_any
from index.encoding.reference import Product, RowLayer
from index.files import digest
from service.answering.reader.network import GRAPH, MANIFEST, SCHEMA, SCORE, SPANS, TOKENIZER, Graph, read_probes
from service.answering.reader.rows import Row, RowTokenizer
from service.answering.reader.spans import STRIDE

DECIMALS = 3  # of the logits of the probes
# How many inputs of each product of a layer stay exact. Those of attention are less loud, and cost as much time.
LOUD: Mapping[str, int] = {"widen": 4, "narrow": 8}
ROWS, AROUND = 128, 400  # that tell which these are; characters on either side of an answer


class RowReader(nn.Module):
    """A BERT reader over one row without padding: the same function as transformers', in fewer operators."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        bert = network.get_submodule("bert")
        embeddings, layers = bert.get_submodule("embeddings"), bert.get_submodule("encoder.layer")
        self.words, self.positions, self.types = (
            nn.Parameter(embeddings.get_parameter(f"{name}_embeddings.weight").detach())
            for name in ("word", "position", "token_type")
        )
        self.norm = embeddings.get_submodule("LayerNorm")
        self.layers = nn.ModuleList(map(RowLayer, layers.children()))
        self.output = Product.of(network.get_submodule("qa_outputs"))

    def forward(self, ids: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
        """Start and end logits (tokens,)."""
        states: Tensor = self.norm(self.words[ids] + self.positions[: ids.shape[0]] + self.types[types])
        for layer in self.layers:
            states = layer(states)
        scores = self.output(states)
        return scores[:, 0], scores[:, 1]

    def keep_loud_exact(self, rows: Sequence[Row]) -> None:
        """Keep the inputs of products exact that are largest while it reads these rows."""
        products = {
            product: count
            for layer in self.layers
            for name, count in LOUD.items()
            if isinstance(product := layer.get_submodule(name), Product)
        }
        highest: dict[nn.Module, Tensor] = {}

        def note(product: nn.Module, inputs: tuple[Tensor]) -> None:
            found = inputs[0].abs().amax(0)
            highest[product] = torch.maximum(found, highest.get(product, found))

        hooks = [product.register_forward_pre_hook(note) for product in products]
        with torch.no_grad():
            for row in rows:
                self(torch.from_numpy(row.ids).long(), (torch.arange(len(row.ids)) >= row.second).long())
        for hook in hooks:
            hook.remove()
        for product, count in products.items():
            product.keep_exact(highest[product].topk(count).indices.sort().values)


class AnyNetwork(nn.Module):
    """Any other network of transformers, as it is, over one row; `outputs` are the names of the logits it gives."""

    def __init__(self, network: nn.Module, outputs: Sequence[str]) -> None:
        super().__init__()
        self.network = network
        self.outputs = outputs
        self.has_types = getattr(network.config, "type_vocab_size", 0) > 1

    def forward(self, ids: Tensor, types: Tensor) -> tuple[Tensor, ...]:
        """The logits: of a reader (tokens,) each, of a cross-encoder (1,)."""
        inputs = {"input_ids": ids[None], "attention_mask": torch.ones_like(ids)[None]}
        output = self.network(**inputs, **({"token_type_ids": types[None]} if self.has_types else {}))
        first, *others = (output[name][0] for name in self.outputs)
        # A network without types gets 0 of them: a graph keeps no input that nothing reads.
        return (first if self.has_types else first + 0.0 * types[: first.shape[0]], *others)


def genre_rows(tokenizer: RowTokenizer) -> list[Row]:
    """Questions of the shipped genres, about `ROWS` of the half `dev`, each with the text around its answer."""
    dataset = read_question_folder(GENRES)
    texts = {document.id: document.text for document in dataset.documents or ()}
    asked = [question for question in dataset.questions if question.gold and question.split == "dev"]
    rows = []
    for question in asked[:: max(1, len(asked) // ROWS)]:
        gold = question.gold[0]
        text = texts[gold.document][max(0, gold.start - AROUND) : gold.end + AROUND]
        asked_of, title, around = map(tokenizer.encode, (question.text, gold.document, text))
        rows += tokenizer.windows(asked_of, title, around, STRIDE)
    return rows


def trace(network: nn.Module, target: Path, tokenizer: RowTokenizer) -> None:
    """Write the fp32 graph, for rows of any number of tokens that the network has positions for.

    What is loud in a BERT reader will not be quantised.
    """
    is_reader = hasattr(network, "qa_outputs")
    if is_reader and network.config.model_type == "bert":  # type: ignore[union-attr]
        reader = RowReader(network)
        reader.keep_loud_exact(genre_rows(tokenizer))
        traced: nn.Module = reader
    else:
        traced = AnyNetwork(network, ("start_logits", "end_logits") if is_reader else ("logits",))
    outputs = SPANS if is_reader else SCORE
    axes = {name: {0: "tokens"} for name in ("ids", "types", *SPANS)}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that traces is deprecated; its successor needs onnxscript
        torch.onnx.export(
            traced.eval(), (torch.arange(8), torch.zeros(8, dtype=torch.int64)), str(target),
            dynamo=False, opset_version=20, input_names=["ids", "types"], output_names=outputs, dynamic_axes=axes,
        )  # fmt: skip


def quantise(source: Path, target: Path) -> None:
    """7-bit weights, a scale for each output channel; activations are quantised as they come.

    What stays exact is traced to Gemm, which the library turns into a product of that name before it quantises.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = onnx.load(source)
    onnx.helper.set_model_props(graph, {"onnx.quant.pre_process": "onnxruntime.quant"})  # else it logs advice
    quantize_dynamic(
        graph, target, ["MatMul", "Gather"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
        nodes_to_exclude=[f"{node.name}_MatMul" for node in graph.graph.node if node.op_type == "Gemm"],
        extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip


def export(reader: Path, folder: Path, other: Path | None = None, share: float = 0.5) -> dict[str, object]:
    """Write graph, tokenizer and manifest of a reader or cross-encoder into `folder`; returns the manifest.

    With an `other` reader of the same layers, the weights are the mean of both, `share` of them those of the other
    (Wortsman et al. 2022, model soups).
    """
    folder.mkdir(parents=True, exist_ok=True)
    network = load_any(reader).float()
    if other is not None:
        theirs = load_any(other).float().state_dict()
        mean = {name: (1 - share) * value + share * theirs[name] for name, value in network.state_dict().items()}
        network.load_state_dict(mean)
    shutil.copyfile(reader / TOKENIZER, folder / TOKENIZER)
    tokenizer = RowTokenizer((folder / TOKENIZER).read_text("utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        exact = Path(scratch) / GRAPH
        trace(network, exact, tokenizer)
        quantise(exact, folder / GRAPH)
    probes = [
        {name: [round(value, DECIMALS) for value in values] for name, values in probe.items()}
        for probe in read_probes(Graph(folder / GRAPH), tokenizer)
    ]
    manifest: dict[str, object] = {
        "schema": SCHEMA,
        "files": {name: digest(folder / name) for name in (GRAPH, TOKENIZER)},
        "weights_sha256": digest(reader / "model.safetensors"),
        "probes": probes,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest) + "\n", "utf-8")
    return manifest
