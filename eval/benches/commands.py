"""The commands of `python -m eval` that run the benches of speed, growth and planted documents.

They import the benches when they run, so that --help is quick.
"""

from pathlib import Path
from typing import Annotated

import typer

from eval.defaults import CENTRE, TEXTS, VAR
from index.console import show_progress


def bench(
    texts: Annotated[Path | None, typer.Option(help="SQuAD .json, or a folder; the shipped corpus if none.")] = None,
    folder: Annotated[Path, typer.Option(help="Where everything made goes.")] = VAR / "bench",
    peer: Annotated[bool, typer.Option(help="Measure txtai as well, installed into FOLDER/peer.")] = True,
    questions: Annotated[int, typer.Option(min=16, help="Asked in each measurement.")] = 320,
    rounds: Annotated[int, typer.Option(min=1, help="Every figure is the median over these.")] = 3,
    rebuilt: Annotated[int, typer.Option(min=1, help="Passages rebuilt with one document in 100 changed.")] = 3000,
) -> None:
    """Measure how fast the service is beside its own encoder and txtai; fails where one does not find what it should.

    Prints tables, and writes FOLDER/bench.json.
    """
    from eval.benches.speed import bench_speed

    bench_speed(texts, folder, peer=peer, questions=questions, rounds=rounds, rebuilt=rebuilt)


def growth(
    sizes: Annotated[str, typer.Option(help="Numbers of passages, separated by commas.")] = "10000,100000,1000000",
    texts: Annotated[Path, typer.Option(help="Folder whose sentences are recombined.")] = TEXTS,
    short: Annotated[bool, typer.Option("--short", help="10000 passages only.")] = False,
    real: Annotated[int, typer.Option(min=1, help="Passages whose vectors are the encoder's own.")] = 21_000,
    var: Annotated[Path, typer.Option(envvar="CENTREQA_VAR", help="Its folder bench receives what is made.")] = VAR,
) -> None:
    """Measure how time, size, memory and recall grow with the text; writes scale.json, .md and .png under VAR/bench."""
    from eval.benches.growth import bench_growth, parse_sizes

    bench_growth(parse_sizes("10000" if short else sizes), texts, real, var)


def growth_search(root: Annotated[Path, typer.Argument(help="The folder of a store under VAR/bench.")]) -> None:
    """Time searches in a store of `growth`, which starts this process for it; questions come on standard input."""
    from eval.benches.growth import print_search_times

    print_search_times(root)


def poison(
    dataset: Annotated[Path, typer.Option(help="A .jsonl question set, a SQuAD file or a BEIR folder.")] = CENTRE,
    split: Annotated[str | None, typer.Option(help="test, dev or all.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask at most this many, evenly spaced.")] = None,
    var: Annotated[Path, typer.Option(envvar="CENTREQA_VAR", help="Its folder eval receives what is built.")] = VAR,
) -> None:
    """Measure how often a document planted for the purpose is quoted in the place of the answer."""
    from eval.datasets.load import load_dataset
    from eval.runs.poison import HEADER, measure_poison

    typer.echo(HEADER)
    with show_progress() as progress:
        for outcome in measure_poison(load_dataset(dataset).part(split, limit), var, progress):
            typer.echo(str(outcome))
