"""The passages of a local snapshot that may become hits for one question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from corpus.documents import Passage, passage_id
from index.arrays import Rows, Vectors
from index.encoding.encoder import EncodedQuery
from index.retrieval.late_interaction import Matches, best_matches, token_weights
from index.retrieval.words import Frequencies
from index.storage.columns import rows_of_ranges
from index.storage.passages import PassageTable
from index.storage.vectors import VectorTable


@dataclass(frozen=True, slots=True)
class LocalCandidates:
    """Candidates whose passages lie in these `rows` (candidates,) of the passage columns.

    `has_tokens` says whether the snapshot keeps token vectors. Implements `index.search.Candidates`.
    """

    query: EncodedQuery
    rows: Rows
    signals: Mapping[str, Vectors]
    table: PassageTable
    vectors: VectorTable
    lexical: Frequencies
    has_tokens: bool

    def cosines(self, chosen: Rows) -> Sequence[Vectors]:
        """As `Candidates.cosines`."""
        rows = self.rows[chosen]
        counts = self.table.passages["sentences"][rows]
        cosines = self.vectors.sentences_of(rows).dot(self.query.vector[None, :])[0]
        return [cosines[start:end] for start, end in pairwise([0, *np.cumsum(counts).tolist()])]

    def matches(self, chosen: Rows) -> Matches | None:
        """As `Candidates.matches`."""
        if not self.has_tokens:
            return None
        rows = self.rows[chosen]
        passages = self.table.passages[rows]
        sizes, counts = passages["tokens"], passages["sentences"]
        firsts = np.cumsum(counts) - counts
        # The tokens of each part of a passage: first its context, which has what the sentences leave, then sentences.
        lengths = self.table.sentences["tokens"][rows_of_ranges(passages["first_sentence"], counts)]
        lengths = np.insert(lengths, firsts, sizes - np.add.reduceat(lengths, firsts))
        tokens = self.vectors.tokens_of(rows)
        weights = token_weights(self.query, self.lexical)
        return best_matches(self.query.tokens, weights, tokens, lengths, 1 + counts)

    def groups(self) -> Rows:
        """As `Candidates.groups`."""
        groups: Rows = self.table.passages["group"][self.rows]
        return groups

    def ids(self, chosen: Rows) -> Sequence[str]:
        """As `Candidates.ids`."""
        columns = self.table.passages[["document", "start", "end"]][self.rows[chosen]].tolist()
        return [passage_id(self.table.documents[row].info.id, start, end) for row, start, end in columns]

    def passages(self, chosen: Rows) -> Sequence[Passage]:
        """As `Candidates.passages`."""
        return list(self.table.values(self.rows[chosen]))
