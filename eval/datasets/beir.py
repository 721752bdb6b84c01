"""BEIR folders (Thakur et al. 2021): documents, queries, and judgements of whole documents."""

from collections.abc import Sequence
from pathlib import Path

from corpus.documents import Document
from corpus.errors import DatasetError
from eval.datasets.fields import document_id, id_of, make_dataset, make_set_document, read_json_lines, value_of
from eval.datasets.left_out import BLANK, TAKEN, LeftOut
from eval.datasets.questions import Dataset, Gold, Question
from eval.datasets.trec import name_among, read_judgements

_SPLITS = ("test", "dev", "validation", "train")  # the first that is there is read
_SUFFIXES = (".tsv", ".txt", ".trec", ".qrels")


def read_beir(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """Read corpus.jsonl, queries.jsonl and qrels/test.tsv of a folder; raises DatasetError, also for distractors.

    Without test.tsv, another split is read. That, queries without a relevant document, empty documents, what is given
    twice and judgements of what is unknown are noted.
    """
    if distractors:
        raise DatasetError(f"{path}: distractors go with SQuAD files; add documents to corpus.jsonl instead")
    corpus, queries = path / "corpus.jsonl", path / "queries.jsonl"
    qrels = _find_qrels(path / "qrels")
    documents, empty = _read_corpus(corpus)
    left = LeftOut(queries)
    texts = _read_queries(queries, left)
    golds: dict[str, dict[str, Gold]] = {}  # by query id and document id
    judged: set[tuple[str, str]] = set()
    unknown: set[str] = set()
    repeated = 0
    for judgement in read_judgements(qrels):
        query, written = name_among(judgement.query, texts), name_among(judgement.document, documents)
        name = document_id(written)
        repeated += (query, name) in judged
        if query not in texts:
            unknown.add(f"query {query!r}")
        elif judgement.relevance > 0 and (query, name) not in judged:
            golds.setdefault(query, {})[name] = Gold(name, 0, 0, "", judgement.relevance)
            if name not in documents and name not in empty:
                unknown.add(f"document {written!r}")
        judged.add((query, name))
    notes = [f"{qrels}: {what} is unknown" for what in sorted(unknown)]
    if qrels.stem != "test":
        notes.insert(0, f"{qrels.parent}: there is no test.tsv; {qrels.name} is used")
    if repeated:
        notes.append(f"{qrels}: judgements of a pair that is judged further up, left out: {repeated}")
    if empty:
        notes.append(f"{corpus}: empty documents left out: {len(empty)}")
    notes += left.notes()
    if unjudged := len(texts) - len(golds):
        notes.append(f"{queries}: queries without anything relevant, left out: {unjudged}")
    questions = {key: Question(key, texts[key], True, tuple(gold.values()), "", "", key) for key, gold in golds.items()}
    return make_dataset(path.name, documents, questions, "document", (corpus, queries, qrels), notes)


def _find_qrels(folder: Path) -> Path:
    """The file of judgements; test.tsv where there is none, for the error that names it."""
    files = [folder / f"{split}{suffix}" for split in _SPLITS for suffix in _SUFFIXES]
    return next((file for file in files if file.is_file()), files[0])


def _read_queries(path: Path, left: LeftOut) -> dict[str, str]:
    """The texts of the queries by id."""
    texts: dict[str, str] = {}
    for where, item in read_json_lines(path):
        name, text = id_of(item, "_id", where), value_of(item, "text", str, where, "")
        if not text.strip():
            left.add(BLANK, where, name)
        elif name in texts:
            left.add(TAKEN, where, name)
        else:
            texts[name] = text
    return texts


def _read_corpus(path: Path) -> tuple[dict[str, Document], set[str]]:
    """The documents by id, and the ids of the empty ones; the title is the text of a document that has no other."""
    documents: dict[str, Document] = {}
    empty: set[str] = set()
    for where, item in read_json_lines(path):
        name, title = document_id(id_of(item, "_id", where)), value_of(item, "title", str, where, "")
        text = value_of(item, "text", str, where, title or None)
        if name in documents or name in empty:
            raise DatasetError(f"{where}: _id {name!r} is taken; give every document its own")
        if text.strip() or title.strip():
            documents[name] = make_set_document(name, text if text.strip() else title, title, where)
        else:
            empty.add(name)
    return documents, empty
