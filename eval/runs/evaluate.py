"""Ask an engine every question of a dataset, and record what came back."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType

from corpus.documents import Passage
from eval import formulas as metrics
from eval.datasets.questions import Dataset, Gold, Question, Unit, find_quote
from eval.runs.records import BM25, DENSE, HYBRID, Ranked, Record, Run, Settings
from index.build import Progress, silent
from index.retrieval.fusion import DENSE_ONLY, LEXICAL_ONLY, Ranking
from index.search import Hit
from service.answering.engine import Engine

BASELINES: Mapping[str, Ranking] = MappingProxyType({DENSE: DENSE_ONLY, BM25: LEXICAL_ONLY})
DEPTH = 10
SPAN_DEPTH = 5
READ_DEPTH = 20  # passages that a reader's room is filled from
TIMED = 200  # questions whose latency is measured where several are asked at the same time
_CONTEXT = 80


def evaluate(
    engine: Engine,
    dataset: Dataset,
    *,
    settings: Settings = MappingProxyType({}),
    baselines: Mapping[str, Ranking] = BASELINES,
    workers: int = 1,
    progress: Progress = silent,
) -> Run:
    """Ask every question, `workers` at a time, and search with the baselines for what there is to find."""
    engine.search(dataset.questions[0].text, top_k=1)  # the first pays for what loads lazily
    judge = _Judge(engine, dataset, baselines)
    records = _ask_all(judge, dataset.questions, workers, progress)
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


def _ask_all(judge: "_Judge", questions: Sequence[Question], workers: int, progress: Progress) -> list[Record]:
    """The records in the questions' order; of those asked side by side only a sample, asked again alone, is timed."""
    records = []
    with ThreadPoolExecutor(workers) as pool:
        for record in pool.map(judge.ask, questions):
            records.append(record)
            progress("ask", len(records), len(questions))
    if workers == 1:
        return records
    sample = {at * len(questions) // TIMED for at in range(TIMED)}
    return [judge.ask(questions[at]) if at in sample else _untimed(record) for at, record in enumerate(records)]


def _untimed(record: Record) -> Record:
    return replace(record, rankings={name: replace(one, took_ms=None) for name, one in record.rankings.items()})


def _notes(records: Sequence[Record], questions: Sequence[Question]) -> tuple[str, ...]:
    """What the snapshot does not hold, or holds elsewhere than labelled."""
    absent = [record.id for record in records if record.absent]
    few = ", ".join(absent[:5]) + (", ..." if len(absent) > 5 else "")
    moved = sum(len({*record.gold} - {*question.gold}) for record, question in zip(records, questions, strict=True))
    gone = f"questions about text that is not in the snapshot, counted as missed: {len(absent)} ({few})"
    elsewhere = f"labels found elsewhere in their document than labelled: {moved}"
    return tuple(note for note, known in ((gone, absent), (elsewhere, moved)) if known)


class _Judge:
    """Knows where the gold stands in one snapshot, and so what is relevant there. Safe to use from several threads."""

    def __init__(self, engine: Engine, dataset: Dataset, baselines: Mapping[str, Ranking]) -> None:
        self._engine = engine
        self._baselines = baselines
        self._unit: Unit = dataset.unit
        self._by_text = dataset.by_text
        self._known = {info.id for info in engine.documents()}
        self._text = lru_cache(maxsize=64)(lambda name: engine.document(name).text)
        self._passages = lru_cache(maxsize=64)(engine.passages)
        self._depth = READ_DEPTH if dataset.unit == "span" else 5 * DEPTH  # several passages may share a document

    def ask(self, question: Question) -> Record:
        """The reply and what the baselines rank; the best answer found is judged also where it was withheld."""
        gold = self._placed(question)
        reply = self._engine.ask(question.text, self._depth, question.among)
        rankings = {HYBRID: self._rank(reply.hits, gold, reply.took_ms)}
        for name, baseline in self._baselines.items() if question.answerable else ():
            found = self._engine.search(question.text, self._depth, question.among, baseline)
            rankings[name] = self._rank(found.hits, gold, found.took_ms)
        relevant = next((hit for hit in reply.hits if self._grade(hit.passage, gold)), None)
        evidence = reply.best_answer.evidence if reply.best_answer else ()
        return Record(
            id=question.id,
            text=question.text,
            kind=question.kind,
            group=question.group,
            answerable=question.answerable,
            absent=question.answerable and not gold,
            gold=gold or question.gold,
            context=self._context(gold[0]) if gold and self._unit == "span" else "",
            judged=self._judged(question, gold),
            rankings=rankings,
            evidence=evidence,
            right=metrics.answers(evidence, gold, by_text=self._by_text) if self._unit == "span" else None,
            confidence=reply.confidence,
            abstained=reply.abstained.code if reply.abstained else None,
            features=dict(reply.features),
            signals=dict(relevant.signals) if relevant else {},
        )

    def _placed(self, question: Question) -> tuple[Gold, ...]:
        """The gold where it stands in this snapshot: texts change, quotes move."""
        return tuple(placed for gold in question.gold if (placed := self._place(gold)))

    def _place(self, gold: Gold) -> Gold | None:
        if gold.document not in self._known:
            return None
        if self._unit == "document":
            return gold
        start = find_quote(self._text(gold.document), gold.quote, gold.start)
        if start is None:
            return None
        return replace(gold, start=start, end=start + len(gold.quote))

    def _context(self, gold: Gold) -> str:
        return self._text(gold.document)[max(0, gold.start - _CONTEXT) : gold.end + _CONTEXT]

    def _grade(self, passage: Passage, gold: Iterable[Gold]) -> int:
        if self._unit == "document":
            return max((g.relevance for g in gold if g.document == passage.document), default=0)
        return max((g.relevance for g in gold if metrics.holds(passage, g)), default=0)

    def _judged(self, question: Question, gold: Sequence[Gold]) -> tuple[int, ...]:
        """Relevances of everything relevant: judgements of spans are projected onto the snapshot's passages."""
        if self._unit == "document":
            return tuple(g.relevance for g in question.gold)
        documents = dict.fromkeys(g.document for g in gold)
        grades = (self._grade(passage, gold) for name in documents for passage in self._passages(name))
        return tuple(grade for grade in grades if grade)

    def _rank(self, hits: Sequence[Hit], gold: Sequence[Gold], took_ms: float) -> Ranked:
        if self._unit == "document":
            first = {hit.passage.document: hit.passage for hit in reversed(hits)}
            order = list(dict.fromkeys(hit.passage.document for hit in hits))[:DEPTH]
            grades = tuple(self._grade(first[name], gold) for name in order)
            return Ranked(tuple(order), grades, None, None, took_ms)
        passages = [hit.passage for hit in hits]
        top = passages[:SPAN_DEPTH]
        return Ranked(
            ids=tuple(passage.id for passage in passages[:DEPTH]),
            grades=tuple(self._grade(passage, gold) for passage in passages[:DEPTH]),
            recall=metrics.span_recall(top, gold),
            precision=metrics.span_precision(top, gold),
            took_ms=took_ms,
            recall_2000=metrics.recall_within(passages, gold, 2000),
            recall_4000=metrics.recall_within(passages, gold, 4000),
        )
