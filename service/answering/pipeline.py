"""The steps from a question to hits, and on to a decision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from index.encoding.encoder import EncodedQuery
from index.retrieval.fusion import LEXICAL_ONLY, Ranking
from index.retrieval.stemming import stem
from index.retrieval.words import WORD
from index.search import Hit, Searcher, ServedSnapshot
from service.answering.answer import Decision, Evidence
from service.answering.choose import Examined, examine
from service.answering.citations.citer import Citer
from service.answering.confidence import Confidence
from service.answering.decide import decide
from service.answering.objections import echoes
from service.answering.question.content_words import correct_spelling, is_read_by_encoder
from service.answering.question.scope import asks_for_more_than_quotes
from service.answering.question.spelling import most_similar
from service.answering.reader.reader import Reader
from service.answering.stages import Stopwatch
from service.answering.tables.first import put_extreme_first
from service.answering.versions import mark_superseded

ANSWER_DEPTH = 5  # hits that an answer is looked for in, however many the caller wants to see
# How similar a word of another passage than the hits has to be to a misspelt one. A large index holds many words that
# look like any other.
SIMILAR_ANYWHERE = 0.87
LOOKED_THROUGH = 20  # hits among which those are looked for that do more than repeat the question


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Hits, best first, the query that they were retrieved with, and what all of it took."""

    query: EncodedQuery
    hits: tuple[Hit, ...]
    stopwatch: Stopwatch


@dataclass(frozen=True, slots=True)
class Answered:
    """A decision, the hits that it was made from, the question as it was understood, and as it may have been meant."""

    understood: str
    suggested: str | None
    decision: Decision
    hits: tuple[Hit, ...]
    reader_failed: bool
    stopwatch: Stopwatch


class Pipeline:
    """The steps from a question to hits, and on to a decision."""

    def __init__(
        self, snapshot: ServedSnapshot, searcher: Searcher, confidence: Confidence, reader: Reader | None
    ) -> None:
        self._snapshot = snapshot
        self._searcher = searcher
        self._confidence = confidence
        self._reader = reader
        self.citer = Citer(snapshot)

    def search(
        self, question: str, depth: int, documents: frozenset[str] | None, ranking: Ranking | None = None
    ) -> Retrieved:
        """The `depth` best hits; with a `ranking`, no spelling is corrected and no version preferred."""
        retrieved = self._retrieve(question, depth, documents, Stopwatch(), ranking)
        if ranking:
            return retrieved
        corrected = self._spell(retrieved, documents)
        if corrected != retrieved.query.text:
            retrieved = self._retrieve(corrected, depth, documents, retrieved.stopwatch)
        return replace(retrieved, hits=mark_superseded(corrected, retrieved.hits))

    def answer(self, question: str, depth: int, documents: frozenset[str] | None, read: bool) -> Answered:
        """The decision made from the first hits, with the `depth` best of them; without the reader unless `read`."""
        retrieved = self.search(question, depth, documents)
        understood = retrieved.query.text
        named = self._spell(retrieved, documents, names=True)
        suggested = named if named.lower() != understood.lower() else None
        read_hits, others = self._part(retrieved, documents)
        reader = self._reader_of(understood) if read else None
        stopwatch = retrieved.stopwatch
        examined = examine(retrieved.query, read_hits, self._snapshot.lexical, reader, stopwatch)
        examined = put_extreme_first(examined, self._snapshot.passages)
        hits = (examined.hits or read_hits) + others
        failed = reader is not None and bool(examined.best) and not examined.is_read
        decision = self._with_citations(decide(examined, self._confidence))
        return Answered(understood, suggested, decision, hits, failed, stopwatch)

    def examine(self, question: str, documents: frozenset[str] | None) -> Examined:
        """The first hits, every sentence compared and read."""
        retrieved = self.search(question, ANSWER_DEPTH, documents)
        reader = self._reader_of(retrieved.query.text)
        return examine(retrieved.query, retrieved.hits, self._snapshot.lexical, reader)

    def _part(self, retrieved: Retrieved, documents: frozenset[str] | None) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
        """The hits that an answer is looked for in, and all others.

        A passage that only repeats the question is often the first hit. It must not keep others from being read.
        """
        question, hits = retrieved.query.text, retrieved.hits
        if not any(all(echoes(question, hit.passage)) for hit in hits[:ANSWER_DEPTH]):
            return hits[:ANSWER_DEPTH], hits[ANSWER_DEPTH:]
        more = self.search(question, LOOKED_THROUGH, documents).hits
        telling = self._searcher.rank_again([hit for hit in more if not all(echoes(question, hit.passage))])
        if not telling:
            return hits[:ANSWER_DEPTH], hits[ANSWER_DEPTH:]
        known = {hit.passage.id for hit in telling}
        last = [replace(hit, score=0.0) for hit in hits if hit.passage.id not in known]
        ranked = tuple(replace(hit, rank=rank) for rank, hit in enumerate([*telling, *last], 1))
        return ranked[:ANSWER_DEPTH], ranked[ANSWER_DEPTH:]

    def _reader_of(self, question: str) -> Reader | None:
        """The reader, where it can do anything for the question."""
        return self._reader if is_read_by_encoder(question) and not asks_for_more_than_quotes(question) else None

    def _with_citations(self, decision: Decision) -> Decision:
        """The decision, with citations in the evidence that it shows."""
        if answer := decision.answer:
            return replace(decision, answer=replace(answer, evidence=tuple(map(self._cited, answer.evidence))))
        if (abstained := decision.abstained) and abstained.nearest:
            return replace(decision, abstained=replace(abstained, nearest=self._cited(abstained.nearest)))
        return decision

    def _cited(self, evidence: Evidence) -> Evidence:
        return replace(evidence, citation=self.citer.cite_evidence(evidence.document, evidence.start, evidence.end))

    def _spell(self, retrieved: Retrieved, documents: frozenset[str] | None, *, names: bool = False) -> str:
        """The question as the texts spell it: as `correct_spelling`."""
        texts = [hit.passage.text for hit in retrieved.hits[:ANSWER_DEPTH]]
        look_up = partial(self._look_up, texts=texts, documents=documents, stopwatch=retrieved.stopwatch)
        return correct_spelling(retrieved.query, self._snapshot.lexical, look_up, names=names)

    def _look_up(
        self, word: str, texts: Sequence[str], documents: frozenset[str] | None, stopwatch: Stopwatch
    ) -> str | None:
        """The word, as these texts write it, that a misspelt one looks most like; else one of the whole index."""
        written: dict[str, str] = {known.lower(): known for text in texts for known in WORD.findall(text)}
        if lookalike := most_similar(word, sorted(written)):
            return written[lookalike.word]
        known_stem = most_similar(stem(word), self._snapshot.lexical.vocabulary, SIMILAR_ANYWHERE)
        if known_stem is None:
            return None
        # The index holds stems. A passage that holds this one writes the word out.
        hits = self._retrieve(known_stem.word, 1, documents, stopwatch, LEXICAL_ONLY).hits
        held: Iterator[str] = (known for hit in hits for known in WORD.findall(hit.passage.text))
        return next((known for known in held if stem(known.lower()) == known_stem.word), None)

    def _retrieve(
        self,
        question: str,
        depth: int,
        documents: frozenset[str] | None,
        stopwatch: Stopwatch,
        ranking: Ranking | None = None,
    ) -> Retrieved:
        with stopwatch.time("encode"):
            query = self._searcher.encode(question)
        with stopwatch.time("search"):
            hits = tuple(self._searcher.find(query, depth, documents, ranking))
        return Retrieved(query, hits, stopwatch)
