"""The engine: one open snapshot that answers questions. It is immutable, and all threads share it."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.canonical import canonical
from corpus.documents import Document, DocumentInfo, Passage
from corpus.errors import InputError
from corpus.folding import fold
from index.catalogue import DocumentPage, MetadataIndex, page_of
from index.encoding.encoder import EncodedQuery, Encoder
from index.encoding.open import open_encoder
from index.retrieval.fusion import Ranking
from index.search import Hit, Searcher, ServedSnapshot
from index.snapshots.manifest import Model
from index.stores import ServedStore
from service.answering.answer import Decision, Reply
from service.answering.confidence import Confidence
from service.answering.decide import decide
from service.answering.question import correct_spelling
from service.answering.quotes import Verdict, check_quote
from service.answering.versions import mark_superseded

ANSWER_DEPTH = 5  # hits that an answer is looked for in, however many the caller wants to see


@dataclass(frozen=True, slots=True)
class SearchReply:
    """Passages only; `understood` as in `service.answering.answer.Reply`."""

    query: str
    hits: tuple[Hit, ...]
    snapshot: str
    took_ms: float
    understood: str | None = None


@dataclass(frozen=True, slots=True)
class _Retrieved:
    """Hits, best first, and the query that they were retrieved with."""

    query: EncodedQuery
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Answered:
    """A decision, the hits that it was made from, and the question as it was understood."""

    understood: str
    decision: Decision
    hits: tuple[Hit, ...]


class _Pipeline:
    """The steps from a question to hits, and on to a decision."""

    def __init__(self, snapshot: ServedSnapshot, searcher: Searcher, confidence: Confidence) -> None:
        self._snapshot = snapshot
        self._searcher = searcher
        self._confidence = confidence

    def search(
        self, question: str, depth: int, documents: frozenset[str] | None, ranking: Ranking | None = None
    ) -> _Retrieved:
        """The `depth` best hits; with a `ranking`, no spelling is corrected and no version preferred."""
        retrieved = self._retrieve(question, depth, documents, ranking)
        if ranking:
            return retrieved
        texts = (hit.passage.text for hit in retrieved.hits[:ANSWER_DEPTH])
        corrected = correct_spelling(retrieved.query, texts, self._snapshot.lexical)
        if corrected != retrieved.query.text:
            retrieved = self._retrieve(corrected, depth, documents)
        return replace(retrieved, hits=mark_superseded(corrected, retrieved.hits))

    def answer(self, question: str, depth: int, documents: frozenset[str] | None) -> _Answered:
        """The decision made from the first hits, with the `depth` best of them."""
        retrieved = self.search(question, depth, documents)
        query, hits = retrieved.query, retrieved.hits
        decision = decide(query, hits[:ANSWER_DEPTH], self._snapshot.lexical, self._confidence)
        return _Answered(query.text, decision, hits)

    def _retrieve(
        self, question: str, depth: int, documents: frozenset[str] | None, ranking: Ranking | None = None
    ) -> _Retrieved:
        query, hits = self._searcher.search(question, depth, documents, ranking)
        return _Retrieved(query, tuple(hits))


class Engine:
    """Holds one snapshot for its whole life."""

    def __init__(
        self,
        snapshot: ServedSnapshot,
        encoder: Encoder,
        confidence: Confidence | None = None,
        ranking: Ranking = Ranking(),
        remembered: int = 0,
    ) -> None:
        """Take the snapshot's own confidence where None is given; raises ModelMismatch, ModelError.

        The replies to the last `remembered` questions are kept as long as the engine lives, as are those to searches.
        """
        snapshot.require(encoder)
        self._snapshot = snapshot
        fitted = snapshot.confidence
        confidence = confidence or (Confidence.load() if fitted is None else Confidence.parse(fitted))
        pipeline = _Pipeline(snapshot, Searcher(snapshot, encoder, ranking), confidence)
        # The caches hold the pipeline, which does not know them. Methods of the engine's own would make a reference
        # cycle, and an engine that was replaced would keep its snapshot in memory until garbage is collected.
        self._documents: tuple[DocumentInfo, ...] | None = None  # sorted when they are first asked for
        self._metadata: MetadataIndex | None = None  # made for the first filter
        self._search = lru_cache(remembered)(pipeline.search)
        self._answer = lru_cache(remembered)(pipeline.answer)

    @classmethod
    def open(
        cls,
        store: ServedStore,
        snapshot: str | None = None,
        ranking: Ranking = Ranking(),
        confidence: Confidence | None = None,
        remembered: int = 0,
    ) -> "Engine":
        """Open the named snapshot (the active one where None), every checksum verified, and the encoder it names."""
        opened = store.open(snapshot)
        return cls(opened, load_encoder(store, opened.manifest.model), confidence, ranking, remembered)

    @property
    def snapshot(self) -> str:
        """The id of the snapshot."""
        return self._snapshot.id

    def ask(
        self,
        question: str,
        top_k: int = 5,
        documents: Collection[str] | None = None,
        filter: Mapping[str, str] | None = None,  # noqa: A002
    ) -> Reply:
        """Answer, or abstain; raises InputError on an empty question, NotFoundError on an unknown document.

        Only passages of these `documents` count (of all where None), and of them only those whose metadata has every
        value of the `filter`.
        """
        started = time.perf_counter()
        canonical_question = _canonical(question)
        answered = self._answer(canonical_question, max(top_k, ANSWER_DEPTH), self._select(documents, filter))
        decision = answered.decision
        return Reply(
            question=question,
            confidence=decision.confidence,
            answer=decision.answer,
            abstained=decision.abstained,
            best_answer=decision.best_answer,
            features=decision.features,
            hits=answered.hits[:top_k],
            snapshot=self.snapshot,
            took_ms=_milliseconds_since(started),
            understood=None if answered.understood == canonical_question else answered.understood,
        )

    def search(
        self,
        query: str,
        top_k: int = 5,
        documents: Collection[str] | None = None,
        ranking: Ranking | None = None,
        filter: Mapping[str, str] | None = None,  # noqa: A002
    ) -> SearchReply:
        """Passages, best first, ranked as the engine does unless told otherwise; raises as `ask` does."""
        started = time.perf_counter()
        canonical_query = _canonical(query)
        retrieved = self._search(canonical_query, top_k, self._select(documents, filter), ranking)
        text = retrieved.query.text
        understood = None if text == canonical_query else text
        return SearchReply(query, retrieved.hits, self.snapshot, _milliseconds_since(started), understood)

    def documents(self) -> tuple[DocumentInfo, ...]:
        """Every document, in the order of their ids."""
        if self._documents is None:
            infos = (record.info for record in self._snapshot.documents)
            self._documents = tuple(sorted(infos, key=lambda info: info.id))
        return self._documents

    def list_documents(self, limit: int | None = None, after: str = "", words: str = "") -> DocumentPage:
        """A page of the documents, as `index.catalogue.page_of` gives it."""
        return page_of(self.documents(), limit, after, words)

    def document(self, document: str) -> Document:
        """One document with its text; raises NotFoundError."""
        return self._snapshot.document(document)

    def passages(self, document: str) -> tuple[Passage, ...]:
        """Every passage of one document, in order; raises NotFoundError."""
        return self._snapshot.passages(document)

    def verify(self, document: str, start: int, end: int, quote: str) -> Verdict:
        """Compare a quote with the text at its position; raises NotFoundError where there is no such document."""
        return check_quote(self.document(document), start, end, quote)

    def _select(self, documents: Collection[str] | None, filter: Mapping[str, str] | None) -> frozenset[str] | None:  # noqa: A002
        """The ids of the documents to look in; None for all."""
        if not filter:
            return None if documents is None else frozenset(documents)
        if self._metadata is None:
            self._metadata = MetadataIndex(self.documents())
        return self._metadata.select(filter, documents)


def load_encoder(store: ServedStore, model: Model) -> Encoder:
    """The encoder that made a snapshot, loaded once in a process; raises ModelError."""
    return open_encoder(store.root / "models", model.variant, threads=1)  # questions come one at a time


def _canonical(question: str) -> str:
    """The question in the same canonical form as the texts; raises InputError where nothing is left."""
    text = " ".join(fold(canonical(question)).text.split())
    if not text:
        raise InputError("the question is empty; ask something in plain language")
    return text


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
