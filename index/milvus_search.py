"""From a question to ranked passages of a snapshot on a Milvus server.

The server finds candidates by its dense and BM25 functions. They are scored again here exactly as `index.search` does,
so that scores, and the confidence fitted on them, mean the same wherever a snapshot lies.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from corpus.errors import SnapshotError
from index.encoder import EncodedQuery, Encoder, Vectors
from index.fusion import Ranking, add_late, best, fuse
from index.late import best_matches, maxsim
from index.lexical import K1, B, terms
from index.milvus_rows import Row, joined
from index.milvus_snapshot import PLACE, MilvusSnapshot, among, grouped, row_of
from index.search import Hit
from index.threads import one_thread_each

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
        sentences = self._sentences(query.vector, found)
        cosines = [np.array([sentence["score"] for sentence in own], np.float32) for own in sentences]
        signals = {
            "dense": np.array([place["vector"] for place in found], np.float32) @ query.vector,
            "lexical": self._bm25(stems, [place["terms"].split() for place in found]),
            "sentence": np.array([own.max(initial=-1.0) for own in cosines], np.float32),
        }
        scores = fuse(signals, ranking.weights)
        order = best(scores, len(found))
        matches = dict[int, Vectors]()
        if ranking.late and self._snapshot.manifest.counts.tokens:
            deep = order[: ranking.late_depth]
            matches = self._matches(query, {place: (found[place], sentences[place]) for place in deep.tolist()})
            signals["late"] = np.zeros(len(found), np.float32)
            signals["late"][deep] = [maxsim(match) for match in matches.values()]
            scores = add_late(scores, signals["late"], deep, ranking.late)
            order = best(scores, len(found))
        order = order[:top_k].tolist()
        passages = self._snapshot.values([found[place] for place in order], [sentences[place] for place in order])
        hits = [
            Hit(
                rank=rank,
                passage=passage,
                score=float(scores[place]),
                signals={name: float(values[place]) for name, values in signals.items()},
                sentence_scores=cosines[place],
                match=matches.get(place),
            )
            for rank, (place, passage) in enumerate(zip(order, passages, strict=True), start=1)
        ]
        return query, hits

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
        """BM25 of each passage's stems, as `index.lexical` computes it: (passages,)."""
        idfs = self._snapshot.lexical.inverse_frequencies(list(stems))
        scores = np.zeros(len(passages), np.float32)
        for place, passage in enumerate(passages):
            held = Counter(passage)
            norm = K1 * (1 - B + B * len(passage) / self._snapshot.header.mean_terms) if passage else K1
            scores[place] = sum(idf * held[stem] / (held[stem] + norm) for stem, idf in zip(stems, idfs, strict=True))
        return scores

    def _sentences(self, vector: Vectors, places: Sequence[Row]) -> list[list[Row]]:
        """Row, start, end, tokens and `score` (cosine with the vector) of every sentence of each of the passages."""
        found: list[Row] = []
        for block in _blocks(places):
            limit, only = sum(place["sentences"] for place in block), among("passage", map(row_of, block))
            hits = self._snapshot.ask(
                "sentences", "search", [vector], only, limit, ["start", "end", "tokens"], anns_field="vector"
            )[0]
            if len(hits) != limit:
                raise SnapshotError(
                    f"{self._snapshot.id}: the server has {len(hits)} of {limit} sentences; publish again"
                )
            found += ({**hit["entity"], "row": hit["row"], "score": hit["distance"]} for hit in hits)
        return grouped(places, found)

    def _matches(self, query: EncodedQuery, deep: Mapping[int, tuple[Row, Sequence[Row]]]) -> dict[int, Vectors]:
        """See `Hit.match`, for each of the passages and their sentences, by the same keys."""
        counts = [np.array([sentence["tokens"] for sentence in own], np.int32) for _, own in deep.values()]
        rows = [row_of(place) for place, _ in deep.values()]
        tokens = self._snapshot.tokens({row: int(own.sum()) for row, own in zip(rows, counts, strict=True)})
        matches = (best_matches(query.tokens, *each) for each in zip(tokens, counts, strict=True))
        return dict(zip(deep, matches, strict=True))


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
    yield block
