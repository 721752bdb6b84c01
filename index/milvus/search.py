"""The passages of a snapshot on a Milvus server that may become hits for one question.

The server finds candidates by its dense and BM25 functions. They are scored again here exactly as a local snapshot's
are, so that scores, and the confidence fitted on them, mean the same wherever a snapshot lies.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from corpus.documents import Passage
from corpus.errors import SnapshotError
from index.arrays import Rows, Vectors
from index.encoding.encoder import EncodedQuery
from index.milvus.reading import PASSAGE_FIELDS, Reader, among, grouped, row_of
from index.milvus.rows import Row, joined
from index.retrieval.fusion import Ranking
from index.retrieval.late_interaction import Matches, best_matches, token_weights
from index.retrieval.lexical import K1, B
from index.retrieval.words import terms


class MilvusCandidates:
    """Candidates on the server, as their passage rows; what is asked for of each is fetched once.

    Implements `index.search.Candidates`.
    """

    def __init__(
        self, reader: Reader, query: EncodedQuery, rows: Sequence[Row], signals: Mapping[str, Vectors]
    ) -> None:
        self.signals = signals
        self._reader = reader
        self._query = query
        self._rows = rows
        self._known: dict[int, list[Row]] = {}

    def cosines(self, chosen: Rows) -> Sequence[Vectors]:
        """As `Candidates.cosines`."""
        return [np.array([row["score"] for row in own], np.float32) for own in self._sentences(chosen)]

    def matches(self, chosen: Rows) -> Matches | None:
        """As `Candidates.matches`."""
        if not self._reader.header.manifest.counts.tokens:
            return None
        sizes = {row_of(row): row["tokens"] for row in (self._rows[at] for at in chosen.tolist())}
        counts = [[row["tokens"] for row in own] for own in self._sentences(chosen)]
        lengths = [[size - sum(own), *own] for size, own in zip(sizes.values(), counts, strict=True)]
        parts = np.array([len(own) for own in lengths])
        weights = token_weights(self._query, self._reader.lexical)
        tokens = self._reader.tokens(sizes)
        return best_matches(self._query.tokens, weights, tokens, np.concatenate(lengths).astype(np.int32), parts)

    def passages(self, chosen: Rows) -> Sequence[Passage]:
        """As `Candidates.passages`."""
        return self._reader.values([self._rows[at] for at in chosen.tolist()], self._sentences(chosen))

    def _sentences(self, chosen: Rows) -> list[list[Row]]:
        """Row, start, end, tokens and `score` (cosine with the question) of every sentence of each of the passages."""
        unknown = sorted(set(chosen.tolist()) - self._known.keys())
        passages = [self._rows[at] for at in unknown]
        sentences: list[Row] = []
        for block in blocks(passages, self._reader.limits.rows):
            limit, only = sum(passage["sentences"] for passage in block), among("passage", map(row_of, block))
            hits = self._reader.ask(
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
                    f"{self._reader.header.manifest.id}: the server has {len(hits)} of {limit} sentences; publish again"
                )
            sentences += ({**hit["entity"], "row": hit["row"], "score": hit["distance"]} for hit in hits)
        self._known |= zip(unknown, grouped(passages, sentences), strict=True)
        return [self._known[at] for at in chosen.tolist()]


def find_candidates(
    reader: Reader, query: EncodedQuery, ranking: Ranking, top_k: int, numbers: Collection[int] | None
) -> MilvusCandidates | None:
    """Passages that the dense or the lexical list puts first, of the documents of these rows (all where None)."""
    stems = terms(query.text)
    rows = _first(reader, query.vector, stems, ranking, top_k, numbers)
    if not rows:
        return None
    signals = {
        "dense": np.array([row["vector"] for row in rows], np.float32) @ query.vector,
        "lexical": _bm25(reader, stems, [row["terms"].split() for row in rows]),
    }
    return MilvusCandidates(reader, query, rows, signals)


def _first(
    reader: Reader,
    vector: Vectors,
    stems: Sequence[str],
    ranking: Ranking,
    top_k: int,
    numbers: Collection[int] | None,
) -> list[Row]:
    """Passage rows that the dense or the lexical list puts first, by row; a list of weight 0 adds none."""
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
    room, fields = len(lists) * pool, [*PASSAGE_FIELDS, "terms", "vector"]
    hits = reader.ask("passages", "hybrid_search", lists, RRFRanker(), room, fields)[0]
    return sorted(({**hit["entity"], "row": hit["row"]} for hit in hits), key=row_of)


def _bm25(reader: Reader, stems: Sequence[str], passages: Sequence[Sequence[str]]) -> Vectors:
    """BM25 of each passage's stems, as `index.retrieval.lexical` computes it: (passages,)."""
    idfs = reader.lexical.inverse_frequencies(list(stems))
    scores = np.zeros(len(passages), np.float32)
    for at, passage in enumerate(passages):
        held = Counter(passage)
        norm = K1 * (1 - B + B * len(passage) / reader.header.mean_terms) if passage else K1
        scores[at] = sum(idf * held[stem] / (held[stem] + norm) for stem, idf in zip(stems, idfs, strict=True))
    return scores


def blocks(passages: Iterable[Row], most: int) -> Iterator[list[Row]]:
    """The passage rows in their order, in blocks of `most` sentences, or of one passage that has more."""
    block: list[Row] = []
    sentences = 0
    for passage in passages:
        sentences += passage["sentences"]
        if block and sentences > most:
            yield block
            block, sentences = [], passage["sentences"]
        block.append(passage)
    if block:
        yield block
