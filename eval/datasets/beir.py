"""BEIR folders: documents, queries, and judgements of whole documents."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.documents import Document
from corpus.errors import DatasetError
from eval.datasets.fields import (
    document_id,
    json_lines,
    make_dataset,
    make_gold_document,
    read_text,
    text_field,
    value_of,
)
from eval.datasets.questions import Dataset, Gold, Question


def read_beir(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """A BEIR folder: corpus.jsonl, queries.jsonl and the judgements of qrels/test.tsv, whole documents each."""
    if distractors:
        raise DatasetError(f"{path}: distractors go with SQuAD files; add documents to corpus.jsonl instead")
    corpus, queries, qrels = files = path / "corpus.jsonl", path / "queries.jsonl", path / "qrels" / "test.tsv"
    documents, empty = _beir_corpus(corpus)
    texts = {text_field(line, "_id", where): text_field(line, "text", where) for where, line in json_lines(queries)}
    judged: dict[str, list[Gold]] = {}
    unknown: set[str] = set()
    for query, name, score in _judgements(qrels):
        if query not in texts:
            unknown.add(f"query {query!r}")
        elif score > 0:
            judged.setdefault(query, []).append(Gold(document_id(name), 0, 0, "", score))
            if document_id(name) not in documents and document_id(name) not in empty:
                unknown.add(f"document {name!r}")
    notes = [f"{qrels}: {what} is unknown" for what in sorted(unknown)]
    if empty:
        notes.append(f"{corpus}: empty documents left out: {len(empty)}")
    if idle := len(texts) - len(judged):
        notes.append(f"{queries}: queries without anything relevant, left out: {idle}")
    questions = {key: Question(key, texts[key], True, tuple(gold), "", "", key) for key, gold in judged.items()}
    return make_dataset(path.name, documents, questions, "document", files, notes)


def _beir_corpus(path: Path) -> tuple[dict[str, Document], set[str]]:
    """The documents by id, and the ids of empty ones."""
    documents: dict[str, Document] = {}
    empty: set[str] = set()
    for where, line in json_lines(path):
        name, text = document_id(text_field(line, "_id", where)), value_of(line, "text", str, where)
        if name in documents or name in empty:
            raise DatasetError(f"{where}: _id {name!r} is taken; give every document its own")
        if text.strip():
            documents[name] = make_gold_document(name, text, value_of(line, "title", str, where, ""), where)
        else:
            empty.add(name)
    return documents, empty


def _judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(read_text(path).split("\n"), 1):
        cells = line.rstrip("\r").split("\t")
        if cells == [""] or (number == 1 and cells[-1] == "score"):
            continue
        if len(cells) != 3 or not re.fullmatch(r"-?[0-9]+", cells[2]):
            raise DatasetError(f"{path}:{number}: expected query id, document id and a whole number between tabs")
        yield cells[0], cells[1], int(cells[2])
