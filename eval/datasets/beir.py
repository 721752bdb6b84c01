"""BEIR folders (Thakur et al. 2021): documents, queries, and judgements of whole documents."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.documents import Document
from corpus.errors import DatasetError
from eval.datasets.fields import (
    document_id,
    make_dataset,
    make_set_document,
    read_json_lines,
    read_text,
    text_of,
    value_of,
)
from eval.datasets.questions import Dataset, Gold, Question


def read_beir(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """Read corpus.jsonl, queries.jsonl and qrels/test.tsv of a folder; raises DatasetError, also for distractors.

    Queries without a relevant document, empty documents and judgements of what is unknown are noted.
    """
    if distractors:
        raise DatasetError(f"{path}: distractors go with SQuAD files; add documents to corpus.jsonl instead")
    corpus, queries, qrels = files = path / "corpus.jsonl", path / "queries.jsonl", path / "qrels" / "test.tsv"
    documents, empty = _read_corpus(corpus)
    texts = {text_of(item, "_id", where): text_of(item, "text", where) for where, item in read_json_lines(queries)}
    golds: dict[str, list[Gold]] = {}  # by query id
    unknown: set[str] = set()
    for judgement in _read_judgements(qrels):
        name = document_id(judgement.document)
        if judgement.query not in texts:
            unknown.add(f"query {judgement.query!r}")
        elif judgement.relevance > 0:
            golds.setdefault(judgement.query, []).append(Gold(name, 0, 0, "", judgement.relevance))
            if name not in documents and name not in empty:
                unknown.add(f"document {judgement.document!r}")
    notes = [f"{qrels}: {what} is unknown" for what in sorted(unknown)]
    if empty:
        notes.append(f"{corpus}: empty documents left out: {len(empty)}")
    if unjudged := len(texts) - len(golds):
        notes.append(f"{queries}: queries without anything relevant, left out: {unjudged}")
    questions = {key: Question(key, texts[key], True, tuple(gold), "", "", key) for key, gold in golds.items()}
    return make_dataset(path.name, documents, questions, "document", files, notes)


def _read_corpus(path: Path) -> tuple[dict[str, Document], set[str]]:
    """The documents by id, and the ids of the empty ones."""
    documents: dict[str, Document] = {}
    empty: set[str] = set()
    for where, item in read_json_lines(path):
        name, text = document_id(text_of(item, "_id", where)), value_of(item, "text", str, where)
        if name in documents or name in empty:
            raise DatasetError(f"{where}: _id {name!r} is taken; give every document its own")
        if text.strip():
            documents[name] = make_set_document(name, text, value_of(item, "title", str, where, ""), where)
        else:
            empty.add(name)
    return documents, empty


@dataclass(frozen=True, slots=True)
class _Judgement:
    """How relevant a document is to a query: not at all up to 0, more so the larger it is."""

    query: str
    document: str
    relevance: int


def _read_judgements(path: Path) -> Iterator[_Judgement]:
    for number, line in enumerate(read_text(path).split("\n"), 1):
        cells = line.rstrip("\r").split("\t")
        if cells == [""] or (number == 1 and cells[-1] == "score"):
            continue
        if len(cells) != 3 or not re.fullmatch(r"-?[0-9]+", cells[2]):
            raise DatasetError(f"{path}:{number}: expected query id, document id and a whole number between tabs")
        yield _Judgement(cells[0], cells[1], int(cells[2]))
