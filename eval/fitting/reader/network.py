"""The network of a reader, batches of rows for it, and its loss.

The network is any extractive question answering model of transformers: for each token a start and an end logit. Only
the text's tokens and position 0 (null) can be chosen; the others are masked.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"  # read by transformers when it is imported

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForQuestionAnswering, AutoModelForSequenceClassification
from transformers.utils.logging import disable_progress_bar, set_verbosity_error

from corpus.errors import ModelError
from eval.fitting.reader.examples.rows import TrainingRow, labelled
from index.files import digest
from service.answering.reader.rows import Row
from service.answering.reader.spans import RowScores

MULTIPLE = 32  # rows are padded to a multiple of this: each new shape costs oneDNN as much as a step
SPARE = 0.25  # cores that others may use before a step takes a thread less
DROPOUTS = ("hidden_dropout_prob", "attention_probs_dropout_prob", "dropout", "attention_dropout")
MASKED = -1e4  # the logit of a token that cannot be chosen


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded rows: `ids`, `types` and `mask` (rows, tokens); `choices` (rows, tokens) is true where one may choose.

    `starts` and `ends` (rows, 2) are the first and last right position.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    choices: Tensor
    starts: Tensor
    ends: Tensor


def best_device() -> torch.device:
    """A GPU where there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_of(network: nn.Module) -> torch.device:
    """Where a network's weights are."""
    return next(network.parameters()).device


class Sharing:
    """How many threads to compute on while others use the machine too.

    A product that is split over threads waits for the slowest of them. Where another program holds a core, one thread
    less is several times as fast. So a step takes the cores that others left free during the step before.
    """

    def __init__(self, threads: int, statistics: Path = Path("/proc/stat")) -> None:
        self.threads, self._statistics = threads, statistics
        self._busy, self._own, self._time = self._read_busy(), time.process_time(), time.monotonic()

    def update(self) -> int:
        """Set and return the threads to compute on from now on: all of them where the system does not tell."""
        busy, own, now = self._read_busy(), time.process_time(), time.monotonic()
        others = (busy - self._busy - (own - self._own)) / max(now - self._time, 1e-3)  # in cores
        self._busy, self._own, self._time = busy, own, now
        wanted = max(1, min(self.threads, int((os.cpu_count() or 1) - others + SPARE)))
        if wanted != torch.get_num_threads():
            torch.set_num_threads(wanted)
        return wanted

    def _read_busy(self) -> float:
        """Seconds that all cores together have been busy for so far."""
        try:
            user, nice, system = self._statistics.read_text("utf-8").split(maxsplit=4)[1:4]
        except (OSError, ValueError):
            return 0.0
        return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def computing(threads: int) -> Iterator[None]:
    """Compute on so many threads, with numbers too small to matter as 0: they are a hundred times as slow."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
        torch.set_num_threads(before)


def load_network(
    folder: Path, sha256: str | None = None, *, kind: type[Any] = AutoModelForQuestionAnswering
) -> nn.Module:
    """A network with the folder's weights, without dropout; new output weights where it has none. Raises ModelError.

    `sha256` is that of model.safetensors. Torch's fused attention is left out: on a CPU it is slow backwards.
    """
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(f"{folder}: has no model.safetensors; give a folder in the layout of Hugging Face")
    if sha256 and (found := digest(weights)) != sha256:
        raise ModelError(f"{weights}: SHA-256 is {found}, not {sha256}; give the folder that was asked for")
    disable_progress_bar()  # type: ignore[no-untyped-call]
    set_verbosity_error()  # type: ignore[no-untyped-call]
    config = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    for name in DROPOUTS:
        if hasattr(config, name):
            setattr(config, name, 0.0)
    attention = {"attn_implementation": "eager"} if best_device().type == "cpu" else {}
    network: nn.Module = kind.from_pretrained(
        str(folder), config=config, local_files_only=True, trust_remote_code=False, use_safetensors=True, **attention
    )
    return network


def load_any(folder: Path) -> nn.Module:
    """A reader or, where the folder says that it holds one, a cross-encoder of one score. Raises ModelError."""
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder}: has no config.json; give a folder in the layout of Hugging Face")
    config = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    if not any(str(name).endswith("ForSequenceClassification") for name in config.architectures or ()):
        return load_network(folder)
    if config.num_labels != 1:
        raise ModelError(f"{folder}: tells {config.num_labels} classes apart; give a cross-encoder of one score")
    return load_network(folder, kind=AutoModelForSequenceClassification)


def pad_id(network: nn.Module) -> int:
    """The token id that the network's rows are padded with."""
    return int(network.config.pad_token_id or 0)  # type: ignore[union-attr, arg-type]


