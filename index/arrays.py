"""The types of arrays, each named once, and their product. Shapes are named where they are used."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""Vectors, cosines, scores and weights: 32-bit floats of any shape."""

Rows: TypeAlias = NDArray[np.int64]
"""Numbers of rows in a column, or indices into an array: (n,)."""

Array: TypeAlias = NDArray[Any]
"""A column or a part of one; its type is that of the column."""


def products(vectors: Vectors, vector: Vectors) -> Vectors:
    """The product of each vector (n, dim) with one (dim,): (n,).

    Not `@`, which now and then warns of what BLAS computes in lanes that it does not use.
    """
    found: Vectors = np.dot(vectors, vector)
    return found
