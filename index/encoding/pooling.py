"""From text to tokens, and from hidden states to vectors. Between the two, a backend runs the weights."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from corpus.documents import Span
from corpus.passages import CONTEXT_TOKENS
from index.arrays import Vectors
from index.encoding.encoder import EncodedPassage, EncodedQuery, EncoderInput

Ids = NDArray[np.int64]
"""Token ids of one row: (tokens,)."""

MAX_TOKENS = 254  # the model was trained on 256 positions; [CLS] and [SEP] take two


class Backend(Protocol):
    """Runs the weights. Safe to call from several threads."""

    @property
    def variant(self) -> str:
        """As `Encoder.variant`."""

    @property
    def dim(self) -> int:
        """Length of a hidden state."""

    def forward(self, rows: Sequence[Ids]) -> Iterable[Vectors]:
        """The hidden states (tokens, dim) of each row, in order. A row is token ids (tokens,) with special tokens."""


class TextEncoder:
    """An `Encoder`, made of a backend and the text of a tokenizer.json."""

    max_tokens = MAX_TOKENS

    def __init__(self, backend: Backend, tokenizer: str, model: str, sha256: str) -> None:
        self.model = model
        self.sha256 = sha256
        self.variant = backend.variant
        self.dim = backend.dim
        self._backend = backend
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_truncation()  # the file says to cut at 128 and to pad to it
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True  # '[SEP]' in a text is text
        self._cls = self._tokenizer.token_to_id("[CLS]")
        self._sep = self._tokenizer.token_to_id("[SEP]")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As `Encoder.count_tokens`."""
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        """As `Encoder.encode_passages`; tokens of the text that do not fit are cut off and have no row."""
        contexts = [encoding.ids[:CONTEXT_TOKENS] for encoding in self._tokenize([p.context for p in passages])]
        encodings = self._tokenize([p.text for p in passages])
        texts = [
            encoding.ids[: MAX_TOKENS - len(context)] for context, encoding in zip(contexts, encodings, strict=True)
        ]
        rows = [self._row(context + text) for context, text in zip(contexts, texts, strict=True)]
        hidden = self._backend.forward(rows)
        return [
            _pool(states, 1 + len(context), np.array(encoding.offsets[: len(text)], np.int64), passage.sentences)
            for passage, context, text, encoding, states in zip(
                passages, contexts, texts, encodings, hidden, strict=True
            )
        ]

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        """As `Encoder.encode_queries`."""
        encodings = self._tokenize(questions)
        hidden = self._backend.forward([self._row(encoding.ids[:MAX_TOKENS]) for encoding in encodings])
        return [
            EncodedQuery(question, unit(states.sum(0)), unit(states[1:-1]), tuple(encoding.offsets[:MAX_TOKENS]))
            for question, encoding, states in zip(questions, encodings, hidden, strict=True)
        ]

    def _tokenize(self, texts: Sequence[str]) -> list[Encoding]:
        return self._tokenizer.encode_batch(texts, add_special_tokens=False)

    def _row(self, ids: list[int]) -> Ids:
        return np.array([self._cls, *ids, self._sep], np.int64)


def unit(vectors: Vectors) -> Vectors:
    """The vectors (..., dim), each scaled to length 1. A vector of zeros stays zero."""
    norms: Vectors = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, np.maximum(norms, np.finfo(np.float32).tiny))


def _pool(hidden: Vectors, first: int, offsets: NDArray[np.int64], sentences: Sequence[Span]) -> EncodedPassage:
    """The vectors of a passage from its hidden states (tokens, dim), special tokens included.

    The context begins at row 1, the text at row `first`. `offsets` (tokens of the text, 2) are where its tokens stand.
    """
    spans = np.array(sentences, np.int64).reshape(-1, 2)
    starts = offsets.reshape(-1, 2)[:, 0]
    sentence = np.searchsorted(spans[:, 0], starts, side="right") - 1  # of each token; -1 before the first sentence
    inside = starts < np.append(spans[:, 1], 0)[sentence]  # -1 reads the 0 at the end, so it is outside
    counts = np.bincount(sentence[inside], minlength=len(spans))
    states = hidden[first : first + len(starts)][inside]
    vector = unit(hidden.sum(0))
    vectors = np.tile(vector, (len(spans), 1))  # a sentence without tokens gets the passage's vector
    filled = counts > 0
    vectors[filled] = unit(np.add.reduceat(states, (np.cumsum(counts) - counts)[filled], axis=0))
    tokens = unit(np.concatenate([hidden[1:first], states]))
    return EncodedPassage(vector, vectors, tokens, counts.astype(np.int32))
