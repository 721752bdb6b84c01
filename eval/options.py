"""What the commands of `python -m eval` share: their options, and how a question set is read by them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.defaults import VAR

if TYPE_CHECKING:
    from eval.datasets.questions import Dataset


Source = Annotated[Path, typer.Argument(envvar="CENTREQA_CORPUS", help="A folder of files, one file, or .jsonl.")]
Questions = Annotated[Path, typer.Option(help="A .jsonl or .csv question set, a SQuAD file or a BEIR folder.")]
Distractors = Annotated[list[Path] | None, typer.Option(help="SQuAD file with more documents; repeatable.")]
Split = Annotated[
    str | None,
    typer.Option(
        help="test, dev or all; a set without splits is halved by article.", show_default="test, where there are splits"
    ),
]
WithinGroup = Annotated[bool, typer.Option("--within-group", help="Ask each question of its own article only.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Ask at most this many, evenly spaced.")]
Workers = Annotated[int, typer.Option(min=1, help="Questions asked at a time; above 1, only a sample is timed.")]
Var = Annotated[Path, typer.Option(envvar="CENTREQA_VAR", help="The folder that holds everything built.")]
Floor = Annotated[list[str] | None, typer.Option(help="hit@3=0.9, the least a measure may be; repeatable.")]
Encoder = Annotated[str, typer.Option(envvar="CENTREQA_ENCODER", help="auto, onnx-fp32, onnx-int8, torch")]
Reader = Annotated[str, typer.Option(envvar="CENTREQA_READER", help="The folder of a reader, or off.")]
ByGroup = Annotated[bool, typer.Option("--by-group", help="Draw whole facts or articles for the intervals.")]
Trec = Annotated[Path | None, typer.Option(help="Write the rankings to this file, in TREC's format.")]
Qrels = Annotated[Path | None, typer.Option(help="Write what is relevant to this file, in TREC's format.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one value a line.")]


def load_questions(
    dataset: Path,
    distractors: Sequence[Path] | None = None,
    split: str | None = None,
    limit: int | None = None,
    *,
    within_group: bool = False,
    var: Path = VAR,
    source: Path | None = None,
) -> "Dataset":
    """The part of a question set that the options ask for; raises DatasetError.

    The quotes of a table are found in the source where one is given, and in the active snapshot under `var`.
    """
    part = load_whole(dataset, distractors, var=var, source=source).part(split, limit)
    return part.within_group() if within_group else part


def load_whole(
    dataset: Path, distractors: Sequence[Path] | None = None, *, var: Path = VAR, source: Path | None = None
) -> "Dataset":
    """The whole question set; raises DatasetError."""
    from eval.datasets.load import load_dataset

    def texts() -> Iterable[Mapping[str, str]]:
        from eval.runs.prepare import quoted_texts

        return quoted_texts(var, source)

    return load_dataset(dataset, distractors or (), texts)
