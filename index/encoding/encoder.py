"""What turns text into vectors: the contract that every encoder keeps.

One forward pass over a passage gives three granularities: the passage vector (mean over all of its tokens, context
included), a vector for each sentence (mean over that sentence's tokens) and one for each token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Span
from index.arrays import Vectors


@dataclass(frozen=True, slots=True)
class EncoderInput:
    """A passage as the encoder reads it: `sentences` are offsets into `text`, and tile it but for white space."""

    context: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """Unit vectors of one passage: (dim,), (sentences, dim) and (tokens, dim).

    The first token rows are those of the context; `token_counts` (sentences,) says how many of the rest belong to each
    sentence, in order. The model's special tokens have no row.
    """

    vector: Vectors
    sentences: Vectors
    tokens: Vectors
    token_counts: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class EncodedQuery:
    """Unit vectors of one question: (dim,) and (tokens, dim); `spans` are each token's offsets in the question."""

    text: str
    vector: Vectors
    tokens: Vectors
    spans: tuple[Span, ...]


class Encoder(Protocol):
    """A model that is ready for use. Safe to call from several threads."""

    @property
    def model(self) -> str:
        """The model's name, for people."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the model's weights, hexadecimal."""

    @property
    def variant(self) -> str:
        """What runs the weights: `torch`, `onnx-fp32`, `onnx-int8`; vectors of two variants do not mix."""

    @property
    def dim(self) -> int:
        """Length of every vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens that one forward pass takes, context included, special tokens not."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Content tokens of each text, without special tokens and without truncation."""

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        """Encode one batch; the caller chooses its size."""

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        """Encode questions; text beyond `max_tokens` is cut."""
