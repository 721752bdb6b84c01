"""Stand-ins that tests share, without a model: encoders, an engine and a store that know one short document."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import numpy as np

from corpus.documents import Document, DocumentInfo, Passage, Section
from corpus.errors import ConflictError, NotFoundError, SnapshotError
from index.arrays import Vectors
from index.encoding.encoder import EncodedPassage, EncodedQuery, EncoderInput, Usage
from index.search import Hit, ServedSnapshot
from index.snapshots.store import SnapshotInfo
from service.answering.answer import Abstention, Answer, Evidence, Reply, ShortAnswer
from service.answering.citations.citation import Citation, Offsets, cite
from service.answering.citations.citer import Citer
from service.answering.citations.finding import Claim, Verdict, verify
from service.answering.engine import Engine, SearchReply
from service.answering.stages import Effort

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
    usage = Usage()
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


TEXT = "= Centre =\n\n== Head ==\n\nIrakli Beridze 🎉 [leads] it. It is in The Hague."
START, END = 24, len(TEXT)
QUOTE = "Irakli Beridze 🎉 [leads] it."
DOCUMENT = Document(
    DocumentInfo(
        "notes/centre",
        "Centre",
        sha256(TEXT.encode()).hexdigest(),
        len(TEXT),
        (Section(("Head",), START, END),),
        (("author", "Ada"), ("source", "notes")),
    ),
    TEXT,
    blocks=(),
)
AFTER = TEXT[START + len(QUOTE) :]
CITATION = cite(DOCUMENT.info, "s1", TEXT[:START], QUOTE, AFTER, Offsets(START, START, START))
EVIDENCE = Evidence(DOCUMENT.id, START, START + len(QUOTE), QUOTE, passage=1, citation=CITATION)
SENTENCES = ((START, EVIDENCE.end), (EVIDENCE.end + 1, END))
PASSAGE = Passage(DOCUMENT.id, "Centre", ("Head",), START, END, TEXT[START:END], SENTENCES)
EFFORT = Effort({"encode": 0.001, "search": 0.002})
HIT = Hit(1, PASSAGE, 0.5, {"dense": 0.25}, np.zeros(2, np.float32), None)


class FakeEngine(Engine):
    """Answers every question by `QUOTE`; refuses those about a budget, and fails on those that say `broken`.

    The reader fails on those that say `unreadable`; replies to those that say `again` are remembered.
    """

    def __init__(self, snapshot: str) -> None:
        self.id = snapshot
        self.changed: str | None = None  # the file that was changed under it

    def require_unchanged(self, *, now: bool = False) -> None:
        if self.changed is not None:
            raise SnapshotError(f"{self.changed}: was changed while it was in use")

    @property
    def snapshot(self) -> str:
        return self.id

    def ask(
        self,
        question: str,
        top_k: int = 5,
        documents: Collection[str] | None = None,
        filter: Mapping[str, str] | None = None,  # noqa: A002
        *,
        read: bool = True,
        history: Sequence[str] = (),
    ) -> Reply:
        hits = self.search(question, top_k, documents, filter=filter).hits
        if "broken" in question:
            raise RuntimeError("a secret")
        short = ShortAnswer("Irakli Beridze", DOCUMENT.id, START, START + 14) if read else None
        answer = Answer(QUOTE, "extractive", (EVIDENCE,), short)
        reply = Reply(0.9, "sure", answer, None, answer, {}, question, hits, self.id, 1.0)
        effort = Effort(remembered=True) if "again" in question else EFFORT
        reply = replace(reply, reader_failed="unreadable" in question, effort=effort)
        if "budget" in question:
            reply = replace(
                reply,
                confidence=0.07,
                level="unsure",
                answer=None,
                abstained=Abstention("low_confidence", "it does not say", ("budget",), EVIDENCE),
            )
        return reply

    def search(
        self,
        query: str,
        top_k: int = 5,
        documents: Collection[str] | None = None,
        ranking: object = None,
        filter: Mapping[str, str] | None = None,  # noqa: A002
    ) -> SearchReply:
        for document in documents or ():
            self.document(document)
        fits = set((filter or {}).items()) <= set(DOCUMENT.info.metadata)
        return SearchReply(query, (HIT,) if fits else (), self.id, 1.0, effort=EFFORT)

    def documents(self) -> tuple[DocumentInfo, ...]:
        return (DOCUMENT.info,)

    def document(self, document: str) -> Document:
        if document != DOCUMENT.id:
            raise NotFoundError(f"no document has the id {document!r}")
        return DOCUMENT

    def info(self, document: str) -> DocumentInfo:
        return self.document(document).info

    def excerpt(self, document: str, start: int, end: int) -> str:
        return self.document(document).text[start:end]

    def passages(self, document: str) -> tuple[Passage, ...]:
        self.document(document)
        return (PASSAGE,)

    def cite(self, document: str, start: int, end: int) -> Citation:
        return Citer(self).cite(document, start, end)

    def verify(self, document: str, claim: Claim) -> Verdict:
        return verify(cast(ServedSnapshot, self), document, claim)


CREATED = "2026-01-02T03:04:05.000000+00:00"


class FakeStore:
    """A store of these snapshots; `active` is set by whoever wants another one to be."""

    root = Path()

    def __init__(
        self,
        active: str | None = "s1",
        snapshots: Sequence[str] = ("s2", "s1"),
        evaluation: Mapping[str, Any] | None = None,
    ) -> None:
        self.active = active
        self.evaluation = evaluation
        self.snapshots = snapshots

    def current(self) -> str | None:
        return self.active

    def list(self) -> list[SnapshotInfo]:
        return [
            SnapshotInfo(name, CREATED, name == self.active, 1, 1, "fake", 9, self.evaluation)
            for name in self.snapshots
        ]

    def activate(self, snapshot: str) -> None:
        self.open(snapshot)
        self.active = snapshot

    def delete(self, snapshot: str) -> None:
        if snapshot == self.active:
            raise ConflictError(f"{snapshot} is active")
        self.open(snapshot)
        self.snapshots = [name for name in self.snapshots if name != snapshot]

    def open(self, snapshot: str | None = None) -> ServedSnapshot:
        """An engine in the place of a snapshot: it knows the same document."""
        if snapshot not in self.snapshots:
            raise NotFoundError(f"there is no snapshot {snapshot!r}")
        return cast(ServedSnapshot, FakeEngine(str(snapshot)))


def open_fake_engine(store: object, snapshot: str) -> FakeEngine:
    """Opens a `FakeEngine` for a store."""
    return FakeEngine(snapshot)
