"""From a question to ranked passages. The snapshot may lie on this machine or on a server."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from corpus.documents import Document, DocumentInfo, Passage
from index.arrays import Rows, Vectors
from index.encoding.encoder import EncodedQuery, Encoder
from index.machine import one_thread_each
from index.retrieval.fusion import Ranking, best, fuse, rescore
from index.retrieval.late_interaction import Matches
from index.retrieval.words import Lexicon
from index.snapshots.manifest import Manifest
from index.storage.passages import DocumentRecord

FIRST_SIGNALS = ("dense", "lexical")  # those that every candidate has


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage that was retrieved, with its `rank` (from 1), its `score` (0 to 1) and the signals behind it.

    `sentences` (sentences,) is how well each of its sentences matches the question: token by token, helped by title and
    headings, or by cosine where no token vectors are kept. `match` (sentences, question tokens) is the best cosine of
    each question token inside each sentence; None where no token vectors are kept. Both are None for a hit that was not
    among the best `Ranking.depth` candidates. `copies` are the ids of other passages that say the same, best first.
    `superseded_by` is the document in force that says something else (`service.answering.related.versions`).
    """

    rank: int
    passage: Passage
    score: float
    signals: Mapping[str, float]
    sentences: Vectors | None
    match: Vectors | None
    copies: tuple[str, ...] = ()
    superseded_by: str | None = None


class Candidates(Protocol):
    """Passages that may become hits, numbered from 0, and what `rank` needs to know of them."""

    @property
    def signals(self) -> Mapping[str, Vectors]:
        """The signals that every candidate has, by name: (candidates,) each."""

    def cosines(self, chosen: Rows) -> Sequence[Vectors]:
        """The cosine with the question of each sentence, for each chosen candidate: (sentences,) each."""

    def matches(self, chosen: Rows) -> Matches | None:
        """How the chosen candidates match the question token by token; None where no token vectors are kept."""

    def groups(self) -> Rows:
        """The group of each candidate: (candidates,); candidates that say the same have the same."""

    def ids(self, chosen: Rows) -> Sequence[str]:
        """The ids of the chosen candidates, as `Passage.id`."""

    def passages(self, chosen: Rows) -> Sequence[Passage]:
        """The chosen candidates as values."""


class ServedSnapshot(Protocol):
    """An open snapshot that questions can be answered from: immutable, shared by all threads."""

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
    def lexical(self) -> Lexicon:
        """How many passages hold a stem, and all stems."""

    @property
    def confidence(self) -> str | None:
        """The text of the snapshot's confidence.json, None where it has none."""

    def require(self, encoder: Encoder) -> None:
        """Raise ModelMismatch where another encoder made the vectors."""

    def require_unchanged(self, *, now: bool = False) -> None:
        """Raise SnapshotError where what it reads was changed since it was opened.

        It looks only so often that looking costs little, unless it is told to look `now`.
        """

    def document_row(self, document: str) -> int:
        """Its row in `documents`; raises NotFoundError."""

    def document(self, document: str) -> Document:
        """One document with its text; raises NotFoundError."""

    def info(self, document: str) -> DocumentInfo:
        """One document without its text; raises NotFoundError."""

    def excerpt(self, document: str, start: int, end: int) -> str:
        """Code points `start` (from 0) to `end` of its text, or what there is of them; raises NotFoundError."""

    def passages(self, document: str) -> tuple[Passage, ...]:
        """Every passage of one document, in order; raises NotFoundError."""

    def candidates(
        self, query: EncodedQuery, ranking: Ranking, top_k: int, documents: Collection[str] | None
    ) -> Candidates | None:
        """The passages of the named documents (all where None) that may become hits; None where there are none.

        These are the first `max(ranking.pool, top_k)` passages by vectors and as many by words. A signal of weight 0
        adds none. Raises NotFoundError.
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
        """The encoded question, and the `top_k` best passages of the named documents (all where None), best first.

        `ranking` takes the place of the searcher's own. Raises NotFoundError.
        """
        query = self.encode(question)
        return query, self.find(query, top_k, documents, ranking)

    def encode(self, question: str) -> EncodedQuery:
        """The encoded question."""
        return self._encoder.encode_queries([question])[0]

    def find(
        self, query: EncodedQuery, top_k: int, documents: Collection[str] | None = None, ranking: Ranking | None = None
    ) -> list[Hit]:
        """The hits of `search`, for a question that is encoded."""
        ranking = ranking or self._ranking
        candidates = self._snapshot.candidates(query, ranking, top_k, documents)
        return [] if candidates is None else rank(candidates, ranking, top_k)

    def rank_again(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Some of the hits of one search, with the scores and ranks that they have where there are no other candidates.

        Scores are relative to those of all candidates. Hits that were not scored again token by token are left out.
        """
        names = max((tuple(hit.signals) for hit in hits), key=len, default=())
        whole = [hit for hit in hits if len(hit.signals) == len(names)]
        if not whole:
            return ()
        signals = {name: np.array([hit.signals[name] for hit in whole], np.float32) for name in names}
        first = {name: signals.pop(name) for name in FIRST_SIGNALS if name in signals}
        scores = fuse(first, _weights(self._ranking, first))
        scores = rescore(scores, np.arange(len(whole)), signals, _weights(self._ranking, signals))
        order = best(scores, len(scores)).tolist()
        return tuple(replace(whole[row], rank=rank, score=float(scores[row])) for rank, row in enumerate(order, 1))


