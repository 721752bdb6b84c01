"""Runs and judgements in the format of TREC, which other programs read and write.

A line of a run: query, Q0, document, rank, score, tag. A line of judgements: query, 0, document, relevance. What is
ranked are passages, called `document:start-end`, or documents where whole documents are judged.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from corpus.errors import InputError
from eval.datasets.fields import document_id, read_text
from eval.datasets.questions import Dataset, Question
from eval.datasets.trec import escape, name_among
from eval.runs.grades import DEPTH, Grader
from eval.runs.records import HYBRID, Ranked, Record, Run
from service.answering.engine import Engine

TREC_SUFFIXES = (".trec", ".run", ".txt", ".res")  # of files that are taken for runs


def write_trec(engine: Engine, dataset: Dataset, run: Run, rankings: Path | None, qrels: Path | None) -> None:
    """Write what a run of the engine returned, and what is relevant, each where a file is named; raises InputError."""
    if rankings:
        _write(rankings, _ranking_lines(run))
    if qrels:
        _write(qrels, _qrels_lines(engine, dataset))


def _ranking_lines(run: Run) -> Iterator[str]:
    """The service's own ranking of every question; the score is 1 / rank."""
    return (
        f"{escape(record.id)} Q0 {escape(name)} {rank} {1 / rank:.6f} {escape(run.id)}\n"
        for record in run.records
        for rank, name in enumerate(record.rankings[HYBRID].ids, 1)
    )


def _qrels_lines(engine: Engine, dataset: Dataset) -> Iterator[str]:
    """How relevant every relevant passage of the engine's snapshot, or every judged document, is."""
    grader = Grader(engine, dataset.unit)
    return (
        f"{escape(question.id)} 0 {escape(name)} {grade:g}\n"
        for question in dataset.questions
        for name, grade in _judged(engine, grader, dataset, question).items()
    )


def _judged(engine: Engine, grader: Grader, dataset: Dataset, question: Question) -> dict[str, float]:
    """The relevance of everything relevant, by its name."""
    if dataset.unit == "document":
        return {gold.document: gold.relevance for gold in question.gold}
    gold = grader.find_gold(question)
    passages = (passage for name in dict.fromkeys(g.document for g in gold) for passage in engine.passages(name))
    return {passage.id: grade for passage in passages if (grade := grader.grade(passage, gold))}


def _write(path: Path, lines: Iterable[str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name a file in a folder of yours") from None


@dataclass(frozen=True, slots=True)
class _Scored:
    """A document that a run returned for a query."""

    query: str
    document: str
    rank: int
    score: float


def read_trec(path: Path, dataset: Dataset) -> Run:
    """A run of another program, graded by the documents that the set judges; it has no answers and no times.

    As in trec_eval, scores decide and not the ranks that the file states. Raises InputError where the set judges spans
    or a line is malformed.
    """
    if dataset.unit == "span":
        raise InputError(
            f"{path}: a TREC run ranks documents, but {dataset.name} judges spans; give --dataset a BEIR folder, "
            "or compare runs by their run.json"
        )
    questions = {question.id: question for question in dataset.questions}
    documents = {document.id for document in dataset.documents or ()}
    ranked: dict[str, list[_Scored]] = {}
    unknown: set[str] = set()
    for scored in _read_lines(path):
        query = name_among(scored.query, questions)
        if query in questions:
            ranked.setdefault(query, []).append(scored)
        else:
            unknown.add(query)
    notes = [*dataset.notes]
    if unknown:
        notes.append(f"{path}: queries that are not asked here, left out: {len(unknown)}")
    if missing := [name for name in questions if name not in ranked]:
        notes.append(f"{path}: questions without a ranking, counted as missed: {len(missing)}")
    if not ranked:
        raise InputError(f"{path}: ranks nothing for a question of {dataset.name}; give the run of that set and split")
    return Run(
        id=path.name,
        created="",
        dataset=dataset.name,
        sha256=dataset.sha256,
        unit=dataset.unit,
        snapshot="",
        settings={"split": "+".join(sorted(dataset.splits)) or None, "within": None, "trec": str(path)},
        notes=tuple(notes),
        records=tuple(_record(question, ranked.get(name, ()), documents) for name, question in questions.items()),
    )


def _read_lines(path: Path) -> Iterator[_Scored]:
    for number, line in enumerate(read_text(path).split("\n"), 1):
        cells = line.split()
        if not cells:
            continue
        try:
            query, _, document, rank, score, *_ = cells
            scored = _Scored(query, document, int(rank), float(score))
        except ValueError:
            raise InputError(f"{path}:{number}: expected TREC's query id, Q0, document id, rank, score, tag") from None
        if not isfinite(scored.score):
            raise InputError(f"{path}:{number}: score {score} is no number that can be ranked by")
        yield scored


def _record(question: Question, scored: Iterable[_Scored], documents: set[str]) -> Record:
    best_first = sorted(scored, key=lambda entry: (-entry.score, entry.rank))
    names = dict.fromkeys(_known_name(entry.document, documents) for entry in best_first)
    ids = tuple(names)[:DEPTH]
    relevance: Mapping[str, float] = {gold.document: gold.relevance for gold in question.gold}
    grades = tuple(relevance.get(name, 0) for name in ids)
    return Record(
        id=question.id,
        text=question.text,
        kind=question.kind,
        group=question.group,
        answerable=question.answerable,
        absent=not relevance.keys() & documents,
        gold=question.gold,
        context="",
        judged=tuple(gold.relevance for gold in question.gold),
        rankings={HYBRID: Ranked(ids, grades, None, None, None)},
        evidence=(),
        right=None,
        confidence=None,
        abstained=None,
        features={},
        signals={},
    )


def _known_name(written: str, documents: set[str]) -> str:
    name = name_among(written, documents)
    return name if name in documents else document_id(name)
