"""The passages of a snapshot on a Milvus server that may become hits for one question.

The server finds candidates by vectors and by BM25. They are scored again here exactly as those of a local snapshot, so
that scores, and the confidence fitted on them, mean the same wherever a snapshot lies.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from corpus.documents import Passage, passage_id
from corpus.errors import SnapshotError
from index.arrays import Rows, Vectors, products
from index.encoding.encoder import EncodedQuery
from index.milvus.fields import SENTENCE_COLUMNS
from index.milvus.reading import PASSAGE_FIELDS, Reader, among, grouped, row_of
from index.milvus.rows import Row, joined, server_term
from index.retrieval.fusion import COPIES, Ranking, best, has_room, room_for_others
from index.retrieval.late_interaction import Matches, best_matches, token_weights
from index.retrieval.lexical import K1, B
from index.retrieval.words import terms


class MilvusCandidates:
    """Candidates on the server, as their passage rows. The sentences of each are fetched once.

    Implements `index.search.Candidates`.
    """

    def __init__(
        self, reader: Reader, query: EncodedQuery, rows: Sequence[Row], signals: Mapping[str, Vectors]
    ) -> None:
        self.signals = signals
        self._reader = reader
        self._query = query
        self._rows = rows
        self._fetched: dict[int, list[Row]] = {}  # sentence rows by candidate

    def cosines(self, chosen: Rows) -> Sequence[Vectors]:
        """As `Candidates.cosines`."""
        return [np.array([row["score"] for row in sentences], np.float32) for sentences in self._sentences(chosen)]

    def matches(self, chosen: Rows) -> Matches | None:
        """As `Candidates.matches`."""
        if not self._reader.header.manifest.counts.tokens:
            return None
        sizes = {row_of(row): row["tokens"] for row in self._passages(chosen)}
        sentence_sizes = [[row["tokens"] for row in sentences] for sentences in self._sentences(chosen)]
        # The tokens of each part of a passage: first its context, which has what the sentences leave.
        lengths = [[size - sum(inner), *inner] for size, inner in zip(sizes.values(), sentence_sizes, strict=True)]
        parts = np.array([len(part_lengths) for part_lengths in lengths])
        weights = token_weights(self._query, self._reader.lexical)
        tokens = self._reader.tokens(sizes)
        return best_matches(self._query.tokens, weights, tokens, np.concatenate(lengths).astype(np.int32), parts)

    def groups(self) -> Rows:
        """As `Candidates.groups`."""
        return np.array([row["group"] for row in self._rows], np.int64)

    def ids(self, chosen: Rows) -> Sequence[str]:
        """As `Candidates.ids`."""
        documents = self._reader.documents
        return [
            passage_id(documents[row["document"]].info.id, row["start"], row["end"]) for row in self._passages(chosen)
        ]

    def passages(self, chosen: Rows) -> Sequence[Passage]:
        """As `Candidates.passages`."""
        return self._reader.values(self._passages(chosen), self._sentences(chosen))

    def _passages(self, chosen: Rows) -> list[Row]:
        """The passage rows of the chosen candidates."""
        return [self._rows[candidate] for candidate in chosen.tolist()]

    def _sentences(self, chosen: Rows) -> list[list[Row]]:
        """The sentence rows of each chosen candidate, with their cosine with the question as `score`."""
        missing = sorted(set(chosen.tolist()) - self._fetched.keys())
        passages = [self._rows[candidate] for candidate in missing]
        sentences: list[Row] = []
        for block in blocks(passages, self._reader.limits.rows):
            sentences += self._search_sentences(block)
        self._fetched |= zip(missing, grouped(passages, sentences), strict=True)
        return [self._fetched[candidate] for candidate in chosen.tolist()]

    def _search_sentences(self, passages: Sequence[Row]) -> Iterator[Row]:
        """Every sentence of these passages, in any order; raises SnapshotError where the server has lost one."""
        count = sum(passage["sentences"] for passage in passages)
        results = self._reader.ask(
            "sentences",
            "search",
            [self._query.vector],
            among("passage", map(row_of, passages)),
            count,
            [*SENTENCE_COLUMNS],
            anns_field="vector",
        )[0]
        if len(results) != count:
            raise SnapshotError(
                f"{self._reader.header.manifest.id}: the server has {len(results)} of {count} sentences; publish again"
            )
        return ({**result["entity"], "row": result["row"], "score": result["distance"]} for result in results)


def find_candidates(
    reader: Reader, query: EncodedQuery, ranking: Ranking, top_k: int, documents: Collection[int] | None
) -> MilvusCandidates | None:
    """As `ServedSnapshot.candidates`, with documents named by their rows."""
    stems = terms(query.text)
    pool = max(ranking.pool, top_k)
    largest = max(pool, reader.limits.rows // 2)  # the server's reply has room for two lists
    count = pool
    while True:
        rows = _first_passages(reader, query.vector, stems, ranking, count, documents)
        if not rows:
            return None
        signals = {
            "dense": products(np.array([row["vector"] for row in rows], np.float32), query.vector),
            "lexical": _bm25(reader, stems, [row["terms"].split() for row in rows]),
        }
        groups = np.array([row["group"] for row in rows], np.int64)
        lists = _ranked(signals, ranking, count)
        if count == largest or all(has_room(groups[ranked], count, pool) for ranked in lists):
            break
        count = min(COPIES * count, largest)
    kept = np.array(sorted({row for ranked in lists for row in ranked[room_for_others(groups[ranked], pool)].tolist()}))
    chosen = [rows[row] for row in kept.tolist()]
    return MilvusCandidates(reader, query, chosen, {name: values[kept] for name, values in signals.items()})


def _ranked(signals: Mapping[str, Vectors], ranking: Ranking, count: int) -> list[Rows]:
    """The first `count` candidates by vectors and by words, best first; a signal of weight 0 gives no list."""
    lists = [best(signals["dense"], count)] if ranking.dense else []
    if ranking.lexical:
        matching = np.flatnonzero(signals["lexical"])
        lists.append(matching[best(signals["lexical"][matching], count)])
    return lists


def _first_passages(
    reader: Reader,
    vector: Vectors,
    stems: Sequence[str],
    ranking: Ranking,
    pool: int,
    documents: Collection[int] | None,
) -> list[Row]:
    """The rows of the first `pool` passages by vectors and by words, in the order of their numbers.

    `vector` (dim,) is the question's. A list of weight 0 adds none.
    """
    from pymilvus import AnnSearchRequest, RRFRanker

    only = None if documents is None else among("document", documents)
    lists = []
    if ranking.dense:
        lists.append(AnnSearchRequest([vector], "vector", {"metric_type": "IP"}, pool, only))
    if ranking.lexical and stems:
        lists.append(AnnSearchRequest([joined(stems)], "sparse", {"metric_type": "BM25"}, pool, only))
    if not lists or (documents is not None and not documents):
        return []
    # The server's own ranking of the two lists does not matter: its reply has room for all of both.
    room, fields = len(lists) * pool, [*PASSAGE_FIELDS, "terms", "vector"]
    results = reader.ask("passages", "hybrid_search", lists, RRFRanker(), room, fields)[0]
    return sorted(({**result["entity"], "row": result["row"]} for result in results), key=row_of)


def _bm25(reader: Reader, stems: Sequence[str], passages: Sequence[Sequence[str]]) -> Vectors:
    """BM25 of each passage's stems for the question's, as `index.retrieval.postings` computes it: (passages,)."""
    idfs = reader.lexical.inverse_frequencies(list(stems))
    scores = np.zeros(len(passages), np.float32)
    for row, passage in enumerate(passages):
        frequencies = Counter(passage)
        norm = K1 * (1 - B + B * len(passage) / reader.header.mean_terms) if passage else K1
        scores[row] = sum(
            idf * frequencies[stem] / (frequencies[stem] + norm)
            for stem, idf in zip(map(server_term, stems), idfs, strict=True)
        )
    return scores


def blocks(passages: Iterable[Row], most: int) -> Iterator[list[Row]]:
    """The passage rows in order, in blocks of at most `most` sentences, or of one passage that has more."""
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
