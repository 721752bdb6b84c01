"""An encoder that knows few words."""

from collections.abc import Sequence
from dataclasses import replace

from corpus.documents import Span
from index.encoding.encoder import EncodedQuery
from tests.fakes import FakeEncoder


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
