"""From a question to ranked passages of a snapshot on a Milvus server.

The server finds candidates by its dense and BM25 functions. They are scored again here exactly as `index.search` does,
so that scores, and the confidence fitted on them, mean the same wherever a snapshot lies.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from corpus.documents import Passage
from corpus.errors import SnapshotError
from index.arrays import Rows, Vectors
from index.encoding.encoder import EncodedQuery, Encoder
from index.machine import one_thread_each
from index.milvus.rows import Row, joined
from index.milvus.snapshot import PLACE, MilvusSnapshot, among, grouped, row_of
from index.retrieval.fusion import Ranking
from index.retrieval.late_interaction import Matches, best_matches, token_weights
from index.retrieval.lexical import K1, B
from index.retrieval.words import terms
from index.search import Hit, rank

MOST_ROWS = 16_384  # that a server returns for one search


class MilvusSearcher:
    """Finds passages in one open snapshot with one encoder: what `index.search.Searcher` is for a local one."""

    def __init__(self, snapshot: MilvusSnapshot, encoder: Encoder, ranking: Ranking) -> None:
        """Raises ModelMismatch where another encoder made the snapshot."""
        snapshot.manifest.require(encoder, "build with that, and publish what it made")
        one_thread_each()
        self._snapshot = snapshot
        self._encoder = encoder
        self._ranking = ranking

    def search(
        self, question: str, top_k: int, documents: Collection[str] | None = None, ranking: Ranking | None = None
    ) -> tuple[EncodedQuery, list[Hit]]:
        """As `Searcher.search`; raises NotFoundError, SnapshotError, UnavailableError."""
        ranking = ranking or self._ranking
        numbers = None if documents is None else {self._snapshot.number(name) for name in documents}
        query = self._encoder.encode_queries([question])[0]
        stems = terms(question)
        found = self._candidates(query.vector, stems, ranking, top_k, numbers)
        if not found:
            return query, []
        signals = {
            "dense": np.array([place["vector"] for place in found], np.float32) @ query.vector,
            "lexical": self._bm25(stems, [place["terms"].split() for place in found]),
        }
        return query, rank(_Candidates(self._snapshot, query, found, signals), ranking, top_k)

    def _candidates(
        self, vector: Vectors, stems: Sequence[str], ranking: Ranking, top_k: int, numbers: Collection[int] | None
    ) -> list[Row]:
        """Passages that the dense or the lexical list puts first, by row; a list of weight 0 adds none."""
        from pymilvus import AnnSearchRequest, RRFRanker

        pool = max(ranking.pool, top_k)
        only = None if numbers is None else among("document", numbers)
        lists = []
        if ranking.dense:
            lists.append(AnnSearchRequest([vector], "vector", {"metric_type": "IP"}, pool, only))
        if ranking.lexical and stems:
            lists.append(AnnSearchRequest([joined(stems)], "sparse", {"metric_type": "BM25"}, pool, only))
        if not lists or (numbers is not None and not numbers):
            return []
        # In what order the server puts them does not matter: there is room for all.
        room, fields = len(lists) * pool, [*PLACE, "terms", "vector"]
        hits = self._snapshot.ask("passages", "hybrid_search", lists, RRFRanker(), room, fields)[0]
        return sorted(({**hit["entity"], "row": hit["row"]} for hit in hits), key=row_of)

    def _bm25(self, stems: Sequence[str], passages: Sequence[Sequence[str]]) -> Vectors:
        """BM25 of each passage's stems, as `index.retrieval.lexical` computes it: (passages,)."""
        idfs = self._snapshot.lexical.inverse_frequencies(list(stems))
        scores = np.zeros(len(passages), np.float32)
        for place, passage in enumerate(passages):
            held = Counter(passage)
            norm = K1 * (1 - B + B * len(passage) / self._snapshot.header.mean_terms) if passage else K1
            scores[place] = sum(idf * held[stem] / (held[stem] + norm) for stem, idf in zip(stems, idfs, strict=True))
        return scores


class _Candidates:
    """Candidates on the server; what is asked for of each is fetched once."""

    def __init__(
        self, snapshot: MilvusSnapshot, query: EncodedQuery, found: Sequence[Row], signals: Mapping[str, Vectors]
    ) -> None:
        self.signals = signals
        self._snapshot = snapshot
        self._query = query
        self._found = found
        self._known: dict[int, list[Row]] = {}

    def cosines(self, places: Rows) -> Sequence[Vectors]:
        return [np.array([row["score"] for row in own], np.float32) for own in self._sentences(places)]

    def matches(self, places: Rows) -> Matches | None:
        if not self._snapshot.manifest.counts.tokens:
            return None
        sizes = {row_of(place): place["tokens"] for place in (self._found[place] for place in places.tolist())}
        counts = [[row["tokens"] for row in own] for own in self._sentences(places)]
        lengths = [[size - sum(own), *own] for size, own in zip(sizes.values(), counts, strict=True)]
        parts = np.array([len(own) for own in lengths])
        weights = token_weights(self._query, self._snapshot.lexical)
        tokens = self._snapshot.tokens(sizes)
        return best_matches(self._query.tokens, weights, tokens, np.concatenate(lengths).astype(np.int32), parts)

    def passages(self, places: Rows) -> Sequence[Passage]:
        return self._snapshot.values([self._found[place] for place in places.tolist()], self._sentences(places))

    def _sentences(self, places: Rows) -> list[list[Row]]:
        """Row, start, end, tokens and `score` (cosine with the question) of every sentence of each of the passages."""
        new = [self._found[place] for place in sorted(set(places.tolist()) - self._known.keys())]
        rows: list[Row] = []
        for block in _blocks(new):
            limit, only = sum(place["sentences"] for place in block), among("passage", map(row_of, block))
            hits = self._snapshot.ask(
                "sentences",
                "search",
                [self._query.vector],
                only,
                limit,
                ["start", "end", "tokens"],
                anns_field="vector",
            )[0]
            if len(hits) != limit:
                raise SnapshotError(
                    f"{self._snapshot.id}: the server has {len(hits)} of {limit} sentences; publish again"
                )
            rows += ({**hit["entity"], "row": hit["row"], "score": hit["distance"]} for hit in hits)
        self._known |= zip(sorted(set(places.tolist()) - self._known.keys()), grouped(new, rows), strict=True)
        return [self._known[place] for place in places.tolist()]


def _blocks(places: Iterable[Row]) -> Iterator[list[Row]]:
    """The passages in their order, in blocks of as many sentences as one search may return."""
    block: list[Row] = []
    sentences = 0
    for place in places:
        sentences += place["sentences"]
        if block and sentences > MOST_ROWS:
            yield block
            block, sentences = [], place["sentences"]
        block.append(place)
    if block:
        yield block
