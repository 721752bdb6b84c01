"""From a question to ranked passages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.model import Passage
from index.columns import Array, spread
from index.encoder import EncodedQuery, Encoder, Vectors
from index.fusion import Ranking, add_late, best, fuse
from index.late import best_matches, maxsim
from index.snapshot import Snapshot
from index.threads import one_thread_each

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found: `rank` from 1, `score` the fused score in 0..1, `signals` what it was fused from.

    `sentence_scores` (sentences,) is the cosine of each of the passage's sentences with the question; `match`
    (question tokens, sentences) is the best cosine of each question token inside each sentence, or None where the
    snapshot keeps no token vectors.
    """

    rank: int
    passage: Passage
    score: float
    signals: Mapping[str, float]
    sentence_scores: Vectors
    match: Vectors | None


class Searcher:
    """Finds passages in one open snapshot with one encoder."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder, ranking: Ranking) -> None:
        one_thread_each()
        self._snapshot = snapshot
        self._encoder = encoder
        self._ranking = ranking

    def search(
        self, question: str, top_k: int, documents: Collection[str] | None = None, ranking: Ranking | None = None
    ) -> tuple[EncodedQuery, list[Hit]]:
        """The `top_k` best passages, best first, of the named documents (all where None); raises NotFoundError."""
        ranking = ranking or self._ranking
        snapshot = self._snapshot
        among = None if documents is None else snapshot.rows(documents)
        query = self._encoder.encode_queries([question])[0]
        terms = snapshot.lexical.query(question)
        rows = self._candidates(query, terms, ranking, top_k, among)
        if not len(rows):
            return query, []
        passages = snapshot.table.passages[rows]
        counts = passages["sentences"]
        cosines = self._cosines(query, passages)
        signals = {
            "dense": snapshot.vectors.vectors[rows] @ query.vector,
            "lexical": terms[rows],
            "sentence": np.maximum.reduceat(cosines, np.cumsum(counts) - counts),
        }
        scores = fuse(signals, ranking.weights)
        order = best(scores, len(rows))
        matches = dict[int, Vectors]()
        if ranking.late and len(snapshot.vectors.token_vectors):
            deep = order[: ranking.late_depth]
            matches = {
                place: self._match(query, int(passages["first_sentence"][place]), int(counts[place]))
                for place in deep.tolist()
            }
            signals["late"] = np.zeros(len(rows), np.float32)
            signals["late"][deep] = [maxsim(match) for match in matches.values()]
            scores = add_late(scores, signals["late"], deep, ranking.late)
            order = best(scores, len(rows))
        sentences = cut(cosines, counts)
        hits = [
            Hit(
                rank=rank,
                passage=snapshot.table.passage(int(rows[place])),
                score=float(scores[place]),
                signals={name: float(values[place]) for name, values in signals.items()},
                sentence_scores=sentences[place],
                match=matches.get(place),
            )
            for rank, place in enumerate(order[:top_k].tolist(), start=1)
        ]
        return query, hits

    def _candidates(
        self, query: EncodedQuery, terms: Vectors, ranking: Ranking, top_k: int, among: Rows | None
    ) -> Rows:
        """Rows that the dense or the lexical list puts first, ascending; a list of weight 0 adds none."""
        pool = max(ranking.pool, top_k)
        found = [np.empty(0, np.int64)]
        if ranking.dense:
            found.append(self._snapshot.dense.query(query.vector, pool, among))
        if ranking.lexical:
            matching = np.flatnonzero(terms) if among is None else among[terms[among] > 0]
            found.append(matching[best(terms[matching], pool)])
        return np.unique(np.concatenate(found))

    def _cosines(self, query: EncodedQuery, passages: Array) -> Vectors:
        """The cosine of each sentence of these passages with the question: (sentences of all,)."""
        places = spread(passages["first_sentence"], passages["sentences"])
        cosines: Vectors = self._snapshot.vectors.sentence_vectors[places].dot(query.vector[None, :])[0]
        return cosines

    def _match(self, query: EncodedQuery, first: int, count: int) -> Vectors:
        """See `Hit.match`, for the passage of these sentences.

        One passage at a time: its tokens lie side by side, and as floats they still fit into the cache.
        """
        sentences = self._snapshot.vectors.sentences[first : first + count]
        start, counts = int(sentences["first_token"][0]), sentences["tokens"]
        tokens = self._snapshot.vectors.token_vectors[start : start + int(counts.sum())]
        return best_matches(query.tokens, tokens, counts)


def cut(values: Vectors, counts: NDArray[np.int32]) -> list[Vectors]:
    """Views of the last axis, of these lengths one after another; np.split takes ten times as long."""
    return [values[..., start:end] for start, end in pairwise([0, *np.cumsum(counts).tolist()])]
