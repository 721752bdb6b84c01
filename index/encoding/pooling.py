"""From text to tokens, and from hidden states to vectors. Between the two, a backend runs the weights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from corpus.documents import Span
from corpus.errors import ModelError
from corpus.passages import CONTEXT_TOKENS
from index.arrays import Vectors
from index.encoding.encoder import AS_SHIPPED, EncodedPassage, EncodedQuery, EncoderInput, Usage

Ids = NDArray[np.int64]
"""Token ids of one row: (tokens,)."""


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


@dataclass(frozen=True, slots=True)
class Row:
    """The tokens of one text as the backend gets them: prompt, context, text, between special tokens.

    `context` and `text` are the places in the row where these begin, `end` is where the text ends. `starts`
    (tokens of the text,) is where each of its tokens begins in the text.
    """

    ids: Ids
    context: int
    text: int
    end: int
    starts: NDArray[np.int64]


class TextEncoder:
    """An `Encoder`, made of a backend and the text of a tokenizer.json."""

    def __init__(self, backend: Backend, tokenizer: str, model: str, sha256: str, usage: Usage = AS_SHIPPED) -> None:
        """Raises ModelError where the tokenizer cannot be read, or the prompts leave no room for a passage."""
        self.model = model
        self.sha256 = sha256
        self.usage = usage
        self.variant = backend.variant
        self.dim = backend.dim
        self._backend = backend
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer)
            self._tokenizer.no_truncation()  # the file says to cut at 128 and to pad to it
            self._tokenizer.no_padding()
            self._tokenizer.encode_special_tokens = True  # '[SEP]' in a text is text
            row = self._tokenizer.encode("a b")
            first, last = row.special_tokens_mask.index(0), row.special_tokens_mask[::-1].index(0)
        except Exception as error:  # the library raises nothing more special
            raise ModelError(f"{model}: its tokenizer.json cannot be used ({error}); give another model") from error
        self._before, self._after = row.ids[:first], row.ids[len(row.ids) - last :]
        self._has_spaces = any(start == 1 for start, _ in row.offsets)  # tokens begin with the space before them
        self._room = usage.max_length - first - last
        of_passages, of_queries = self.count_tokens([usage.passage_prompt, usage.query_prompt])
        self.max_tokens = self._room - of_passages
        if self._room - max(of_passages, of_queries) <= CONTEXT_TOKENS:
            raise ModelError(f"{model}: its prompts leave no room for a text; give another model")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As `Encoder.count_tokens`."""
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        """As `Encoder.encode_passages`; tokens of the text that do not fit are cut off and have no row."""
        prompt = self.usage.passage_prompt
        leads = [prompt + (passage.context and f"{passage.context} ") for passage in passages]
        texts = [lead + passage.text for lead, passage in zip(leads, passages, strict=True)]
        rows = [
            self._row(encoding.ids, self._offsets(text, encoding), len(prompt), len(lead))
            for text, encoding, lead in zip(texts, self._tokenize(texts), leads, strict=True)
        ]
        hidden = self._backend.forward([row.ids for row in rows])
        return [
            _pool(states, self._whole(states), row, passage.sentences)
            for passage, row, states in zip(passages, rows, hidden, strict=True)
        ]

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        """As `Encoder.encode_queries`."""
        prompt = self.usage.query_prompt
        texts = [prompt + question for question in questions]
        encodings = self._tokenize(texts)
        hidden = self._backend.forward([self._between(encoding.ids[: self._room]) for encoding in encodings])
        queries = []
        for question, text, encoding, states in zip(questions, texts, encodings, hidden, strict=True):
            spans = self._offsets(text, encoding)[: self._room]
            skipped = sum(start < len(prompt) for start, _ in spans) if prompt else 0
            spans = [(start - len(prompt), end - len(prompt)) for start, end in spans[skipped:]] if prompt else spans
            tokens = unit(states[len(self._before) + skipped : len(states) - len(self._after)])
            queries.append(EncodedQuery(question, self._whole(states), tokens, tuple(spans)))
        return queries

    def _tokenize(self, texts: Sequence[str]) -> list[Encoding]:
        return self._tokenizer.encode_batch(texts, add_special_tokens=False)

    def _offsets(self, text: str, encoding: Encoding) -> list[Span]:
        """Where each token stands in the text, without the space before it."""
        if not self._has_spaces:
            return encoding.offsets
        return [(end - len(text[start:end].lstrip()), end) for start, end in encoding.offsets]

    def _row(self, ids: list[int], offsets: list[Span], prompt: int, lead: int) -> Row:
        """The row of a text whose first `prompt` characters are the prompt, and whose first `lead` end the context."""
        starts = np.array(offsets, np.int64).reshape(-1, 2)[:, 0]
        of_context, of_text = np.searchsorted(starts, (prompt, lead)).tolist()
        end_of_context = min(of_text, of_context + CONTEXT_TOKENS)
        end = of_text + self._room - end_of_context
        starts = starts[of_text:end] - lead
        context, text = len(self._before) + of_context, len(self._before) + end_of_context
        row = self._between(ids[:end_of_context] + ids[of_text:end])
        return Row(row, context, text, text + len(starts), starts)

    def _between(self, ids: list[int]) -> Ids:
        """The ids between those of the special tokens."""
        return np.array([*self._before, *ids, *self._after], np.int64)

    def _whole(self, states: Vectors) -> Vectors:
        """The vector (dim,) of all of a text from its hidden states (tokens, dim)."""
        return unit(states[0] if self.usage.pooling == "cls" else states.sum(0))


def unit(vectors: Vectors) -> Vectors:
    """The vectors (..., dim), each scaled to length 1. A vector of zeros stays zero."""
    norms: Vectors = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, np.maximum(norms, np.finfo(np.float32).tiny))


def _pool(hidden: Vectors, whole: Vectors, row: Row, sentences: Sequence[Span]) -> EncodedPassage:
    """The vectors of a passage from its hidden states (tokens, dim), special tokens included, and its own (dim,)."""
    spans = np.array(sentences, np.int64).reshape(-1, 2)
    sentence = np.searchsorted(spans[:, 0], row.starts, side="right") - 1  # of each token; -1 before the first sentence
    inside = row.starts < np.append(spans[:, 1], 0)[sentence]  # -1 reads the 0 at the end, so it is outside
    counts = np.bincount(sentence[inside], minlength=len(spans))
    states = hidden[row.text : row.end][inside]
    vectors = np.tile(whole, (len(spans), 1))  # a sentence without tokens gets the passage's vector
    filled = counts > 0
    vectors[filled] = unit(np.add.reduceat(states, (np.cumsum(counts) - counts)[filled], axis=0))
    tokens = unit(np.concatenate([hidden[row.context : row.text], states]))
    return EncodedPassage(whole, vectors, tokens, counts.astype(np.int32))