def freeze(network: nn.Module, layers: int = 0) -> None:
    """Leave the word vectors as they are, and with `layers` all of the embeddings and so many of the lowest layers.

    Words that the training sets lack keep their places among the others; a step over frozen layers is cheaper.
    """
    lowest = [f".layer.{number}." for number in range(layers)]
    parts = [".embeddings.", "relative_attention_bias", *lowest] if layers else ["word_embeddings"]
    for name, parameter in network.named_parameters():
        if any(part in name for part in parts):
            parameter.requires_grad_(False)


def collate(
    rows: Sequence[TrainingRow], pad: int = 0, multiple: int = MULTIPLE, device: torch.device | None = None
) -> Batch:
    """Rows as one batch on a device, padded to a multiple of `multiple` tokens with the id `pad`."""
    length = -(-max(len(row.ids) for row in rows) // multiple) * multiple
    ids = np.full((len(rows), length), pad, np.int64)
    types, mask = np.zeros_like(ids), np.zeros_like(ids)
    choices = np.zeros(ids.shape, bool)
    choices[:, 0] = True
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = row.ids
        types[number, row.second : len(row.ids)] = 1
        mask[number, : len(row.ids)] = 1
        choices[number, row.text : row.last] = True
    tensors = (ids, types, mask, choices, np.array([r.starts for r in rows]), np.array([r.ends for r in rows]))
    return Batch(*(torch.from_numpy(each).to(device) for each in tensors))


def logits(network: nn.Module, batch: Batch, *, bf16: bool = True) -> tuple[Tensor, Tensor]:
    """Start and end logits (rows, tokens), `MASKED` where a token cannot be chosen."""
    inputs = {"input_ids": batch.ids, "attention_mask": batch.mask}
    if getattr(network.config, "type_vocab_size", 0) > 1:
        inputs["token_type_ids"] = batch.types
    with torch.autocast(batch.ids.device.type, dtype=torch.bfloat16) if bf16 else nullcontext():
        output = network(**inputs)
    starts, ends = output.start_logits.float(), output.end_logits.float()
    return starts.masked_fill(~batch.choices, MASKED), ends.masked_fill(~batch.choices, MASKED)


def label_loss(starts: Tensor, ends: Tensor, batch: Batch) -> Tensor:
    """Minus the log of the chance that start and end fall on right positions, (rows,), the mean of both."""
    return (_range_loss(starts, batch.starts) + _range_loss(ends, batch.ends)) / 2


def _range_loss(scores: Tensor, right: Tensor) -> Tensor:
    positions = torch.arange(scores.shape[1], device=scores.device)
    inside = (positions >= right[:, :1]) & (positions <= right[:, 1:])
    chosen = torch.logsumexp(scores.masked_fill(~inside, float("-inf")), 1)
    return torch.logsumexp(scores, 1) - chosen


def batches(
    count: int, length: Callable[[int], int], size: int, order: np.random.Generator, chunk: int = 40
) -> Iterator[list[int]]:
    """Numbers 0 to `count` in batches of `size`, random, of rows of like length: sorted within chunks of batches."""
    numbers = order.permutation(count).tolist()
    chunks = [numbers[begin : begin + size * chunk] for begin in range(0, count, size * chunk)]
    cut = [sorted(part, key=length)[begin : begin + size] for part in chunks for begin in range(0, len(part), size)]
    for number in order.permutation(len(cut)).tolist():
        yield cut[number]


class TorchScorer:
    """Runs a network over rows, in padded batches of like length."""

    def __init__(
        self, network: nn.Module, *, bf16: bool = True, size: int = 32, sharing: Sharing | None = None
    ) -> None:
        self.network, self.bf16, self.size = network.eval().to(best_device()), bf16, size
        self.pad, self.sharing = pad_id(network), sharing

    def score(self, rows: Sequence[Row], progress: Callable[[int], None] = lambda done: None) -> list[RowScores]:
        """As `Scorer.score`; `progress` is told how many rows are done."""
        order = sorted(range(len(rows)), key=lambda number: len(rows[number].ids))
        scores: list[RowScores | None] = [None] * len(rows)
        with torch.inference_mode():
            for begin in range(0, len(order), self.size):
                if self.sharing:
                    self.sharing.update()
                chosen = order[begin : begin + self.size]
                batch = collate([labelled(rows[number]) for number in chosen], self.pad, device=device_of(self.network))
                starts, ends = (values.cpu().numpy() for values in logits(self.network, batch, bf16=self.bf16))
                for number, start, end in zip(chosen, starts, ends, strict=True):
                    kept = np.r_[0, rows[number].text : rows[number].last]
                    scores[number] = RowScores(start[kept], end[kept])
                progress(begin + len(chosen))
        return [score for score in scores if score is not None]
