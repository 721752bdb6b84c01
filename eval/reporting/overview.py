"""A run as the service shows it: figures by kind and genre, and each failure with what was expected and given.

The service reads this file with `service.schemas.evaluation`; neither imports the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from eval.reporting.tables import Json, run_summary
from eval.runs.records import Run
from eval.scoring.failures import Failure, find_failures
from eval.scoring.groups import score_groups
from eval.scoring.scores import Score

OVERVIEW = "overview.json"
VERSION = 1  # of the file; raised when a service of before can no longer read it
MOST_FAILURES = 500  # that are listed; all are counted
MOST_QUOTES = 3  # of what was expected, and of what was given
MOST_QUOTED = 1000  # characters of one quote


class _Quoted(Protocol):
    """Gold or evidence."""

    @property
    def document(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def quote(self) -> str: ...


def overview(run: Run, scores: Sequence[Score]) -> dict[str, Json]:
    """The run as JSON: of the failures the first `MOST_FAILURES`, in the order of the questions."""
    failures = find_failures(run)
    values: dict[str, Any] = {
        "version": VERSION,
        **run_summary(run, scores),
        "by_kind": [asdict(group) for group in score_groups(run, "kind")],
        "by_genre": [asdict(group) for group in score_groups(run, "genre")],
        "failed": len(failures),
        "failures": [_failure(failure) for failure in failures[:MOST_FAILURES]],
    }
    return values


def _failure(failure: Failure) -> dict[str, Json]:
    """One missed question; nothing is expected where the text does not answer, and nothing given where none was asked.

    `given` is the best answer found, which was withheld where there is a code of a refusal.
    """
    record = failure.record
    return {
        "id": record.id,
        "question": record.text,
        "kind": record.kind,
        "genre": record.genre,
        "cause": failure.cause,
        "signal": failure.signal,
        "expected": _quotes(record.gold if record.answerable else ()),
        "given": _quotes(record.evidence),
        "abstained": record.abstained,
        "confidence": record.confidence,
        "level": record.level,
    }


def _quotes(quoted: Iterable[_Quoted]) -> list[Json]:
    """Where each stands, and what it says. A long one is cut, and its end with it, so that the two still agree."""
    cut = [(each, each.quote[:MOST_QUOTED]) for each in list(quoted)[:MOST_QUOTES]]
    return [
        {"document": each.document, "start": each.start, "end": each.start + len(quote), "quote": quote}
        for each, quote in cut
    ]
