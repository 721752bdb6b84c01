"""Stand-ins that tests share: small, deterministic, without a model."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np

from corpus.documents import Span
from index.arrays import Vectors
from index.encoding.encoder import EncodedPassage, EncodedQuery, EncoderInput

WORD = re.compile(r"\w+|[^\w\s]")


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


class FakeEncoder:
    """A bag of words: every word has a random direction of its own, fixed by its letters."""

    model = "fake"
    sha256 = "0" * 64
    variant = "fake"
    dim = 32
    max_tokens = 254

    def __init__(self) -> None:
        self.encoded = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(WORD.findall(text)) for text in texts]

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        self.encoded += len(passages)
        return [self._passage(passage) for passage in passages]

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        found = [list(WORD.finditer(question)) for question in questions]
        tokens = [self._tokens(word[0] for word in words) for words in found]
        return [
            EncodedQuery(question, _unit(rows.sum(axis=0)), rows, tuple(word.span() for word in words))
            for question, rows, words in zip(questions, tokens, found, strict=True)
        ]

    def _passage(self, passage: EncoderInput) -> EncodedPassage:
        sentences = [self._tokens(WORD.findall(passage.text[start:end])) for start, end in passage.sentences]
        context = self._tokens(WORD.findall(passage.context))
        return EncodedPassage(
            _unit(np.concatenate([context, *sentences]).sum(axis=0)),
            _unit(np.stack([rows.sum(axis=0) for rows in sentences])),
            np.concatenate([context, *sentences]),
            np.array([len(rows) for rows in sentences], np.int32),
        )

    def _tokens(self, words: Iterable[str]) -> Vectors:
        seeds = [int.from_bytes(sha256(word.lower().encode()).digest()[:4]) for word in words]
        rows = [np.random.default_rng(seed).standard_normal(self.dim) for seed in seeds]
        return _unit(np.array(rows, np.float32).reshape(-1, self.dim))


class InPieces(FakeEncoder):
    """Cuts words that it does not know in two, as word pieces do."""

    known = frozenset({"who", "makes", "the", "and", "blue", "county"})

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        return [self._cut(query) for query in super().encode_queries(questions)]

    def _cut(self, query: EncodedQuery) -> EncodedQuery:
        spans: list[Span] = []
        rows: list[int] = []
        for row, (start, end) in enumerate(query.spans):
            whole = end - start < 4 or query.text[start:end].lower() in self.known
            parts = [(start, end)] if whole else [(start, start + 3), (start + 3, end)]
            spans += parts
            rows += [row] * len(parts)
        return replace(query, spans=tuple(spans), tokens=query.tokens[rows])
