"""One open snapshot that answers questions: immutable, shared by all threads, knows no web."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from corpus.canonical import canonical
from corpus.documents import Document, DocumentInfo, Passage
from corpus.errors import InputError
from index.encoding.encoder import EncodedQuery, Encoder
from index.encoding.open import open_encoder
from index.retrieval.fusion import Ranking
from index.search import Hit, Searcher, ServedSnapshot
from index.snapshots.manifest import Model
from index.stores import ServedStore
from service.answering.answer import Decision, Reply, decide
from service.answering.confidence import Confidence
from service.answering.question import respelt

ANSWER_DEPTH = 5  # hits that are looked at for an answer, however many the caller wants to see


@dataclass(frozen=True, slots=True)
class SearchReply:
    """Passages only; `understood` as in `service.answering.answer.Reply`."""

    query: str
    hits: tuple[Hit, ...]
    snapshot: str
    took_ms: float
    understood: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a quote stands where it is said to stand; `reason` says why, for people, in both cases."""

    valid: bool
    reason: str


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
        """The snapshot's own confidence where None; raises ModelMismatch where another encoder made the snapshot.

        So many questions, the last ones, are remembered with what was found for them, as long as the engine lives.
        """
        snapshot.require(encoder)
        self._snapshot = snapshot
        fitted = snapshot.confidence
        loaded = confidence or (Confidence.load() if fitted is None else Confidence.parse(fitted))
        searcher = Searcher(snapshot, encoder, ranking)

        def search(
            asked: str, depth: int, documents: frozenset[str] | None, ranking: Ranking | None = None
        ) -> tuple[EncodedQuery, list[Hit]]:
            query, hits = searcher.search(asked, depth, documents, ranking)
            texts = (hit.passage.text for hit in hits[:ANSWER_DEPTH])
            if ranking or (meant := respelt(query, texts, snapshot.lexical)) == query.text:
                return query, hits
            return searcher.search(meant, depth, documents)

        def answer(asked: str, depth: int, documents: frozenset[str] | None) -> tuple[str, Decision, list[Hit]]:
            query, hits = search(asked, depth, documents)
            return query.text, decide(query, hits[:ANSWER_DEPTH], snapshot.lexical, loaded), hits

        self._search = lru_cache(remembered)(search)
        self._answer = lru_cache(remembered)(answer)

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

    def ask(self, question: str, top_k: int = 5, documents: Collection[str] | None = None) -> Reply:
        """Answer, or abstain; raises InputError on an empty question, NotFoundError on an unknown document."""
        started = time.perf_counter()
        asked = _asked(question)
        meant, decision, hits = self._answer(asked, max(top_k, ANSWER_DEPTH), _filter(documents))
        return Reply(
            question=question,
            confidence=decision.confidence,
            answer=decision.answer,
            abstained=decision.abstained,
            candidate=decision.candidate,
            features=decision.features,
            hits=tuple(hits[:top_k]),
            snapshot=self.snapshot,
            took_ms=_since(started),
            understood=None if meant == asked else meant,
        )

    def search(
        self, query: str, top_k: int = 5, documents: Collection[str] | None = None, ranking: Ranking | None = None
    ) -> SearchReply:
        """Passages, best first, ranked as the engine does unless told otherwise; raises as `ask` does."""
        started = time.perf_counter()
        asked = _asked(query)
        meant, hits = self._search(asked, top_k, _filter(documents), ranking)
        understood = None if meant.text == asked else meant.text
        return SearchReply(query, tuple(hits), self.snapshot, _since(started), understood)

    def documents(self) -> tuple[DocumentInfo, ...]:
        """Every document, in the order of their ids."""
        return tuple(sorted((record.info for record in self._snapshot.documents), key=lambda info: info.id))

    def document(self, document: str) -> Document:
        """One document with its text; raises NotFoundError."""
        return self._snapshot.document(document)

    def passages(self, document: str) -> tuple[Passage, ...]:
        """Every passage of one document, in order; raises NotFoundError."""
        return self._snapshot.passages(document)

    def verify(self, document: str, start: int, end: int, quote: str) -> Verdict:
        """Compare a quote with the text at its position; raises NotFoundError where there is no such document."""
        return check_quote(self.document(document), start, end, quote)


def load_encoder(store: ServedStore, model: Model) -> Encoder:
    """The encoder that made a snapshot, loaded once in a process; raises ModelError."""
    return open_encoder(store.root / "models", model.variant, threads=1)  # questions come one at a time


def check_quote(document: Document, start: int, end: int, quote: str) -> Verdict:
    """Whether `document.text[start:end]` is the quote, character for character."""
    if not 0 <= start <= end <= len(document.text):
        return Verdict(False, f"the document has {len(document.text)} characters: {start} to {end} is no span of it")
    if document.text[start:end] == quote:
        return Verdict(True, f"the document says exactly this at {start} to {end}")
    elsewhere = document.text.find(quote) if quote else -1
    if elsewhere >= 0:
        return Verdict(False, f"the document says this at {elsewhere} to {elsewhere + len(quote)}, not at {start}")
    return Verdict(False, f"the document says something else at {start} to {end}, and the quote nowhere")


def _asked(question: str) -> str:
    """The question in the same canonical form as the texts."""
    asked = " ".join(canonical(question).split())
    if not asked:
        raise InputError("the question is empty; ask something in plain language")
    return asked


def _filter(documents: Collection[str] | None) -> frozenset[str] | None:
    return None if documents is None else frozenset(documents)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
