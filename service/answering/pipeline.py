"""The steps from a question to hits, and on to a decision."""

from dataclasses import dataclass, replace

from index.encoding.encoder import EncodedQuery
from index.retrieval.fusion import Ranking
from index.search import Hit, Searcher, ServedSnapshot
from service.answering.answer import Decision
from service.answering.choose import Examined, examine
from service.answering.confidence import Confidence
from service.answering.decide import decide
from service.answering.question.content_words import correct_spelling
from service.answering.reader.reader import Reader
from service.answering.versions import mark_superseded

ANSWER_DEPTH = 5  # hits that an answer is looked for in, however many the caller wants to see


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Hits, best first, and the query that they were retrieved with."""

    query: EncodedQuery
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A decision, the hits that it was made from, and the question as it was understood."""

    understood: str
    decision: Decision
    hits: tuple[Hit, ...]


class Pipeline:
    """The steps from a question to hits, and on to a decision."""

    def __init__(
        self, snapshot: ServedSnapshot, searcher: Searcher, confidence: Confidence, reader: Reader | None
    ) -> None:
        self._snapshot = snapshot
        self._searcher = searcher
        self._confidence = confidence
        self._reader = reader

    def search(
        self, question: str, depth: int, documents: frozenset[str] | None, ranking: Ranking | None = None
    ) -> Retrieved:
        """The `depth` best hits; with a `ranking`, no spelling is corrected and no version preferred."""
        retrieved = self._retrieve(question, depth, documents, ranking)
        if ranking:
            return retrieved
        texts = (hit.passage.text for hit in retrieved.hits[:ANSWER_DEPTH])
        corrected = correct_spelling(retrieved.query, texts, self._snapshot.lexical)
        if corrected != retrieved.query.text:
            retrieved = self._retrieve(corrected, depth, documents)
        return replace(retrieved, hits=mark_superseded(corrected, retrieved.hits))

    def answer(self, question: str, depth: int, documents: frozenset[str] | None, read: bool) -> Answered:
        """The decision made from the first hits, with the `depth` best of them; without the reader unless `read`."""
        retrieved = self.search(question, depth, documents)
        read_hits, others = retrieved.hits[:ANSWER_DEPTH], retrieved.hits[ANSWER_DEPTH:]
        examined = examine(retrieved.query, read_hits, self._snapshot.lexical, self._reader if read else None)
        hits = (examined.hits or read_hits) + others
        return Answered(retrieved.query.text, decide(examined, self._confidence), hits)

    def examine(self, question: str, documents: frozenset[str] | None) -> Examined:
        """The first hits, every sentence compared and read."""
        retrieved = self.search(question, ANSWER_DEPTH, documents)
        return examine(retrieved.query, retrieved.hits, self._snapshot.lexical, self._reader)

    def _retrieve(
        self, question: str, depth: int, documents: frozenset[str] | None, ranking: Ranking | None = None
    ) -> Retrieved:
        query, hits = self._searcher.search(question, depth, documents, ranking)
        return Retrieved(query, tuple(hits))
