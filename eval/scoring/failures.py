"""Why questions were missed: every missed question has exactly one cause."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from corpus.errors import InputError
from eval.runs.records import BM25, DENSE, HYBRID, Record, Run, first_rank

Cause: TypeAlias = Literal[
    "not in the corpus",
    "cut by passage boundaries",
    "ranked too low",
    "right passage, wrong sentence",
    "wrongly refused",
    "wrongly answered",
]
CAUSES: tuple[Cause, ...] = get_args(Cause)


@dataclass(frozen=True, slots=True)
class Failure:
    """A missed question and its cause; `signal` names the signals to blame where it was ranked too low, else empty."""

    record: Record
    cause: Cause
    signal: str


def find_failures(run: Run) -> tuple[Failure, ...]:
    """Every missed question of the run, in its order."""
    return tuple(
        Failure(record, cause, _signal_to_blame(record) if cause == "ranked too low" else "")
        for record in run.records
        if (cause := cause_of(record))
    )


def check_cause(cause: str | None) -> None:
    """Raise InputError where no cause is called so; None stands for any."""
    if cause is not None and cause not in CAUSES:
        raise InputError(f"no cause is called {cause!r}; give one of: {'; '.join(CAUSES)}")


def cause_of(record: Record) -> Cause | None:
    """The first thing that went wrong on the way from text to answer; None where nothing did.

    A question whose answer was not asked for, or cannot be judged, is missed unless something relevant comes first.
    """
    if not record.answerable:
        return None if record.abstained or record.confidence is None else "wrongly answered"
    if record.right:
        return "wrongly refused" if record.abstained else None
    if record.absent:
        return "not in the corpus"
    if not record.judged:
        return "cut by passage boundaries"
    relevant_first = first_rank(record) == 1
    if record.right is None:
        return None if relevant_first else "ranked too low"
    return "right passage, wrong sentence" if relevant_first or _quotes_relevant(record) else "ranked too low"


def _quotes_relevant(record: Record) -> bool:
    """Whether the answer was quoted from a relevant passage."""
    grades = record.rankings[HYBRID].grades
    ranks = (evidence.passage for evidence in record.evidence)
    return any(rank <= len(grades) and grades[rank - 1] > 0 for rank in ranks)


def _signal_to_blame(record: Record) -> str:
    """The signals that, ranking alone, did not put something relevant first; empty where that was not asked."""
    if not {DENSE, BM25} <= record.rankings.keys():
        return ""
    to_blame = [name for name in (DENSE, BM25) if first_rank(record, name) != 1]
    return " and ".join(to_blame) or "the fusion"


def count_causes(failures: Iterable[Failure]) -> Counter[tuple[Cause, str]]:
    """How many failures each cause and signal has."""
    return Counter((failure.cause, failure.signal) for failure in failures)


def describe(failure: Failure) -> str:
    """The case on a few lines: the question, the gold in its context, what was ranked first, what was answered."""
    record = failure.record
    title = f"{failure.cause} ({failure.signal})" if failure.signal else failure.cause
    facts = [("question", record.text)]
    for gold in record.gold[:1]:
        quote = _one_line(gold.quote)
        context = _one_line(record.context).replace(quote, f"[{quote}]", 1) if quote else ""
        facts.append(("gold", f"{gold.document}:{gold.start}-{gold.end}  {context or quote}"))
    for name, ranked in record.rankings.items():
        rank = first_rank(record, name)
        relevant = f"relevant at {rank}" if rank else "nothing relevant"
        facts.append((name, f"{relevant}, first {ranked.ids[0]}" if ranked.ids else "nothing found"))
    for evidence in record.evidence:
        span = f"{evidence.document}:{evidence.start}-{evidence.end}"
        facts.append(("answer", f"{span}  {_one_line(evidence.quote)}"))
    if record.confidence is not None:
        facts.append(("confidence", f"{record.confidence:.2f}, {record.abstained or 'answered'}"))
    return "\n".join([f"{record.id}  {title}", *(f"  {name:<10}  {fact}" for name, fact in facts)])


def _one_line(text: str) -> str:
    return " ".join(text.split())
