"""Ask an engine every question of a dataset, and record what came back."""

import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType

from eval import formulas
from eval.datasets.questions import Dataset, Question
from eval.runs.grades import Grader
from eval.runs.records import BM25, DENSE, HYBRID, Record, Run, Settings
from index.build import Progress, silent
from index.retrieval.fusion import DENSE_ONLY, LEXICAL_ONLY, Ranking
from service.answering.engine import Engine

BASELINES: Mapping[str, Ranking] = MappingProxyType({DENSE: DENSE_ONLY, BM25: LEXICAL_ONLY})
TIMED = 200  # questions whose latency is measured where several are asked at the same time


def evaluate(
    engine: Engine,
    dataset: Dataset,
    *,
    settings: Settings = MappingProxyType({}),
    baselines: Mapping[str, Ranking] = BASELINES,
    workers: int = 1,
    timed: int = TIMED,
    progress: Progress = silent,
) -> Run:
    """Ask every question, `workers` at a time; where it is answerable, search with each baseline as well.

    With several workers the questions slow each other down. Then latency is measured on `timed` of them, which are
    asked once more, one after another.
    """
    engine.search(dataset.questions[0].text, top_k=1)  # not recorded: the first search also loads what is loaded late
    ask = partial(_ask, engine, Grader(engine, dataset.unit), dataset, baselines)
    records = []
    with ThreadPoolExecutor(workers) as pool:
        for record in pool.map(ask, dataset.questions):
            records.append(record)
            progress("ask", len(records), len(dataset.questions))
    if workers > 1:
        sample = {number * len(records) // timed for number in range(timed)}
        records = [
            ask(question) if number in sample else _without_times(record)
            for number, (question, record) in enumerate(zip(dataset.questions, records, strict=True))
        ]
    within = "article" if any(question.among is not None for question in dataset.questions) else None
    now = datetime.now(UTC)
    return Run(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        created=now.isoformat(timespec="seconds"),
        dataset=dataset.name,
        sha256=dataset.sha256,
        unit=dataset.unit,
        snapshot=engine.snapshot,
        settings={"split": "+".join(sorted(dataset.splits)) or None, "within": within, **settings},
        notes=(*dataset.notes, *_notes(records, dataset.questions)),
        records=tuple(records),
    )


def _ask(
    engine: Engine, grader: Grader, dataset: Dataset, baselines: Mapping[str, Ranking], question: Question
) -> Record:
    """Ask one question; the best answer found is judged also where it was withheld."""
    gold = grader.find_gold(question)
    reply = engine.ask(question.text, grader.depth, question.among)
    rankings = {HYBRID: grader.rank(reply.hits, gold, reply.took_ms)}
    for name, ranking in baselines.items() if question.answerable else ():
        searched = engine.search(question.text, grader.depth, question.among, ranking)
        rankings[name] = grader.rank(searched.hits, gold, searched.took_ms)
    relevant = next((hit for hit in reply.hits if grader.grade(hit.passage, gold)), None)
    evidence = reply.best_answer.evidence if reply.best_answer else ()
    return Record(
        id=question.id,
        text=question.text,
        kind=question.kind,
        group=question.group,
        answerable=question.answerable,
        absent=question.answerable and not gold,
        gold=gold or question.gold,
        context=grader.context(gold),
        judged=grader.relevances(question, gold),
        rankings=rankings,
        evidence=evidence,
        right=formulas.answers(evidence, gold, by_text=dataset.by_text) if dataset.unit == "span" else None,
        confidence=reply.confidence,
        abstained=reply.abstained.code if reply.abstained else None,
        features=dict(reply.features),
        signals=dict(relevant.signals) if relevant else {},
        genre=question.genre,
        level=reply.level,
        short=reply.best_answer.short.text if reply.best_answer and reply.best_answer.short else None,
    )


def _without_times(record: Record) -> Record:
    rankings = {name: replace(ranked, took_ms=None) for name, ranked in record.rankings.items()}
    return replace(record, rankings=rankings)


def _notes(records: Sequence[Record], questions: Sequence[Question]) -> tuple[str, ...]:
    """What the snapshot does not hold, and what it holds elsewhere than labelled."""
    notes = []
    if absent := [record.id for record in records if record.absent]:
        few = ", ".join(absent[:5]) + (", ..." if len(absent) > 5 else "")
        notes.append(f"questions about text that is not in the snapshot, counted as missed: {len(absent)} ({few})")
    moved = sum(len({*record.gold} - {*question.gold}) for record, question in zip(records, questions, strict=True))
    if moved:
        notes.append(f"labels found elsewhere in their document than labelled: {moved}")
    return tuple(notes)