def rank(candidates: Candidates, ranking: Ranking, top_k: int) -> list[Hit]:
    """The `top_k` best of the candidates, best first."""
    scores = fuse(candidates.signals, _weights(ranking, candidates.signals))
    deep = best(scores, ranking.depth)  # (deep,) candidates that are scored again
    matches = candidates.matches(deep) if ranking.late or ranking.late_sentence else None
    if matches is None:
        sentences = candidates.cosines(deep)
        deep_signals = {"sentence": np.array([cosines.max(initial=-1.0) for cosines in sentences], np.float32)}
    else:
        sentences = [matches.scores(number) for number in range(len(deep))]
        deep_signals = {"late": matches.maxsim(), "late_sentence": matches.best_sentence()}
    scores = rescore(scores, deep, deep_signals, _weights(ranking, deep_signals))
    chosen = _first_of_groups(best(scores, len(scores)), candidates.groups(), top_k)
    passages = candidates.passages(np.array([first for first, *_ in chosen], np.int64))
    number_among_deep = {candidate: number for number, candidate in enumerate(deep.tolist())}
    hits: list[Hit] = []
    for passage, (candidate, *copies) in zip(passages, chosen, strict=True):
        signals = {name: float(values[candidate]) for name, values in candidates.signals.items()}
        hit_sentences = match = None
        if (number := number_among_deep.get(candidate)) is not None:
            signals |= {name: float(values[number]) for name, values in deep_signals.items()}
            hit_sentences = sentences[number]
            match = None if matches is None else matches.cosines(number)
        copied_in = tuple(candidates.ids(np.array(copies))) if copies else ()
        hits.append(Hit(len(hits) + 1, passage, float(scores[candidate]), signals, hit_sentences, match, copied_in))
    return hits


def _first_of_groups(order: Rows, groups: Rows, most: int) -> list[list[int]]:
    """The candidates in their order, those of one group together where the first of them is; at most `most` groups."""
    found: dict[int, list[int]] = {}
    for candidate, group in zip(order.tolist(), groups[order].tolist(), strict=True):
        if group in found:
            found[group].append(candidate)
        elif len(found) < most:
            found[group] = [candidate]
    return list(found.values())


def _weights(ranking: Ranking, signals: Iterable[str]) -> Mapping[str, float]:
    """The weight of each of the named signals."""
    return {name: getattr(ranking, name) for name in signals}
