"""The commands about the check of written statements."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.defaults import STATEMENTS, VAR
from eval.options import Encoder, Reader, Var

if TYPE_CHECKING:
    from eval.fitting.support import Example, Given
    from service.answering.statements.weights import SupportWeights
    from service.answering.written.support import SupportCheck

Passages = Annotated[str, typer.Option(help="cited: the passages that a statement is about; five: these among five.")]


def measure_support(
    statements: Annotated[Path, typer.Argument(help="Labelled statements.")] = STATEMENTS / "report.jsonl",
    given: Passages = "cited",
    var: Var = VAR,
    encoder: Encoder = "auto",
    reader: Reader = "shipped",
) -> None:
    """Measure the check of written statements: precision, recall, and what it catches; a line of JSON for each."""
    from eval.fitting.support import measure

    check, examples = _prepare(statements, given, var, encoder, reader)
    for share in measure(check, examples):
        typer.echo(json.dumps(share.as_json()))


def fit_support(
    statements: Annotated[Path, typer.Argument(help="Labelled statements.")] = STATEMENTS / "fit.jsonl",
    out: Annotated[Path | None, typer.Option(help="Where to.", show_default="printed only")] = None,
    precision: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of supported that has to be.")] = 0.9,
    given: Passages = "cited",
    var: Var = VAR,
    encoder: Encoder = "auto",
) -> None:
    """Fit what the check weighs, with and without a reader. The numbers in use lie in service/answering/statements."""
    from eval.fitting.support import fit_support, save
    from service.answering.confidence import Regression
    from service.answering.statements.weights import SupportWeights

    # The weights in use decide nothing here, and may be what cannot be read.
    unfitted = Regression({}, 0.0, 0.5)
    check, examples = _prepare(statements, given, var, encoder, "shipped", SupportWeights(unfitted, unfitted))
    numbers = fit_support(check, examples, precision)
    if out:
        save(numbers, out)
    typer.echo(json.dumps(numbers))


def _prepare(
    statements: Path, given: str, var: Path, encoder: str, reader: str, weights: "SupportWeights | None" = None
) -> "tuple[SupportCheck, list[Example]]":
    from corpus.errors import InputError
    from eval.fitting.statements import read_statements
    from eval.fitting.support import GIVEN, examples
    from index.encoding.open import open_encoder
    from service.answering.reader.reader import open_reader
    from service.answering.written.support import SupportCheck

    known: dict[str, Given] = {each: each for each in GIVEN}
    if given not in known:
        raise InputError(f"{given}: no such choice of passages; use one of {', '.join(GIVEN)}")
    labelled = read_statements(statements)
    opened = open_encoder(var / "models", encoder)
    check = SupportCheck(open_reader(reader), opened, weights)
    return check, examples(labelled, opened, known[given])
