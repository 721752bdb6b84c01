"""The engine: one open snapshot that answers questions. It is immutable, and all threads share it."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.canonical import canonical
from corpus.documents import Document, DocumentInfo, Passage
from corpus.errors import CentreQAError, InputError
from corpus.folding import fold
from index.catalogue import DocumentPage, MetadataIndex, page_of
from index.encoding.encoder import Encoder
from index.encoding.open import made_by, open_encoder
from index.retrieval.fusion import Ranking
from index.search import Hit, Searcher, ServedSnapshot
from index.snapshots.manifest import Model
from index.stores import ServedStore
from service.answering.answer import Reply
from service.answering.citations.citation import Citation
from service.answering.citations.finding import Claim, Verdict, verify
from service.answering.confidence import Confidence
from service.answering.examined import Examined
from service.answering.pipeline import ANSWER_DEPTH, Pipeline
from service.answering.reader.reader import SHIPPED, Reader, open_reader
from service.answering.stages import Effort
from service.answering.understanding.courtesies import without_courtesies
from service.answering.understanding.history import complete

if TYPE_CHECKING:
    from service.answering.written.support import Support, SupportCheck


@dataclass(frozen=True, slots=True)
class SearchReply:
    """Passages only; `understood` and `effort` as in `service.answering.answer.Reply`."""

    query: str
    hits: tuple[Hit, ...]
    snapshot: str
    took_ms: float
    understood: str | None = None
    effort: Effort = field(default_factory=Effort, compare=False)


class Engine:
    """Holds one snapshot for its whole life.

    Whatever reads the snapshot raises SnapshotError where its files were changed since it was opened.
    """

    def __init__(
        self,
        snapshot: ServedSnapshot,
        encoder: Encoder,
        confidence: Confidence | None = None,
        ranking: Ranking = Ranking(),
        remembered: int = 0,
        reader: Reader | None = None,
    ) -> None:
        """Take the snapshot's own confidence where None is given; raises ModelMismatch, ModelError.

        The replies to the last `remembered` questions are kept as long as the engine lives, as are those to searches.
        """
        snapshot.require(encoder)
        self._snapshot = snapshot
        fitted = snapshot.confidence
        confidence = confidence or (Confidence.load() if fitted is None else Confidence.parse(fitted))
        pipeline = Pipeline(snapshot, Searcher(snapshot, encoder, ranking), confidence, reader)
        # The caches hold the pipeline, which does not know them. Methods of the engine's own would make a reference
        # cycle: an engine that was replaced would keep its snapshot in memory.
        self._documents: tuple[DocumentInfo, ...] | None = None  # sorted when they are first asked for
        self._metadata: MetadataIndex | None = None  # made for the first filter
        self._search = lru_cache(remembered)(pipeline.search)
        self._examine = pipeline.examine
        self._answer = lru_cache(remembered)(pipeline.answer)
        self._citer = pipeline.citer
        self._reader, self._encoder = reader, encoder
        self._check: SupportCheck | None = None  # made for the first written answer

    @classmethod
    def open(
        cls,
        store: ServedStore,
        snapshot: str | None = None,
        ranking: Ranking = Ranking(),
        confidence: Confidence | None = None,
        remembered: int = 0,
        reader: str = SHIPPED,
    ) -> "Engine":
        """Open the named snapshot (the active one where None), every checksum verified, and the encoder it names.

        `reader` is as for `open_reader`: the shipped one, the folder of another, or `off`.
        """
        opened = store.open(snapshot)
        reading = open_reader(reader)
        return cls(opened, load_encoder(store, opened.manifest.model), confidence, ranking, remembered, reading)

    @property
    def snapshot(self) -> str:
        """The id of the snapshot."""
        return self._snapshot.id

    @property
    def model(self) -> Model:
        """The model that made its vectors."""
        return self._snapshot.manifest.model

    def require_unchanged(self, *, now: bool = False) -> None:
        """Raise SnapshotError where the snapshot's files were changed; as `ServedSnapshot.require_unchanged`."""
        self._snapshot.require_unchanged(now=now)

    def ask(
        self,
        question: str,
        top_k: int = 5,
        documents: Collection[str] | None = None,
        filter: Mapping[str, str] | None = None,  # noqa: A002
        *,
        read: bool = True,
        history: Sequence[str] = (),
    ) -> Reply:
        """Answer, or abstain; raises InputError on an empty question, NotFoundError on an unknown document.

        With `read`, the reader reads the first hits, where there is one. What points back to an earlier question, the
        last one of the `history` first, is understood with what that was about.
        Only passages of these `documents` (None: of all) count whose metadata has every value of the `filter`.
        """
        started = time.perf_counter()
        canonical_question = _canonical(question)
        complete_question = complete(without_courtesies(canonical_question), list(map(_canonical, history)))
        with self._reading():
            answered = self._answer(complete_question, max(top_k, ANSWER_DEPTH), self._select(documents, filter), read)
        decision = answered.decision
        return Reply(
            question=question,
            confidence=decision.confidence,
            level=decision.level,
            answer=decision.answer,
            abstained=decision.abstained,
            best_answer=decision.best_answer,
            features=decision.features,
            hits=answered.hits[:top_k],
            snapshot=self.snapshot,
            took_ms=(time.perf_counter() - started) * 1000,
            understood=None if answered.understood == canonical_question else answered.understood,
            did_you_mean=answered.suggested,
            calibrated=self._snapshot.confidence is not None,
            reader_failed=answered.reader_failed,
            effort=Effort.of(answered.stopwatch, started),
        )

    def examine(self, question: str, documents: Collection[str] | None = None) -> Examined:
        """What an answer is chosen from: every sentence of the first hits, compared and read; raises as `ask` does."""
        with self._reading():
            return self._examine(_canonical(question), self._select(documents, None))

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
        with self._reading():
            retrieved = self._search(canonical_query, top_k, self._select(documents, filter), ranking)
        understood = None if retrieved.query.text == canonical_query else retrieved.query.text
        took_ms, effort = (time.perf_counter() - started) * 1000, Effort.of(retrieved.stopwatch, started)
        return SearchReply(query, retrieved.hits, self.snapshot, took_ms, understood, effort)

    def documents(self) -> tuple[DocumentInfo, ...]:
        """Every document, in the order of their ids."""
        if self._documents is None:
            self._documents = tuple(sorted((each.info for each in self._snapshot.documents), key=lambda info: info.id))
        return self._documents

    def list_documents(self, limit: int | None = None, after: str = "", words: str = "") -> DocumentPage:
        """A page of the documents, as `index.catalogue.page_of` gives it."""
        return page_of(self.documents(), limit, after, words)

    def document(self, document: str) -> Document:
        """One document with its text; raises NotFoundError."""
        with self._reading():
            return self._snapshot.document(document)

    def passages(self, document: str) -> tuple[Passage, ...]:
        """Every passage of one document, in order; raises NotFoundError."""
        with self._reading():
            return self._snapshot.passages(document)

    def cite(self, document: str, start: int, end: int) -> Citation:
        """The citation of `[start:end]` of a document; raises NotFoundError, InputError."""
        with self._reading():
            return self._citer.cite(document, start, end)

    def verify(self, document: str, claim: Claim) -> Verdict:
        """Compare a quote with the text at its position, or find where it stands; raises NotFoundError."""
        with self._reading():
            return verify(self._snapshot, document, claim)

    def support(self, statement: str, passages: Sequence[Passage]) -> "Support":
        """Whether these passages support what was written from them; raises ModelError."""
        if self._check is None:
            from service.answering.written.support import SupportCheck

            # The check asks for words: a reader that marks none has nothing to say.
            marks_words = self._reader is not None and self._reader.marks_words
            self._check = SupportCheck(self._reader if marks_words else None, self._encoder)
        return self._check.support(statement, passages)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Around whatever reads the snapshot: raises SnapshotError, and not what comes of files that were changed."""
        self.require_unchanged()
        try:
            yield
        except CentreQAError:
            raise
        except Exception:
            self.require_unchanged(now=True)
            raise

    def _select(self, documents: Collection[str] | None, filter: Mapping[str, str] | None) -> frozenset[str] | None:  # noqa: A002
        """The ids of the documents to look in; None for all."""
        if not filter:
            return None if documents is None else frozenset(documents)
        if self._metadata is None:
            self._metadata = MetadataIndex(self.documents())
        return self._metadata.select(filter, documents)


def load_encoder(store: ServedStore, model: Model) -> Encoder:
    """The encoder that made a snapshot, loaded once in a process; raises ModelError."""
    models = store.root / "models"
    # Questions come one at a time.
    return open_encoder(models, model.variant, threads=1, model_path=made_by(models, model.sha256))


def _canonical(question: str) -> str:
    """The question in the same canonical form as the texts; raises InputError where nothing is left."""
    text = " ".join(fold(canonical(question)).text.split())
    if not text:
        raise InputError("the question is empty; ask something in plain language")
    return text
