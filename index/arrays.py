"""The types of arrays, each named once; a comment or docstring beside each use names its shape."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""Vectors, cosines, scores and weights."""

Rows: TypeAlias = NDArray[np.int64]
"""Numbers of rows, in a column or in another array."""

Array: TypeAlias = NDArray[Any]
"""A column or part of one, of whatever type the column has."""
