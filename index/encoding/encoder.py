"""The contract of an encoder, which turns text into vectors.

One forward pass over a passage gives vectors of three sizes of text: of the passage (the mean over all of its tokens,
context included, or what the model says of the whole in its first token: see `Usage.pooling`), of each sentence (the
mean over its tokens) and of each token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Span
from index.arrays import Vectors

Pooling: TypeAlias = Literal["mean", "cls"]


@dataclass(frozen=True, slots=True)
class Usage:
    """How a model wants to be used. The defaults are those of the shipped model.

    `pooling` is what the vector of a passage or a question is: the mean of all tokens, or (`cls`) the first token.
    The prompts stand before the text of every question and every passage. `max_length` is the most tokens of one
    forward pass, with prompt and special tokens.
    """

    pooling: Pooling = "mean"
    query_prompt: str = ""
    passage_prompt: str = ""
    max_length: int = 256


AS_SHIPPED = Usage()


@dataclass(frozen=True, slots=True)
class EncoderInput:
    """A passage as the encoder reads it. `sentences` are offsets in `text`; only white space lies between them."""

    context: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """Unit vectors of one passage: `vector` (dim,), `sentences` (sentences, dim) and `tokens` (tokens, dim).

    The first rows of `tokens` are those of the context. `token_counts` (sentences,) says how many of the other rows
    belong to each sentence, in order. The model's special tokens and those of its prompt have no row.
    """

    vector: Vectors
    sentences: Vectors
    tokens: Vectors
    token_counts: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class EncodedQuery:
    """Unit vectors of one question: `vector` (dim,) and `tokens` (tokens, dim). `spans` are where the tokens stand."""

    text: str
    vector: Vectors
    tokens: Vectors
    spans: tuple[Span, ...]


class Encoder(Protocol):
    """A model that is ready to use. Safe to call from several threads."""

    @property
    def model(self) -> str:
        """The model's name, for people."""

    @property
    def sha256(self) -> str:
        """SHA-256 that the model is known by, hexadecimal, as `index.encoding.weights.ModelFiles`."""

    @property
    def variant(self) -> str:
        """What runs the weights: `torch`, `onnx-fp32` or `onnx-int8`. Vectors of two variants cannot be compared."""

    @property
    def dim(self) -> int:
        """Length of every vector."""

    @property
    def usage(self) -> Usage:
        """How the model is used."""

    @property
    def max_tokens(self) -> int:
        """The most tokens of a passage, with context and without prompt and special tokens."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without special tokens and without truncation."""

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        """Encode one batch of passages; the caller chooses its size."""

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        """Encode questions; what goes beyond the most tokens of one forward pass is cut off."""
