"""What a reader learns from a larger one, its teacher: how that one spreads its choice over the tokens of a row.

A label names one span. The teacher also says which others come near, and how likely it is that none answers. The loss
is that of Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network" (2015), for start and for end.

The teacher reads every row once, before training. What it says is kept beside the checkpoints, so a run goes on.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from torch import Tensor, nn

from corpus.errors import ModelError
from eval.fitting.reader.loop import Loss
from eval.fitting.reader.network import MASKED, Batch, Sharing, TorchScorer, computing, label_loss, load_network, logits
from index.arrays import Vectors
from index.files import digest
from index.machine import available_threads
from service.answering.reader.rows import Row, RowTokenizer
from service.answering.reader.spans import RowScores, Scorer

TEMPERATURE = 2.0  # divides the logits of both: the higher, the more the unlikely tokens count
SHARE = 0.5  # of the teacher in the loss; the labels have the rest
PART = 2048  # rows of one file of the teacher's logits


def learn_from(teacher: Path, tokens: RowTokenizer, rows: Sequence[Row], folder: Path) -> Loss:
    """The loss of a run with a teacher, a folder in the layout of Hugging Face. Raises ModelError.

    `tokens` made the rows; the teacher must know the same word pieces. Its logits are kept in `folder`.
    """
    theirs = RowTokenizer((teacher / "tokenizer.json").read_text("utf-8"))
    translated = translate(rows, tokens, theirs)
    threads = available_threads()
    with computing(threads):
        scorer = TorchScorer(load_network(teacher), sharing=Sharing(threads))
        taught = teach(scorer, translated, folder, digest(teacher / "model.safetensors"))

    def loss(network: nn.Module, batch: Batch, chosen: Sequence[int]) -> Tensor:
        starts, ends = logits(network, batch)
        soft_starts = _spread(batch, [taught[number].starts for number in chosen])
        soft_ends = _spread(batch, [taught[number].ends for number in chosen])
        taught_loss = (soft_loss(starts, soft_starts) + soft_loss(ends, soft_ends)) / 2
        return SHARE * taught_loss + (1 - SHARE) * label_loss(starts, ends, batch)

    return loss


def translate(rows: Sequence[Row], ours: RowTokenizer, theirs: RowTokenizer) -> list[Row]:
    """Rows of one tokenizer in the ids and the layout of another, token for token. Raises ModelError.

    The other one may number its word pieces otherwise, and must know each that the rows hold.
    """
    number_of = theirs.vocabulary
    table = np.full(max(ours.vocabulary.values()) + 1, -1, np.int32)
    for piece, number in ours.vocabulary.items():
        table[number] = number_of.get(piece, -1)
    translated = []
    for row in rows:
        question, title, text = (table[part] for part in ours.parts(row))
        if min(part.min(initial=0) for part in (question, title, text)) < 0:
            raise ModelError("the teacher lacks word pieces of the student; give one of the same vocabulary")
        translated.append(theirs.join(question, title, text, row.first))
    return translated


def teach(scorer: Scorer, rows: Sequence[Row], folder: Path, teacher: str) -> list[RowScores]:
    """The teacher's logits of each row; those that `folder` holds of the same teacher and rows are read from there."""
    taught = list[RowScores]()
    for begin in range(0, len(rows), PART):
        part = rows[begin : begin + PART]
        path = folder / f"taught-{begin // PART:04}.safetensors"
        made_of = hashlib.sha256(b"".join([teacher.encode(), *(row.ids.tobytes() for row in part)])).hexdigest()
        known = _load(path, made_of)
        if known is None:
            known = list(scorer.score(part))
            _save(path, made_of, known)
            print(json.dumps({"taught": begin + len(part), "of": len(rows)}), flush=True)
        taught += known
    return taught


def soft_loss(scores: Tensor, taught: Tensor) -> Tensor:
    """The divergence of the student's spread over the tokens from the teacher's, (rows,), times T squared."""
    wanted = torch.log_softmax(taught / TEMPERATURE, 1)
    said = torch.log_softmax(scores / TEMPERATURE, 1)
    return (wanted.exp() * (wanted - said)).sum(1) * TEMPERATURE**2


def _spread(batch: Batch, taught: Sequence[Vectors]) -> Tensor:
    """Logits of the tokens that can be chosen, at their places in the batch (rows, tokens)."""
    device = batch.choices.device
    full = torch.full(batch.choices.shape, MASKED, device=device)
    full[batch.choices] = torch.from_numpy(np.concatenate(taught).astype(np.float32)).to(device)
    return full


def _save(path: Path, made_of: str, taught: Sequence[RowScores]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lengths = np.array([len(scores.starts) for scores in taught], np.int32)
    starts = np.concatenate([scores.starts for scores in taught]).astype(np.float16)
    ends = np.concatenate([scores.ends for scores in taught]).astype(np.float16)
    new = path.with_suffix(".new")
    save_file({"lengths": lengths, "starts": starts, "ends": ends}, new, {"made_of": made_of})
    new.replace(path)


def _load(path: Path, made_of: str) -> list[RowScores] | None:
    if not path.is_file():
        return None
    with safe_open(path, "numpy") as file:
        if (file.metadata() or {}).get("made_of") != made_of:
            return None
        starts, ends, lengths = (file.get_tensor(name) for name in ("starts", "ends", "lengths"))
    cuts = np.cumsum(lengths)[:-1]
    return [RowScores(*both) for both in zip(np.split(starts, cuts), np.split(ends, cuts), strict=True)]
