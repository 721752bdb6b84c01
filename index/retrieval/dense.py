"""Passage vectors in FAISS: all of them compared while they are few, near clusters only when they are many.

Beyond `EXACT_LIMIT` passages, vectors are kept as bytes in inverted lists, one for each of many clusters (IVF, SQ8). A
query looks into the nearest lists, and what it finds there is scored again with the vectors themselves. How many lists
is found when the index is built, by comparing its answers with exact ones, and proven with queries not used for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import cast

import faiss
import numpy as np

from corpus.errors import GateError, SnapshotError
from index.arrays import Rows, Vectors

EXACT_LIMIT = 50_000  # comparing with so many takes about as long as encoding the question
RECALL = 0.99  # the wanted share of the 10 nearest that are found
DEPTH = 10
QUERIES = 400  # sample by which recall is measured: a standard error of about .005 for one query's recall of .9
RESCORED = 4  # times as many candidates as are asked for are scored again
TRAINING = 48  # vectors for each cluster
BLOCK = 1 << 15
# A wrong length field must not make FAISS allocate more than the largest index this product could build.
MAX_BYTES = 1 << 36


@dataclass(frozen=True, slots=True)
class DenseTuning:
    """How passage vectors are searched: `kind` exact or ivf-sq8, its `lists`, how many a query probes.

    `recall` is the share of the 10 nearest passages that `queries` sentences of the corpus found, measured; other
    sentences than those by which `probes` was chosen.
    """

    kind: str = "exact"
    lists: int = 0
    probes: int = 0
    recall: float = 1.0
    queries: int = 0


class DenseIndex:
    """Inner products of unit vectors, which are cosines."""

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
        """Index (n, dim) unit vectors; row i keeps the number i.

        Beyond `exact_limit` vectors, at least `recall` of the 10 nearest to the `queries` (m, dim) are found; raises
        GateError where that cannot be reached. Vectors whose `known` (n,) is a row of `source`, not -1, keep their
        places in its lists as long as there are about as many as when those were made.
        """
        if len(vectors) <= exact_limit or queries is None:
            flat = faiss.IndexFlatIP(vectors.shape[1])
            _add(flat, vectors)
            return cls(flat, vectors, DenseTuning())
        if source is not None and known is not None and source.fits(len(vectors)):
            index = _taken_over(cast("faiss.IndexIVFScalarQuantizer", source._index), vectors, known)
            return cls(index, vectors, source.tuning)._proven(queries, recall)
        lists = int(4 * sqrt(len(vectors)))
        index = _trained(vectors, lists)
        _add(index, vectors)
        return cls(index, vectors, DenseTuning("ivf-sq8", lists))._proven(queries, recall)

    def fits(self, count: int) -> bool:
        """Whether its lists suit that many vectors: half to twice as many as they were made for."""
        return count / 2 <= (self.tuning.lists / 4) ** 2 <= 2 * count

    @classmethod
    def load(cls, path: Path, vectors: Vectors, tuning: DenseTuning) -> "DenseIndex":
        """Memory-map an index of these vectors whose checksum was verified; raises SnapshotError where it is not."""
        count, dim = vectors.shape
        faiss.set_deserialization_vector_byte_limit(MAX_BYTES)
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise SnapshotError(f"{path}: FAISS cannot read it ({str(error).splitlines()[0]}); build again") from error
        if index.ntotal != count or index.d != dim:
            raise SnapshotError(f"{path}: holds {index.ntotal} vectors of {index.d}, not {count} of {dim}; build again")
        if getattr(index, "nlist", 0) != tuning.lists:
            raise SnapshotError(f"{path}: is not searched as the manifest says, {tuning.kind}; build again")
        return cls(index, vectors, tuning)

    def save(self, path: Path) -> None:
        """Write the index to one file; raises OSError."""
        # Through a file of Python's: FAISS's own writer does not see an error when it closes.
        with path.open("wb") as file:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def query(self, vector: Vectors, count: int, among: Rows | None = None) -> Rows:
        """Rows of the `count` nearest vectors to `vector` (dim,), nearest first, only `among` those rows if given."""
        count = min(count, len(self))
        if not count:
            return np.empty(0, np.int64)
        if among is not None and (self.tuning.kind == "exact" or len(among) <= EXACT_LIMIT):
            return self._nearest(vector, among, count)
        if self.tuning.kind == "exact":
            found: Rows = self._index.search(vector[None, :], count)[1][0]
            return found[found >= 0]
        found = self._probe(vector[None, :], count, self.tuning.probes, among)[0]
        return self._nearest(vector, np.sort(found[found >= 0]), count)

    def _probe(self, vectors: Vectors, count: int, probes: int, among: Rows | None = None) -> Rows:
        """Candidates (m, RESCORED * count) for being nearest, -1 where there are no more."""
        params = faiss.SearchParametersIVF()
        params.nprobe = probes
        if among is not None:  # what passes the filter is thinner by so much, so look into as many lists more
            params.nprobe = min(self.tuning.lists, -(-probes * len(self) // len(among)))
            inside = np.zeros(len(self), bool)
            inside[among] = True
            bitmap = np.packbits(inside, bitorder="little")
            params.sel = faiss.IDSelectorBitmap(bitmap)  # type: ignore[call-arg, arg-type]  # its wrapper finds n
        found: Rows = self._index.search(vectors, min(RESCORED * count, len(self)), params=params)[1]
        return found

    def _nearest(self, vector: Vectors, rows: Rows, count: int) -> Rows:
        """The nearest of these rows by the vectors themselves."""
        scores = self._vectors[rows] @ vector
        if count < len(rows):
            kept = np.argpartition(-scores, count)[:count]
            rows, scores = rows[kept], scores[kept]
        nearest: Rows = rows[np.argsort(-scores, kind="stable")]
        return nearest

    def _proven(self, queries: Vectors, wanted: float) -> "DenseIndex":
        """The same index with as many probes as find the wanted share; raises GateError.

        The first half of the queries chooses their number. What it finds is measured with the second half, which takes
        a few more where they are too few for it. An index taken over begins with the probes that it had.
        """
        half, lists = len(queries) // 2, self.tuning.lists
        probes = self.tuning.probes or self._fewest(queries[: max(half, 1)], wanted)
        proof = queries[half:]
        furthest = _tenth_best(self._vectors, proof)
        while (recall := self._recall(proof, furthest, probes)) < wanted and probes < lists:
            probes = min(lists, probes + 1 + probes // 16)
        if recall < wanted:
            raise GateError(
                f"dense index: finds {recall:.4f} of the {DEPTH} nearest, not {wanted}; want less, or raise the number "
                "of passages up to which search is exact"
            )
        return DenseIndex(
            self._index, self._vectors, DenseTuning("ivf-sq8", lists, probes, round(recall, 5), len(proof))
        )

    def _fewest(self, queries: Vectors, wanted: float) -> int:
        """About as few probes as find the wanted share, every list where none do."""
        furthest = _tenth_best(self._vectors, queries)
        low, high = 0, min(8, self.tuning.lists)
        while high < self.tuning.lists and self._recall(queries, furthest, high) < wanted:
            low, high = high, min(2 * high, self.tuning.lists)
        while high - low > 1 + high // 8:
            middle = (low + high) // 2
            low, high = (low, middle) if self._recall(queries, furthest, middle) >= wanted else (middle, high)
        return high

    def _recall(self, queries: Vectors, furthest: Vectors, probes: int) -> float:
        """recall@10 by score, so that of passages with the same vector any is right."""
        hits = 0
        for query, least, found in zip(queries, furthest, self._probe(queries, DEPTH, probes), strict=True):
            rows = self._nearest(query, found[found >= 0], DEPTH)
            hits += int((self._vectors[rows] @ query >= least - 1e-6).sum())
        return hits / (len(queries) * min(DEPTH, len(self)))


def _trained(vectors: Vectors, lists: int) -> faiss.IndexIVFScalarQuantizer:
    """An empty index whose lists are the clusters of a sample."""
    dim = vectors.shape[1]
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim), dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.spherical, index.cp.min_points_per_centroid = 10, True, 1
    sample = np.random.default_rng(0).choice(len(vectors), min(len(vectors), TRAINING * lists), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(sample)]))
    return index


def _taken_over(old: faiss.IndexIVFScalarQuantizer, vectors: Vectors, known: Rows) -> faiss.IndexIVFScalarQuantizer:
    """The same lists with their codes under new numbers, without what is gone and with what is new."""
    dim, metric = old.d, old.metric_type
    index = faiss.IndexIVFScalarQuantizer(
        faiss.clone_index(old.quantizer), dim, old.nlist, faiss.ScalarQuantizer.QT_8bit, metric
    )
    index.sq, index.is_trained = old.sq, True
    before, after = cast("faiss.InvertedLists", old.invlists), cast("faiss.InvertedLists", index.invlists)
    numbers = np.full(old.ntotal, -1, np.int64)
    numbers[known[known >= 0]] = np.flatnonzero(known >= 0)
    for at in range(old.nlist):
        size = before.list_size(at)
        if size:
            ids = numbers[faiss.rev_swig_ptr(before.get_ids(at), size)]
            codes = faiss.rev_swig_ptr(before.get_codes(at), size * old.code_size).reshape(size, -1)
            kept, bytes_kept = ids[ids >= 0], np.ascontiguousarray(codes[ids >= 0])
            after.add_entries(at, len(kept), faiss.swig_ptr(kept), faiss.swig_ptr(bytes_kept))
    placed = np.zeros(len(vectors), bool)
    placed[numbers[numbers >= 0]] = True
    index.ntotal = int(placed.sum())
    new = np.flatnonzero(~placed)
    for first in range(0, len(new), BLOCK):
        rows = new[first : first + BLOCK]
        index.add_with_ids(np.ascontiguousarray(vectors[rows]), rows)
    return index


def _add(index: faiss.Index, vectors: Vectors) -> None:
    for block in _blocks(vectors):
        index.add(block)


def _tenth_best(vectors: Vectors, queries: Vectors) -> Vectors:
    """For each query (m, dim) its inner product with the tenth nearest of all vectors: (m,)."""
    best = np.full((len(queries), DEPTH), -np.inf, np.float32)
    for block in _blocks(vectors):
        best = np.partition(np.hstack([best, queries @ block.T]), -DEPTH, axis=1)[:, -DEPTH:]
    tenth: Vectors = best.max(axis=1) if len(vectors) < DEPTH else best.min(axis=1)
    return tenth


def _blocks(vectors: Vectors) -> Iterator[Vectors]:
    for first in range(0, len(vectors), BLOCK):
        yield np.ascontiguousarray(vectors[first : first + BLOCK])
