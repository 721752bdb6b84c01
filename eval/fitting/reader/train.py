"""Train a reader on labelled questions: `python -m eval train-reader MODEL OUT SET...`.

The run is the same every time for one seed, number of threads and machine.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from eval.fitting.reader.distill import learn_from
from eval.fitting.reader.dropout import add_dropout
from eval.fitting.reader.examples.alone import cut_to_sentences
from eval.fitting.reader.examples.asked import ask_otherwise
from eval.fitting.reader.examples.data import Example, ReaderSet, SetSpec, held_back, read_set, write_held_back
from eval.fitting.reader.examples.negatives import make_negatives
from eval.fitting.reader.examples.rows import TrainingRow, TrainingTokenizer
from eval.fitting.reader.loop import Loss, Plan, Trainer, average
from eval.fitting.reader.network import Batch, batches, freeze, label_loss, load_network, logits, pad_id
from index.files import digest, replace_file

WATCHED = 400  # held-back examples that a checkpoint is measured on, at most


def prepare_rows(sets: Sequence[ReaderSet], tokens: TrainingTokenizer, plan: Plan, number: int) -> list[TrainingRow]:
    """The rows of pass `number`: drawn examples, negatives and windows differ from pass to pass."""
    rng = random.Random(f"{plan.seed} {number}")  # noqa: S311
    examples = list[Example]()
    for each in sets:
        kept = [example for example in each.draw(rng) if not held_back(example.article)]
        made = kept + make_negatives(kept, plan.shares, rng)
        made += cut_to_sentences(made, 0.0 if each.has_quotes else plan.alone, rng)
        examples += ask_otherwise(made, plan.otherwise, rng)
    tokens.remember([text for example in examples for text in (example.question, example.title, example.context)])
    rows = [tokens.training_row(example, rng, plan.shortest) for example in examples]
    return [row for row in rows if row is not None]


def prepare_watched(sets: Sequence[ReaderSet], tokens: TrainingTokenizer) -> list[TrainingRow]:
    """Rows of held-back articles, the same in every run."""
    rng = random.Random("watched")  # noqa: S311
    examples = [
        example for each in sets for example in each.examples if held_back(example.article) and not example.sentence
    ]
    rows = [tokens.training_row(example, rng) for example in rng.sample(examples, min(len(examples), WATCHED))]
    return sorted((row for row in rows if row is not None), key=lambda row: len(row.ids))


def describe(model: Path, teacher: Path | None, sets: Sequence[ReaderSet], plan: Plan) -> dict[str, object]:
    """What a run was made of, for its manifest."""
    return {
        "weights_sha256": digest(model / "model.safetensors"),
        "teacher_sha256": digest(teacher / "model.safetensors") if teacher else None,
        "sets": [
            {"name": s.spec.path.name, "sha256": s.sha256, "half": s.spec.half, "share": s.spec.share,
             "examples": len(s.examples)}
            for s in sets
        ],
        "plan": json.loads(json.dumps(asdict(plan), default=str)),
        "torch": torch.__version__,
    }  # fmt: skip


def train(
    model: Path,
    out: Path,
    specs: Sequence[SetSpec],
    plan: Plan,
    *,
    teacher: Path | None = None,
    loss: Loss | None = None,
) -> None:
    """Train from the model's weights on the sets; goes on where `out` holds a checkpoint.

    With a teacher, its choices are learned as well as the labels. The articles that are held back are written to
    `out/held_back`. Raises DatasetError, and ModelError for a teacher that does not fit.
    """
    sets = [read_set(spec) for spec in specs]
    tokenizer = (model / "tokenizer.json").read_text("utf-8")
    tokens = TrainingTokenizer(tokenizer, plan.max_tokens)
    passes = [prepare_rows(sets, tokens, plan, number) for number in range(plan.passes)]
    rows = [row for each in passes for row in each]
    steps = sum(-(-len(each) // plan.batch) for each in passes)
    network = load_network(model)
    freeze(network, plan.frozen)
    add_dropout(network, plan.dropout)
    trainer = Trainer(network, out, plan, steps, pad_id(network))
    trainer.resume()
    for spec in specs:
        write_held_back(spec, out / "held_back")
    replace_file(out / "run.json", json.dumps(describe(model, teacher, sets, plan), indent=1) + "\n")
    print(len(rows), "rows,", np.mean([row.starts[1] == 0 for row in rows]).round(3), "of them without an answer,",
          np.mean([len(row.ids) for row in rows]).round(1), "tokens each,", steps, "steps", flush=True)  # fmt: skip

    def numbers() -> Iterator[list[int]]:
        offset = 0
        for number, each in enumerate(passes):
            order = np.random.default_rng((plan.seed, number))
            for chosen in batches(len(each), lambda row, of=each: len(of[row].ids), plan.batch, order):  # type: ignore[misc]
                yield [offset + row for row in chosen]
            offset += len(each)

    if teacher:
        loss = learn_from(teacher, tokens, rows, out / "taught")
    trainer.run(rows, numbers(), loss or labels_alone, prepare_watched(sets, tokens))
    finish(network, trainer, model)


def labels_alone(network: nn.Module, batch: Batch, _: Sequence[int]) -> Tensor:
    """The loss of a run without a teacher."""
    return label_loss(*logits(network, batch), batch)


def finish(network: nn.Module, trainer: Trainer, model: Path) -> None:
    """Write the last weights to `last` and the mean of the last checkpoints to `average`, as Hugging Face folders."""
    newest = sorted(trainer.folder.glob("weights-*.safetensors"))
    for name, weights in (("last", None), ("average", average(newest))):
        if weights is not None:
            network.load_state_dict(weights)
        folder = trainer.folder / name
        network.save_pretrained(folder)  # type: ignore[operator]
        (folder / "tokenizer.json").write_bytes((model / "tokenizer.json").read_bytes())
