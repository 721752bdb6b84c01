"""What is relevant in one snapshot: the gold is found in its texts, and what a ranking returned is graded by it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from corpus.documents import Passage
from eval import formulas
from eval.datasets.questions import Gold, Question, Unit, find_quote
from eval.runs.records import Ranked
from index.search import Hit
from service.answering.engine import Engine

DEPTH = 10  # passages or documents that are graded
SPAN_DEPTH = 5  # passages that span recall and precision are measured in
READ_DEPTH = 20  # passages that fill the 2,000 and 4,000 characters of recall_2000 and recall_4000
DOCUMENT_DEPTH = 50  # passages that hold 10 documents: several passages may be of one document
CONTEXT = 80  # characters on either side of a gold span that are shown with it
REMEMBERED = 64  # documents whose text and passages are kept: the questions of a set come document by document


class Grader:
    """Grades by the gold of a dataset, as it stands in the engine's snapshot. Safe to use from several threads."""

    def __init__(self, engine: Engine, unit: Unit) -> None:
        self._unit = unit
        self._documents = {info.id for info in engine.documents()}
        self._text = lru_cache(maxsize=REMEMBERED)(lambda document: engine.document(document).text)
        self._passages = lru_cache(maxsize=REMEMBERED)(engine.passages)

    @property
    def depth(self) -> int:
        """How many passages an engine must be asked for."""
        return READ_DEPTH if self._unit == "span" else DOCUMENT_DEPTH

    def find_gold(self, question: Question) -> tuple[Gold, ...]:
        """The gold where it stands in the snapshot: texts change, and quotes move with them. Without what is gone."""
        return tuple(gold for labelled in question.gold if (gold := self._find(labelled)))

    def _find(self, labelled: Gold) -> Gold | None:
        if labelled.document not in self._documents:
            return None
        if self._unit == "document":
            return labelled
        start = find_quote(self._text(labelled.document), labelled.quote, labelled.start)
        return None if start is None else replace(labelled, start=start, end=start + len(labelled.quote))

    def context(self, gold: Sequence[Gold]) -> str:
        """The text around the first span; empty where there is none or whole documents are judged."""
        if not gold or self._unit == "document":
            return ""
        first = gold[0]
        return self._text(first.document)[max(0, first.start - CONTEXT) : first.end + CONTEXT]

    def grade(self, passage: Passage, gold: Iterable[Gold]) -> float:
        """The highest relevance of the gold that the passage, or its document, holds; 0 where it holds none."""
        if self._unit == "document":
            return max((g.relevance for g in gold if g.document == passage.document), default=0)
        return max((g.relevance for g in gold if formulas.holds(passage, g)), default=0)

    def relevances(self, question: Question, gold: Sequence[Gold]) -> tuple[float, ...]:
        """The relevance of everything relevant in the snapshot: of judged documents, or of passages that hold gold."""
        if self._unit == "document":
            return tuple(g.relevance for g in question.gold)
        documents = dict.fromkeys(g.document for g in gold)
        grades = (self.grade(passage, gold) for name in documents for passage in self._passages(name))
        return tuple(grade for grade in grades if grade)

    def rank(self, hits: Sequence[Hit], gold: Sequence[Gold], took_ms: float) -> Ranked:
        """The hits of one ranking, graded; a document has the rank of its first passage."""
        if self._unit == "document":
            first = {hit.passage.document: hit.passage for hit in reversed(hits)}
            names = list(dict.fromkeys(hit.passage.document for hit in hits))[:DEPTH]
            grades = tuple(self.grade(first[name], gold) for name in names)
            return Ranked(tuple(names), grades, None, None, took_ms)
        passages = [hit.passage for hit in hits]
        return Ranked(
            ids=tuple(passage.id for passage in passages[:DEPTH]),
            grades=tuple(self.grade(passage, gold) for passage in passages[:DEPTH]),
            recall=formulas.span_recall(passages[:SPAN_DEPTH], gold),
            precision=formulas.span_precision(passages[:SPAN_DEPTH], gold),
            took_ms=took_ms,
            recall_2000=formulas.recall_within(passages, gold, 2000),
            recall_4000=formulas.recall_within(passages, gold, 4000),
        )
