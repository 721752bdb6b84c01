"""The commands that make a reader: training, export, measuring."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from eval.defaults import VAR
from eval.options import Limit, Split, Var, load_questions

Model = Annotated[Path, typer.Argument(help="Folder with model.safetensors, config.json and tokenizer.json.")]
Sets = Annotated[list[str], typer.Argument(help="SQuAD 2.0 files: PATH[@dev|@test][=SHARE].")]
POLITENESS = 10  # training leaves the processor to whatever else runs


def train_reader(
    model: Model,
    out: Annotated[Path, typer.Argument(help="Folder for checkpoints, curve and result.")],
    sets: Sets,
    teacher: Annotated[
        Path | None, typer.Option(help="Folder of a larger reader with the same word pieces, to learn from as well.")
    ] = None,
    rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 1.5e-4,
    batch: Annotated[int, typer.Option(help="Rows a step.")] = 16,
    passes: Annotated[int, typer.Option(help="Times that the sets are drawn.")] = 2,
    max_tokens: Annotated[int, typer.Option(help="Most tokens of a row.")] = 192,
    shortest: Annotated[int | None, typer.Option(help="Cut rows at random between this and --max-tokens.")] = 112,
    seed: Annotated[int, typer.Option(help="Same seed, same run.")] = 0,
    threads: Annotated[int, typer.Option(help="Most threads.")] = 2,
    save_every: Annotated[int, typer.Option(help="Steps between two checkpoints.")] = 500,
    minutes: Annotated[float | None, typer.Option(help="End by then.", show_default="no limit")] = None,
    alone: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the examples that are also read as single sentences.")
    ] = 0.5,
    otherwise: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the questions that are asked as people also ask them.")
    ] = 0.0,
    dropout: Annotated[float, typer.Option(min=0.0, max=0.9, help="Share of the numbers that a row loses.")] = 0.0,
    pause_while: Annotated[Path | None, typer.Option(help="Wait while this file exists.")] = None,
) -> None:
    """Train a reader on labelled questions; goes on where the folder holds a checkpoint.

    SHARE is the part of a set's questions that a pass draws. One article in sixteen is held back.
    """
    from eval.fitting.reader.examples.data import SetSpec
    from eval.fitting.reader.loop import Plan
    from eval.fitting.reader.train import train

    os.nice(POLITENESS)
    plan = Plan(
        rate=rate, batch=batch, passes=passes, max_tokens=max_tokens, shortest=shortest, seed=seed,
        threads=threads, save_every=save_every, minutes=minutes, alone=alone, otherwise=otherwise, dropout=dropout,
        pause_while=pause_while,
    )  # fmt: skip
    train(model, out, [SetSpec.parse(text) for text in sets], plan, teacher=teacher)


def pair_questions(
    dataset: Annotated[Path, typer.Argument(help="A question set.")],
    out: Annotated[Path, typer.Argument(help="The SQuAD file to write.")],
    split: Split = None,
    others: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of what does not answer.")] = 1.0,
    compared: Annotated[
        bool, typer.Option("--compared", help="With the quotes that the shipped reader compares instead.")
    ] = False,
    limit: Limit = None,
    var: Var = VAR,
) -> None:
    """Pair each question of a set with the passages that the search puts first, for training a reader."""
    from eval.fitting.reader.examples.pairs import write_compared, write_pairs
    from eval.runs.prepare import engine_for
    from service.answering.reader.reader import OFF, SHIPPED

    questions = load_questions(dataset, None, split, limit, var=var)
    write, reader = (write_compared, SHIPPED) if compared else (write_pairs, OFF)
    typer.echo(f"{write(engine_for(questions, var, reader=reader), questions, out, others)} pairs in {out}")


def export_reader(
    reader: Annotated[Path, typer.Argument(help="Folder of an extractive question answering model.")],
    folder: Annotated[Path, typer.Argument(help="Where graph, tokenizer and manifest are written.")],
    other: Annotated[Path | None, typer.Option(help="A second reader, to take the mean of both.")] = None,
    share: Annotated[float, typer.Option(min=0.0, max=1.0, help="Of the second one in the mean.")] = 0.5,
) -> None:
    """Write a trained reader, or the mean of two, as the int8 graph that the service runs."""
    from eval.fitting.reader.export import export

    files = export(reader, folder, other, share)["files"]
    typer.echo(json.dumps(files))


def unpack_reader(
    reader: Annotated[Path, typer.Argument(help="Folder of a reader that was exported, such as the shipped one.")],
    folder: Annotated[Path, typer.Argument(help="Where weights, configuration and tokenizer are written.")],
) -> None:
    """Write the weights of an exported reader in Hugging Face's layout, to train on from them."""
    from eval.fitting.reader.unpack import unpack

    unpack(reader, folder)


def measure_reader(
    reader: Annotated[Path, typer.Argument(help="Folder of a trained or of an exported reader.")],
    sets: Sets,
    limit: Annotated[int | None, typer.Option(min=1, help="At most about so many questions a set.")] = None,
) -> None:
    """Measure what a reader makes of the right passage: exact match, F1 and AUROC, a line of JSON for each set."""
    from eval.fitting.reader.examples.data import SetSpec
    from eval.fitting.reader.measure import measure

    for figures in measure(reader, [SetSpec.parse(text) for text in sets], limit):
        typer.echo(json.dumps(figures))
