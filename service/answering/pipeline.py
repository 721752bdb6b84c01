"""The steps from a question to hits, and on to a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from corpus.documents import Passage
from index.encoding.encoder import EncodedQuery
from index.retrieval.fusion import LEXICAL_ONLY, Ranking
from index.search import Hit, Searcher, ServedSnapshot
from service.answering.answer import Decision, Evidence
from service.answering.choosing.choose import examine
from service.answering.citations.citer import Citer
from service.answering.confidence import Confidence
from service.answering.decide import decide
from service.answering.examined import Examined
from service.answering.lists.ordinals import put_ordinal_first
from service.answering.lists.steps import put_step_first
from service.answering.naming.definitions import put_definition_first
from service.answering.naming.entries import put_entry_first
from service.answering.naming.long_forms import put_long_form_first
from service.answering.naming.notes import put_notes_beside
from service.answering.objections import echoes
from service.answering.question.content_words import asks_in_english, correct_spelling, held_terms, is_read_by_encoder
from service.answering.question.scope import asks_for_more_than_quotes
from service.answering.question.spelling import meant, slips_of
from service.answering.reader.reader import MOST_READ, Reader
from service.answering.related.references import MOST_MEANT, by_title, referred_names
from service.answering.related.versions import mark_superseded
from service.answering.stages import Stopwatch
from service.answering.tables.first import put_extreme_first
from service.answering.understanding.told import without_unrelated

ANSWER_DEPTH = 5  # hits that an answer is looked for in, however many the caller wants to see
MOST_PASSAGES = 1000  # of one document that are looked through
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
        self._titles: Mapping[str, Sequence[str]] | None = None  # made for the first reference
        self.citer = Citer(snapshot)

    def search(
        self, question: str, depth: int, documents: frozenset[str] | None, ranking: Ranking | None = None
    ) -> Retrieved:
        """The `depth` best hits; with a `ranking`, no word is left out or corrected, and no version preferred."""
        stopwatch = Stopwatch()
        if ranking:
            return self._retrieve(question, depth, documents, stopwatch, ranking)
        related = without_unrelated(question, lambda asked: self._said_first(asked, documents, stopwatch))
        return self._search(related, depth, documents, stopwatch)

    def _search(self, question: str, depth: int, documents: frozenset[str] | None, stopwatch: Stopwatch) -> Retrieved:
        """The `depth` best hits for the question, its spelling corrected, with the versions that are preferred."""
        retrieved = self._retrieve(question, depth, documents, stopwatch)
        corrected = self._spell(retrieved, documents)
        if corrected != retrieved.query.text:
            retrieved = self._retrieve(corrected, depth, documents, stopwatch)
        return replace(retrieved, hits=mark_superseded(corrected, retrieved.hits))

    def answer(self, question: str, depth: int, documents: frozenset[str] | None, read: bool) -> Answered:
        """The decision made from the first hits, with the `depth` best of them; without the reader unless `read`."""
        retrieved = self.search(question, depth, documents)
        understood = retrieved.query.text
        named = self._spell(retrieved, documents, names=True)
        suggested = named if named.lower() != understood.lower() else None
        read_hits, others = self._with_referred(understood, *self._part(retrieved, documents), documents)
        reader = self._reader_of(understood) if read else None
        stopwatch = retrieved.stopwatch
        examined = examine(retrieved.query, read_hits, self._snapshot.lexical, reader, stopwatch)
        examined = put_extreme_first(examined, self._look_through)
        examined = put_step_first(examined, self._look_through)
        examined = put_ordinal_first(examined, self._look_through)
        examined = put_definition_first(examined, self._look_through)
        examined = put_entry_first(examined, self._look_through)
        examined = put_long_form_first(examined, self._look_through, self._snapshot.excerpt)
        examined = put_notes_beside(examined, self._look_through)
        hits = (examined.hits or read_hits) + others
        failed = reader is not None and bool(examined.best) and not examined.is_read
        decision = self._with_citations(decide(examined, self._confidence))
        return Answered(understood, suggested, decision, hits, failed, stopwatch)

    def examine(self, question: str, documents: frozenset[str] | None) -> Examined:
        """The first hits, every sentence compared and read."""
        retrieved = self.search(question, ANSWER_DEPTH, documents)
        understood = retrieved.query.text
        hits, _ = self._with_referred(understood, retrieved.hits, (), documents)
        return examine(retrieved.query, hits, self._snapshot.lexical, self._reader_of(understood))

    def _look_through(self, document: str) -> Sequence[Passage]:
        """Every passage of a document, in order; none of one that has too many to be looked through for a question."""
        record = self._snapshot.documents[self._snapshot.document_row(document)]
        is_short = record.last_passage - record.first_passage <= MOST_PASSAGES
        return self._snapshot.passages(document) if is_short else ()

    def _part(self, retrieved: Retrieved, documents: frozenset[str] | None) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
        """The hits that an answer is looked for in, and all others.

        A passage that only repeats the question is often the first hit. It must not keep others from being read.
        """
        question, hits = retrieved.query.text, retrieved.hits
        if not any(all(echoes(question, hit.passage)) for hit in hits[:ANSWER_DEPTH]):
            return hits[:ANSWER_DEPTH], hits[ANSWER_DEPTH:]
        more = self._search(question, LOOKED_THROUGH, documents, Stopwatch()).hits
        telling = self._searcher.rank_again([hit for hit in more if not all(echoes(question, hit.passage))])
        if not telling:
            return hits[:ANSWER_DEPTH], hits[ANSWER_DEPTH:]
        known = {hit.passage.id for hit in telling}
        last = [replace(hit, score=0.0) for hit in hits if hit.passage.id not in known]
        ranked = tuple(replace(hit, rank=rank) for rank, hit in enumerate([*telling, *last], 1))
        return ranked[:ANSWER_DEPTH], ranked[ANSWER_DEPTH:]

    def _with_referred(
        self, question: str, hits: tuple[Hit, ...], others: tuple[Hit, ...], documents: frozenset[str] | None
    ) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
        """The same, as many, with what the first hits refer to by its title in the place of the last that are read."""
        found = [self._search(question, 1, name, Stopwatch()) for name in self._referred(hits, documents)]
        referred = [hit for each in found for hit in each.hits[:1]]
        if not referred:
            return hits, others
        kept = hits[: max(1, min(len(hits), MOST_READ) - len(referred))]
        known = {hit.passage.id for hit in referred}
        last = [hit for hit in (*hits[len(kept) :], *others) if hit.passage.id not in known]
        unranked = (*kept, *(replace(hit, score=0.0) for hit in referred), *last)
        ranked = [replace(hit, rank=rank) for rank, hit in enumerate(unranked, 1)]
        first = len(kept) + len(referred)
        return tuple(ranked[:first]), tuple(ranked[first : len(hits) + len(others)])

    def _referred(self, hits: tuple[Hit, ...], documents: frozenset[str] | None) -> list[frozenset[str]]:
        """Each document whose title the hits refer to, where few have that title and none that is read is of it."""
        names = referred_names(hits)
        if names and self._titles is None:
            self._titles = by_title(record.info for record in self._snapshot.documents)
        called = (ids for name in names if len(ids := (self._titles or {}).get(name, ())) <= MOST_MEANT)
        held = {hit.passage.document for hit in hits[:MOST_READ]}
        found = dict.fromkeys(chain.from_iterable(called))
        meant = (each for each in found if each not in held and (documents is None or each in documents))
        return [frozenset((each,)) for each in islice(meant, MOST_MEANT)]

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
        """The question as the texts spell it: as `correct_spelling`; no name is taken for a word of the dictionary."""
        query, lexicon = retrieved.query, self._snapshot.lexical
        texts = [hit.passage.text for hit in retrieved.hits[:ANSWER_DEPTH]]
        in_english = not names and asks_in_english(query.text)

        def texts_with(stem: str) -> list[str]:
            found = self._retrieve(stem, 1, documents, retrieved.stopwatch, LEXICAL_ONLY)
            return [hit.passage.text for hit in found.hits]

        def look_up(word: str) -> str | None:
            return meant(word, slips_of(word) if in_english else [], texts, lexicon, texts_with)

        return correct_spelling(query, lexicon, look_up, names=names)

    def _said_first(self, question: str, documents: frozenset[str] | None, stopwatch: Stopwatch) -> frozenset[str]:
        """The terms of the first hit, with its headings."""
        hits = self._retrieve(question, 1, documents, stopwatch).hits
        return frozenset().union(*(held_terms(f"{hit.passage.context} {hit.passage.text}") for hit in hits))

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
