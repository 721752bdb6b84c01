"""From a question to ranked passages, wherever the snapshot lies that they are in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from corpus.documents import Document, Passage
from index.arrays import Rows, Vectors
from index.encoding.encoder import EncodedQuery, Encoder
from index.machine import one_thread_each
from index.retrieval.fusion import Ranking, best, fuse, rescore
from index.retrieval.late_interaction import Matches
from index.retrieval.words import Frequencies
from index.snapshots.manifest import Manifest
from index.storage.passages import DocumentRecord


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage that was retrieved: `rank` from 1, `score` the fused score in 0..1, `signals` what it was fused from.

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
    """Passages that may become hits, numbered from 0: what `rank` needs to know of them."""

    @property
    def signals(self) -> Mapping[str, Vectors]:
        """Those that every candidate has: (candidates,) each."""

    def cosines(self, chosen: Rows) -> Sequence[Vectors]:
        """The cosine of each sentence of the chosen candidates with the question: (sentences,) each."""

    def matches(self, chosen: Rows) -> Matches | None:
        """How the chosen candidates match the question token by token; None where no token vectors are kept."""

    def passages(self, chosen: Rows) -> Sequence[Passage]:
        """The chosen candidates as values."""


class ServedSnapshot(Protocol):
    """An open snapshot that questions are answered from: immutable, shared by all threads."""

    @property
    def id(self) -> str:
        """The snapshot's name."""

    @property
    def manifest(self) -> Manifest:
        """What the snapshot says about itself."""

    @property
    def documents(self) -> Sequence[DocumentRecord]:
        """Every document, by its row."""

    @property
    def lexical(self) -> Frequencies:
        """How many passages hold a stem."""

    @property
    def confidence(self) -> str | None:
        """The text of confidence.json, None where there is none."""

    def require(self, encoder: Encoder) -> None:
        """Raise ModelMismatch where another encoder made the vectors."""

    def document(self, document: str) -> Document:
        """One document with its text; raises NotFoundError."""

    def passages(self, document: str) -> tuple[Passage, ...]:
        """Every passage of one document, in order; raises NotFoundError."""

    def candidates(
        self, query: EncodedQuery, ranking: Ranking, top_k: int, documents: Collection[str] | None
    ) -> Candidates | None:
        """What may be a hit among the named documents (all where None); None where nothing may. Raises NotFoundError.

        The first `max(ranking.pool, top_k)` of the list by vectors and of the list by words; a list of weight 0 adds
        none.
        """


class Searcher:
    """Searches one open snapshot with one encoder."""

    def __init__(self, snapshot: ServedSnapshot, encoder: Encoder, ranking: Ranking) -> None:
        one_thread_each()
        self._snapshot = snapshot
        self._encoder = encoder
        self._ranking = ranking

    def search(
        self, question: str, top_k: int, documents: Collection[str] | None = None, ranking: Ranking | None = None
    ) -> tuple[EncodedQuery, list[Hit]]:
        """The `top_k` best passages, best first, of the named documents (all where None); raises NotFoundError."""
        ranking = ranking or self._ranking
        query = self._encoder.encode_queries([question])[0]
        candidates = self._snapshot.candidates(query, ranking, top_k, documents)
        return query, [] if candidates is None else rank(candidates, ranking, top_k)


def rank(candidates: Candidates, ranking: Ranking, top_k: int) -> list[Hit]:
    """The `top_k` best of the candidates, best first."""
    scores = fuse(candidates.signals, _weights(ranking, candidates.signals))
    deep = best(scores, ranking.depth)
    matches = candidates.matches(deep) if ranking.late or ranking.late_sentence else None
    if matches is None:
        sentences = candidates.cosines(deep)
        signals = {"sentence": np.array([own.max(initial=-1.0) for own in sentences], np.float32)}
    else:
        sentences = [matches.scores(at) for at in range(len(deep))]
        signals = {"late": matches.maxsim(), "late_sentence": matches.best_sentence()}
    scores = rescore(scores, deep, signals, _weights(ranking, signals))
    order = best(scores, top_k)
    among_deep = {candidate: at for at, candidate in enumerate(deep.tolist())}
    hits: list[Hit] = []
    for candidate, passage in zip(order.tolist(), candidates.passages(order), strict=True):
        at = among_deep.get(candidate)
        own_signals = {name: float(values[candidate]) for name, values in candidates.signals.items()}
        if at is not None:
            own_signals |= {name: float(values[at]) for name, values in signals.items()}
        own_sentences = None if at is None else sentences[at]
        match = None if at is None or matches is None else matches.cosines(at)
        hits.append(Hit(len(hits) + 1, passage, float(scores[candidate]), own_signals, own_sentences, match))
    return hits


def _weights(ranking: Ranking, signals: Mapping[str, Vectors]) -> Mapping[str, float]:
    return {name: getattr(ranking, name) for name in signals}
