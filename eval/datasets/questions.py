"""Labelled questions, whatever format they came in.

Gold (a labelled answer) is a span of characters of a document, never a passage. So labels stay valid when the text is
cut into other passages.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from corpus.documents import Document
from corpus.errors import DatasetError

Unit: TypeAlias = Literal["span", "document"]

HALVES = ("dev", "test")  # the splits of a set that names none


@dataclass(frozen=True, slots=True)
class Gold:
    """A labelled answer: `quote` stands at `start` to `end` of the document.

    Where whole documents are judged, the span is empty, at 0. `relevance` is above 0.
    """

    document: str
    start: int
    end: int
    quote: str
    relevance: float = 1


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its gold: alternatives, of which any one suffices; none where the text does not answer.

    `kind` is the label that the file gives it ("who", "near-miss"), empty where it gives none. `split` is empty where
    the set has no splits. Questions of one `group` (a fact, an article) are about the same thing, so they are drawn and
    split together. `among` are the ids of the documents that it is asked of; None for all of them. `genre` is the kind
    of text that it is about, empty where the file does not say.
    """

    id: str
    text: str
    answerable: bool
    gold: tuple[Gold, ...]
    kind: str
    split: str
    group: str
    among: tuple[str, ...] | None = None
    genre: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions and the documents that they are about; `documents` is None where those are the active snapshot's.

    `unit` says what is judged: spans or whole documents. With `by_text`, any mention of the answer in the gold document
    counts as right, as in SQuAD's own scorer. `sha256` is that of the files. `notes` say what could not be used.
    """

    name: str
    documents: tuple[Document, ...] | None
    questions: tuple[Question, ...]
    unit: Unit
    sha256: str
    by_text: bool = False
    notes: tuple[str, ...] = ()

    @property
    def splits(self) -> frozenset[str]:
        """The splits that the questions name."""
        return frozenset(question.split for question in self.questions) - {""}

    def part(self, split: str | None = None, limit: int | None = None) -> "Dataset":
        """The questions of one split, at most `limit` of them, evenly spaced; raises DatasetError where there are none.

        `all` takes every question. None takes `test` where there are splits, else every question. A set without splits
        is halved into `dev` and `test` by group, so that no article is in both halves.
        """
        wanted = split or ("test" if self.splits else "all")
        questions = self.questions
        if not self.splits and wanted in HALVES:
            questions = tuple(replace(question, split=half_of(question.group)) for question in questions)
        chosen = [question for question in questions if wanted in ("all", question.split)]
        if not chosen:
            names = ", ".join(sorted(self.splits)) or "none"
            raise DatasetError(f"{self.name}: no questions in split {wanted!r}; it has {names}")
        if limit is not None and limit < len(chosen):
            chosen = [chosen[number * len(chosen) // limit] for number in range(limit)]
        return replace(self, questions=tuple(chosen))

    def within_group(self) -> "Dataset":
        """The same questions, each asked of its own article's documents only; raises DatasetError where it has none."""
        articles: dict[str, list[str]] = {}
        for document in self.documents or ():
            articles.setdefault(document.id.rpartition("/")[0], []).append(document.id)
        if unknown := {question.group for question in self.questions} - articles.keys():
            raise DatasetError(
                f"{self.name}: no documents belong to {min(unknown)!r}; "
                "only SQuAD files say which article a question is about"
            )
        questions = tuple(replace(question, among=tuple(articles[question.group])) for question in self.questions)
        note = "every question is asked of its own article only"
        return replace(self, questions=questions, notes=(*self.notes, note))


def find_quote(text: str, quote: str, near: float) -> int | None:
    """The position of `quote` in `text` that is nearest to `near`; None where the text does not hold it."""
    if near >= 0 and text.startswith(quote, round(near)):
        return round(near)
    positions = (match.start() for match in re.finditer(f"(?={re.escape(quote)})", text))
    return min(positions, key=lambda position: abs(position - near), default=None)


def fingerprint(parts: Iterable[bytes]) -> str:
    """SHA-256 in hexadecimal over the parts and their lengths: the same bytes cut elsewhere give another one."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


def half_of(group: str) -> str:
    """The half that a group (an article) is in, in a set that names no splits."""
    return HALVES[zlib.crc32(group.encode()) % 2]
