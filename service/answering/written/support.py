"""Whether passages support a statement, which is one sentence of a written answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.documents import Passage
from index.encoding.encoder import Encoder
from index.retrieval.words import terms
from service.answering.question.content_words import FUNCTION_WORDS
from service.answering.reader.reader import Reader

NEEDED = 0.7  # share of a statement's content words that a supporting sentence holds


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a statement is supported, and by what.

    `reason` says in plain words what the passages do not hold; empty where the statement is supported. `passage` is the
    position, from 0, of the passage that supports it; `start` and `end` are where its sentences stand in the document.
    """

    supported: bool
    reason: str
    passage: int | None = None
    start: int | None = None
    end: int | None = None


class SupportCheck:
    """Checks statements against passages. Safe to call from several threads, where reader and encoder are."""

    def __init__(self, reader: Reader | None = None, encoder: Encoder | None = None) -> None:
        self._reader = reader
        self._encoder = encoder

    def support(self, statement: str, passages: Sequence[Passage]) -> Support:
        """Whether one of the passages supports the statement. Raises nothing, whatever the text."""
        wanted = {term for term in terms(statement) if term not in FUNCTION_WORDS}
        best, where = 0.0, None
        for number, passage in enumerate(passages):
            context = set(terms(passage.context))
            for start, end in passage.sentences:
                held = set(terms(passage.text[start - passage.start : end - passage.start]))
                if any(term not in held for term in wanted if any(map(str.isdigit, term))):
                    continue
                share = len(wanted & (held | context)) / max(len(wanted), 1)
                if share > best:
                    best, where = share, (number, start, end)
        if where is None or best < NEEDED:
            return Support(False, "no passage says this")
        return Support(True, "", *where)
