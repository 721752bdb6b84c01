"""Labelled questions, whatever format they came in.

Gold is a span of characters of a document, never a passage, so labels survive another chunking. `load` reads the
product's own JSON lines, SQuAD 2.0 and BEIR folders (see `eval.datasets.fields`).
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

HALVES = ("dev", "test")


@dataclass(frozen=True, slots=True)
class Gold:
    """What answers a question: a span of a document or, where whole documents are judged, an empty one at 0."""

    document: str
    start: int
    end: int
    quote: str
    relevance: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its gold: alternatives, any one suffices; none where the text does not answer.

    Questions of one `group` (a fact, an article) stand or fall together; `split` is empty where the set has none.
    `among` are the documents that it is asked of, all of them where None.
    """

    id: str
    text: str
    answerable: bool
    gold: tuple[Gold, ...]
    kind: str
    split: str
    group: str
    among: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions and what they are about: `documents`, or the snapshot in use where that is None.

    `by_text`: any mention of the answer in the gold document answers, as SQuAD's scorer has it. `sha256` is that of
    the files; `notes` says what could not be used.
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
        """The parts that the questions name."""
        return frozenset(question.split for question in self.questions) - {""}

    def part(self, split: str | None = None, limit: int | None = None) -> "Dataset":
        """The questions of one split (None: `test` where there are splits; `all`), at most `limit`, evenly spaced.

        A set without splits is halved into `dev` and `test` by group, so that neither half has seen the other's texts.
        """
        wanted = split or ("test" if self.splits else "all")
        known = self.questions
        if not self.splits and wanted in HALVES:
            known = tuple(replace(question, split=_half(question.group)) for question in known)
        chosen = [question for question in known if wanted in ("all", question.split)]
        if not chosen:
            raise DatasetError(f"{self.name}: no questions in split {wanted!r}; it has {_listed(self.splits)}")
        if limit is not None and limit < len(chosen):
            chosen = [chosen[at * len(chosen) // limit] for at in range(limit)]
        return replace(self, questions=tuple(chosen))

    def within_group(self) -> "Dataset":
        """Every question asked of its own article's documents only; raises DatasetError where it has none."""
        articles: dict[str, list[str]] = {}
        for document in self.documents or ():
            articles.setdefault(document.id.rpartition("/")[0], []).append(document.id)
        if strangers := {question.group for question in self.questions} - articles.keys():
            raise DatasetError(
                f"{self.name}: no documents belong to {min(strangers)!r}; "
                "only SQuAD files say which article a question is about"
            )
        questions = tuple(replace(question, among=tuple(articles[question.group])) for question in self.questions)
        note = "every question is asked of its own article only"
        return replace(self, questions=questions, notes=(*self.notes, note))


def locate(text: str, start: float, quote: str) -> int | None:
    """Where `quote` stands in `text`, nearest to `start`; None where it does not."""
    if start >= 0 and text.startswith(quote, round(start)):
        return round(start)
    found = (match.start() for match in re.finditer(f"(?={re.escape(quote)})", text))
    return min(found, key=lambda at: abs(at - start), default=None)


def fingerprint(parts: Iterable[bytes]) -> str:
    """SHA-256, hexadecimal, over parts whose borders count."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


def _half(group: str) -> str:
    return HALVES[zlib.crc32(group.encode()) % 2]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
