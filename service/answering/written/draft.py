"""A written answer while it is being checked: what is supported is kept, with its evidence; the rest is struck."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.documents import Passage
from corpus.errors import InputError
from index.search import Hit
from service.answering.answer import Answer, Evidence, Struck
from service.answering.citations.citation import Citation
from service.answering.written.splitting import Statement

if TYPE_CHECKING:
    from service.answering.written.support import Support

MAX_STATEMENTS = 6  # twice what the model is asked for
MAX_CHARACTERS = 4000

_DECLINES = re.compile(
    r"(?:(?:i'?m |i am )?sorry,? )?(?:but )?(?:the |these )?(?:given |provided )?(?:passages?|text|context)s? "
    r"(?:do|does)(?: not|n['’]t) ",
    re.IGNORECASE,
)

Cite = Callable[[str, int, int], Citation]
"""Cites `[start:end]` of a document; raises InputError where that cannot be quoted."""

FindSupport = Callable[[str, Sequence[Passage]], "Support"]
"""Whether passages support a statement."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement that is supported, and the number of its evidence in the answer, from 1."""

    text: str
    mark: int
    evidence: Evidence


class Draft:
    """Statements in the order in which the model wrote them."""

    def __init__(self, hits: Sequence[Hit], find_support: FindSupport, cite: Cite) -> None:
        """`hits` are those whose passages the model was given, in that order."""
        self._hits = hits
        self._find_support = find_support
        self._cite = cite
        self._kept: list[Kept] = []
        self._struck: list[Struck] = []
        self._seen = set[str]()
        self._repeats = self._declined = False

    @property
    def passages(self) -> Sequence[Passage]:
        """What the model was given."""
        return [hit.passage for hit in self._hits]

    @property
    def is_full(self) -> bool:
        """Whether no further statement is looked at."""
        return self._repeats or len(self._kept) + len(self._struck) >= MAX_STATEMENTS

    @property
    def struck(self) -> tuple[Struck, ...]:
        """What is not shown as an answer."""
        return tuple(self._struck)

    def check(self, statement: Statement) -> Kept | Struck:
        """Keep the statement, or strike it."""
        checked = self._check(statement)
        if isinstance(checked, Kept):
            self._kept.append(checked)
        else:
            self._struck.append(checked)
        return checked

    def answer(self) -> Answer | None:
        """What was kept, with its marks; None where nothing was."""
        if not self._kept:
            return None
        text = " ".join(f"{kept.text} [{kept.mark}]" for kept in self._kept)
        return Answer(text, "generated", self._evidence())

    def reason(self) -> str:
        """Why there is no answer."""
        if self._declined:
            return "the language model found no answer in the passages"
        if not self._struck:
            return "the language model wrote nothing"
        return "nothing that the language model wrote is supported by the passages"

    def _check(self, statement: Statement) -> Kept | Struck:
        if not statement.is_finished:
            return Struck(statement.text, "it was not finished")
        if _DECLINES.match(statement.text):
            self._declined = True
            return Struck(statement.text, "it says what the passages do not say, for which there is no evidence")
        if statement.text in self._seen:
            self._repeats = True  # small models go on like that for ever
            return Struck(statement.text, "it repeats what was written before")
        self._seen.add(statement.text)
        hits = self._cited(statement)
        if not hits:
            return Struck(statement.text, "it cites a passage that there is not")
        support = self._find_support(statement.text, [hit.passage for hit in hits])
        if not support.supported:
            return Struck(statement.text, support.reason)
        evidence = self._support_as_evidence(support, hits)
        if evidence is None:
            return Struck(statement.text, "what supports it cannot be quoted")
        known = self._evidence()
        mark = known.index(evidence) + 1 if evidence in known else len(known) + 1
        return Kept(statement.text, mark, evidence)

    def _cited(self, statement: Statement) -> Sequence[Hit]:
        """The hits that the statement cites; all where it cites none."""
        if not statement.cited:
            return self._hits
        return [self._hits[number - 1] for number in statement.cited if 1 <= number <= len(self._hits)]

    def _support_as_evidence(self, support: "Support", hits: Sequence[Hit]) -> Evidence | None:
        """The quote is read from the document, so that it is exact whatever was written."""
        if support.passage is None or support.start is None or support.end is None:
            return None
        hit = hits[support.passage]
        try:
            cited = self._cite(hit.passage.document, support.start, support.end)
        except InputError:
            return None
        return Evidence(
            cited.document, cited.start, cited.end, cited.quote, hit.rank, cited.page, cited.anchor, citation=cited
        )

    def _evidence(self) -> tuple[Evidence, ...]:
        """Each piece once, in the order of its marks."""
        return tuple(dict.fromkeys(kept.evidence for kept in self._kept))
