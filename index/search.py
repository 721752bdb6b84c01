"""From a question to ranked passages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Passage
from index.arrays import Rows, Vectors
from index.encoding.encoder import EncodedQuery, Encoder
from index.machine import one_thread_each
from index.retrieval.fusion import Ranking, best, fuse, rescore
from index.retrieval.late_interaction import Matches, best_matches, token_weights
from index.snapshots.snapshot import Snapshot
from index.storage.columns import spread


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found: `rank` from 1, `score` the fused score in 0..1, `signals` what it was fused from.

    `sentences` (sentences,) is how well each of its sentences matches the question: token by token, helped by title and
    headings, or by its cosine where no token vectors are kept. `match` (sentences, question tokens) is the best cosine
    of each question token inside each sentence, where there are token vectors. Both are None beyond the depth.
    """

    rank: int
    passage: Passage
    score: float
    signals: Mapping[str, float]
    sentences: Vectors | None
    match: Vectors | None


class Candidates(Protocol):
    """Passages that may be hits, numbered from 0 in the order of their rows: what `rank` needs to know of them."""

    @property
    def signals(self) -> Mapping[str, Vectors]:
        """Those that every candidate has: (candidates,) each."""

    def cosines(self, places: Rows) -> Sequence[Vectors]:
        """The cosine of each sentence of these passages with the question: (sentences,) each."""

    def matches(self, places: Rows) -> Matches | None:
        """How these passages match the question token by token; None where no token vectors are kept."""

    def passages(self, places: Rows) -> Sequence[Passage]:
        """These passages as values."""


def rank(candidates: Candidates, ranking: Ranking, top_k: int) -> list[Hit]:
    """The `top_k` best of the candidates, best first."""
    scores = fuse(candidates.signals, _weights(ranking, candidates.signals))
    deep = best(scores, ranking.depth)
    matches = candidates.matches(deep) if ranking.late or ranking.late_sentence else None
    if matches is None:
        sentences = candidates.cosines(deep)
        signals = {"sentence": np.array([own.max(initial=-1.0) for own in sentences], np.float32)}
    else:
        sentences = [matches.scores(number) for number in range(len(deep))]
        signals = {"late": matches.maxsim(), "late_sentence": matches.best_sentence()}
    scores = rescore(scores, deep, signals, _weights(ranking, signals))
    order = best(scores, top_k)
    numbers = {place: number for number, place in enumerate(deep.tolist())}
    hits: list[Hit] = []
    for place, passage in zip(order.tolist(), candidates.passages(order), strict=True):
        number = numbers.get(place)
        found = {name: float(values[place]) for name, values in candidates.signals.items()}
        if number is not None:
            found |= {name: float(values[number]) for name, values in signals.items()}
        own = None if number is None else sentences[number]
        match = None if number is None or matches is None else matches.cosines(number)
        hits.append(Hit(len(hits) + 1, passage, float(scores[place]), found, own, match))
    return hits


def _weights(ranking: Ranking, signals: Mapping[str, Vectors]) -> Mapping[str, float]:
    return {name: getattr(ranking, name) for name in signals}


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
        signals = {"dense": snapshot.vectors.vectors[rows] @ query.vector, "lexical": terms[rows]}
        return query, rank(_Candidates(snapshot, query, rows, signals), ranking, top_k)

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
        rows: Rows = np.sort(np.concatenate(found))
        first: NDArray[np.bool_] = np.append(True, rows[1:] != rows[:-1])[: len(rows)]
        return rows[first]  # as np.unique does, which loads all of numpy.ma for it


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Candidates in a local snapshot."""

    snapshot: Snapshot
    query: EncodedQuery
    rows: Rows
    signals: Mapping[str, Vectors]

    def cosines(self, places: Rows) -> Sequence[Vectors]:
        rows = self.rows[places]
        counts = self.snapshot.table.passages["sentences"][rows]
        cosines = self.snapshot.vectors.sentences_of(rows).dot(self.query.vector[None, :])[0]
        return [cosines[start:end] for start, end in pairwise([0, *np.cumsum(counts).tolist()])]

    def matches(self, places: Rows) -> Matches | None:
        table, rows = self.snapshot.table, self.rows[places]
        if not self.snapshot.manifest.counts.tokens:
            return None
        passages = table.passages[rows]
        sizes, counts = passages["tokens"], passages["sentences"]
        firsts = np.cumsum(counts) - counts
        lengths = table.sentences["tokens"][spread(passages["first_sentence"], counts)]
        lengths = np.insert(lengths, firsts, sizes - np.add.reduceat(lengths, firsts))
        tokens = self.snapshot.vectors.tokens_of(rows)
        weights = token_weights(self.query, self.snapshot.lexical)
        return best_matches(self.query.tokens, weights, tokens, lengths, 1 + counts)

    def passages(self, places: Rows) -> Sequence[Passage]:
        return list(self.snapshot.table.values(self.rows[places]))
