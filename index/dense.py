"""Passage vectors in FAISS."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.errors import SnapshotError
from index.encoder import Vectors

# A wrong length field must not make FAISS allocate more than the largest index this product could build.
MAX_BYTES = 1 << 36


class DenseIndex:
    """Inner products of unit vectors, which are cosines."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "DenseIndex":
        """Index (n, dim) unit vectors; row i keeps the number i."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def load(cls, path: Path, count: int, dim: int) -> "DenseIndex":
        """Read an index whose checksum was verified; raises SnapshotError where it holds something else."""
        faiss.set_deserialization_vector_byte_limit(MAX_BYTES)
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise SnapshotError(f"{path}: FAISS cannot read it ({str(error).splitlines()[0]}); build again") from error
        if index.ntotal != count or index.d != dim:
            raise SnapshotError(f"{path}: holds {index.ntotal} vectors of {index.d}, not {count} of {dim}; build again")
        return cls(index)

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

    def query(self, vector: Vectors, count: int, among: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Rows of the `count` nearest vectors to `vector` (dim,), nearest first, only `among` those rows if given."""
        params = None
        if among is not None:
            params = faiss.SearchParameters()
            params.sel = faiss.IDSelectorBatch(among)
        count = min(count, len(self))
        if not count:
            return np.empty(0, np.int64)
        _, rows = self._index.search(vector[None, :], count, params=params)
        found: NDArray[np.int64] = rows[0]
        return found[found >= 0]
