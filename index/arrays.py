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


def products(left: Array, right: Array) -> Array:
    """The matrix product of two arrays, such as vectors (n, dim) and one vector (dim,): (n,).

    Now and then numpy would warn of what BLAS computes in lanes that it does not use.
    """
    with np.errstate(invalid="ignore"):
        found: Array = left @ right
    return found
