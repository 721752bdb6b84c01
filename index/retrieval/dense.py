"""Passage vectors in FAISS: while there are few, all are compared; when there are many, only those in near clusters.

Beyond EXACT_LIMIT passages, vectors are kept as bytes in inverted lists, one for each of many clusters (IVF, SQ8). A
query probes the nearest lists, and what it finds there is scored again with the vectors themselves. How many lists it
probes is chosen when the index is built, by comparing with exact search, and proven with other queries.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import sqrt
from pathlib import Path
from typing import cast

import faiss
import numpy as np

from corpus.errors import GateError, SnapshotError
from index.arrays import Rows, Vectors, products
from index.retrieval.recall import BLOCK, DEPTH, RecallSample, blocks, fewest_probes

EXACT, APPROXIMATE = "exact", "ivf-sq8"  # the two values of `DenseTuning.kind`
EXACT_LIMIT = 50_000  # vectors; comparing with so many takes about as long as encoding the question
RECALL = 0.99  # the share of the 10 nearest that an approximate search must find, unless told otherwise
# Sentences that recall is measured with: they are as long as questions, and as varied as the text. At a recall of 0.9,
# so many of them give it a standard error of about 0.005.
QUERIES = 400
RESCORED = 4  # times as many vectors as are wanted are scored again
LISTS = 4  # times the square root of the number of vectors: so many lists an index gets
TRAINING = 48  # vectors for each cluster that k-means is given
TRAINING_ROUNDS = 10  # iterations of k-means
MAX_BYTES = 1 << 36  # the most FAISS may allocate for a length in a file: the largest index this product could build


@dataclass(frozen=True, slots=True)
class DenseTuning:
    """How passage vectors are searched: `kind` is EXACT or APPROXIMATE.

    Of an approximate index, `lists` is how many there are and `probes` how many of them a query looks into. `recall` is
    the share of the 10 nearest passages that it found for `queries` sentences of the corpus, other ones than those that
    `probes` was chosen with.
    """

    kind: str = EXACT
    lists: int = 0
    probes: int = 0
    recall: float = 1.0
    queries: int = 0


class DenseIndex:
    """Finds the unit vectors with the largest inner products, which are cosines."""

    def __init__(self, index: faiss.Index, vectors: Vectors, tuning: DenseTuning) -> None:
        self._index = index
        self._vectors = vectors
        self.tuning = tuning

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        queries: Vectors | None = None,
        recall: float = RECALL,
        exact_limit: int = EXACT_LIMIT,
        source: "DenseIndex | None" = None,
        known: Rows | None = None,
    ) -> "DenseIndex":
        """Index unit vectors (n, dim); vector i keeps the row i.

        Beyond `exact_limit` vectors, at least the share `recall` of the 10 nearest to the `queries` (m, dim) is found;
        raises GateError where that cannot be reached. `known` (n,) is the row of each vector in `source`, -1 where it
        has none. Where `source` has a fitting number of lists, known vectors keep their places in them.
        """
        if len(vectors) <= exact_limit or queries is None:
            flat = faiss.IndexFlatIP(vectors.shape[1])
            _add(flat, vectors)
            return cls(flat, vectors, DenseTuning())
        if source is not None and known is not None and source.fits(len(vectors)):
            index = _with_lists_of(cast("faiss.IndexIVFScalarQuantizer", source._index), vectors, known)
            return cls(index, vectors, source.tuning)._proven(queries, recall)
        lists = int(LISTS * sqrt(len(vectors)))
        index = _trained(vectors, lists)
        _add(index, vectors)
        return cls(index, vectors, DenseTuning(APPROXIMATE, lists))._proven(queries, recall)

    def fits(self, count: int) -> bool:
        """Whether its lists suit `count` vectors: half to twice as many as they were made for."""
        return count / 2 <= (self.tuning.lists / LISTS) ** 2 <= 2 * count

    def with_tuning(self, tuning: DenseTuning) -> "DenseIndex":
        """The same index, searched with another number of probes."""
        return DenseIndex(self._index, self._vectors, tuning)

    @classmethod
    def load(cls, path: Path, vectors: Vectors, tuning: DenseTuning, in_memory: bool = False) -> "DenseIndex":
        """Memory-map the index of these vectors, or read it; raises SnapshotError.

        The file's checksum must have been verified.
        """
        count, dim = vectors.shape
        faiss.set_deserialization_vector_byte_limit(MAX_BYTES)
        try:
            index = faiss.read_index(str(path), 0 if in_memory else faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise SnapshotError(f"{path}: FAISS cannot read it ({str(error).splitlines()[0]}); build again") from error
        if index.ntotal != count or index.d != dim:
            raise SnapshotError(f"{path}: holds {index.ntotal} vectors of {index.d}, not {count} of {dim}; build again")
        if getattr(index, "nlist", 0) != tuning.lists:
            raise SnapshotError(f"{path}: is not searched as the manifest says, {tuning.kind}; build again")
        return cls(index, vectors, tuning)

    def save(self, path: Path) -> None:
        """Write the index to one file; raises OSError."""
        # Through a Python file: FAISS's own writer misses an error when it closes the file.
        with path.open("wb") as file:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def query(self, vector: Vectors, count: int, among: Rows | None = None, exact_limit: int = EXACT_LIMIT) -> Rows:
        """The rows of the `count` vectors nearest to `vector` (dim,), nearest first: (at most count,).

        `among` are the rows to choose from, all where None; up to `exact_limit` of them are all compared.
        """
        count = min(count, len(self))
        if not count:
            return np.empty(0, np.int64)
        if among is not None and (self.tuning.kind == EXACT or len(among) <= exact_limit):
            return self._nearest(vector, among, count)
        if self.tuning.kind == EXACT:
            rows: Rows = self._index.search(vector[None, :], count)[1][0]
            return rows[rows >= 0]
        rows = self._probe(vector[None, :], count, self.tuning.probes, among)[0]
        return self._nearest(vector, np.sort(rows[rows >= 0]), count)

    def _probe(self, vectors: Vectors, count: int, probes: int, among: Rows | None = None) -> Rows:
        """The rows that may be nearest to each of the vectors: (m, RESCORED * count), -1 where there are no more."""
        params = faiss.SearchParametersIVF()
        params.nprobe = probes
        if among is not None:
            # Lists hold fewer vectors that pass the filter, so more lists are probed, in the same proportion.
            params.nprobe = min(self.tuning.lists, -(-probes * len(self) // len(among)))
            inside = np.zeros(len(self), bool)
            inside[among] = True
            bitmap = np.packbits(inside, bitorder="little")
            params.sel = faiss.IDSelectorBitmap(bitmap)  # type: ignore[call-arg, arg-type]  # its wrapper finds n
        rows: Rows = self._index.search(vectors, min(RESCORED * count, len(self)), params=params)[1]
        return rows

    def _nearest(self, vector: Vectors, rows: Rows, count: int) -> Rows:
        """The nearest of these rows, nearest first, by the vectors themselves."""
        scores = products(self._vectors[rows], vector)
        if count < len(rows):
            kept = np.argpartition(-scores, count)[:count]
            rows, scores = rows[kept], scores[kept]
        nearest: Rows = rows[np.argsort(-scores, kind="stable")]
        return nearest

    def _proven(self, queries: Vectors, wanted: float) -> "DenseIndex":
        """The same index with as many probes as give the wanted recall; raises GateError where no number does.

        The first half of the queries chooses the number, the second half measures what it finds, and raises the number
        a little where that is too little. An index whose lists were taken over begins with the number it had.
        """
        half, lists = len(queries) // 2, self.tuning.lists
        probes = self.tuning.probes
        if not probes:
            chosen_with = RecallSample.of(self._vectors, queries[: max(half, 1)])
            probes = fewest_probes(partial(self._recall, chosen_with), lists, wanted)
        proven_with = RecallSample.of(self._vectors, queries[half:])
        while (recall := self._recall(proven_with, probes)) < wanted and probes < lists:
            probes = min(lists, probes + 1 + probes // 16)
        if recall < wanted:
            raise GateError(
                f"dense index: finds {recall:.4f} of the {DEPTH} nearest, not {wanted}; want less, or raise the number "
                "of passages up to which search is exact"
            )
        queries_used = len(proven_with.queries)
        return self.with_tuning(replace(self.tuning, probes=probes, recall=round(recall, 5), queries=queries_used))

    def _recall(self, sample: RecallSample, probes: int) -> float:
        """What so many probes find of the sample."""
        return sample.recall(self._approximately_nearest(sample.queries, probes))

    def _approximately_nearest(self, queries: Vectors, probes: int) -> Iterator[Rows]:
        """The DEPTH nearest rows that so many probes find for each query."""
        for query, rows in zip(queries, self._probe(queries, DEPTH, probes), strict=True):
            yield self._nearest(query, rows[rows >= 0], DEPTH)


def _trained(vectors: Vectors, lists: int) -> faiss.IndexIVFScalarQuantizer:
    """An empty index whose lists are the clusters of a sample of the vectors (n, dim)."""
    dim = vectors.shape[1]
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim), dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.spherical, index.cp.min_points_per_centroid = TRAINING_ROUNDS, True, 1
    sample = np.random.default_rng(0).choice(len(vectors), min(len(vectors), TRAINING * lists), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(sample)]))
    return index


def _with_lists_of(old: faiss.IndexIVFScalarQuantizer, vectors: Vectors, known: Rows) -> faiss.IndexIVFScalarQuantizer:
    """An index with the lists of an old one: known vectors keep their codes under new rows, the others are added.

    `known` (n,) is the row of each of the `vectors` (n, dim) in the old index, -1 where it has none.
    """
    dim, metric = old.d, old.metric_type
    index = faiss.IndexIVFScalarQuantizer(
        faiss.clone_index(old.quantizer), dim, old.nlist, faiss.ScalarQuantizer.QT_8bit, metric
    )
    index.sq, index.is_trained = old.sq, True
    before, after = cast("faiss.InvertedLists", old.invlists), cast("faiss.InvertedLists", index.invlists)
    new_rows = np.full(old.ntotal, -1, np.int64)  # by old row; -1 where the vector is gone
    new_rows[known[known >= 0]] = np.flatnonzero(known >= 0)
    for number in range(old.nlist):
        size = before.list_size(number)
        if size:
            rows = new_rows[faiss.rev_swig_ptr(before.get_ids(number), size)]
            codes = faiss.rev_swig_ptr(before.get_codes(number), size * old.code_size).reshape(size, -1)
            kept, kept_codes = rows[rows >= 0], np.ascontiguousarray(codes[rows >= 0])
            after.add_entries(number, len(kept), faiss.swig_ptr(kept), faiss.swig_ptr(kept_codes))
    taken_over = np.zeros(len(vectors), bool)
    taken_over[new_rows[new_rows >= 0]] = True
    index.ntotal = int(taken_over.sum())
    missing = np.flatnonzero(~taken_over)
    for first in range(0, len(missing), BLOCK):
        rows = missing[first : first + BLOCK]
        index.add_with_ids(np.ascontiguousarray(vectors[rows]), rows)
    return index


def _add(index: faiss.Index, vectors: Vectors) -> None:
    """Add vectors (n, dim), a block at a time."""
    for block in blocks(vectors):
        index.add(block)
