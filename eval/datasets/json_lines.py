"""The product's own question sets: one JSON object a line, labelled with spans of documents.

The documents are those of the active snapshot, or they lie beside the questions. The fields are described in
eval/data/README.md.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpus.errors import DatasetError
from corpus.sources import read_source
from eval.datasets.fields import id_of, make_dataset, read_json_lines, text_of, value_of
from eval.datasets.left_out import UNLABELLED, LeftOut
from eval.datasets.questions import HALVES, Dataset, Gold, Question, fingerprint

QUESTIONS, TEXTS = "questions.jsonl", "texts"  # in the folder of a set that brings its documents


def read_question_folder(folder: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """Read a folder with questions and, in a folder of its own, the texts that they are about; raises DatasetError."""
    dataset = read_question_lines(folder / QUESTIONS, distractors)
    documents = tuple(read_source(folder / TEXTS))
    texts = {document.id: document.text for document in documents}
    for question in dataset.questions:
        if unknown := set(question.among or ()) - texts.keys():
            raise DatasetError(f"{folder}: {question.id} is asked of {min(unknown)!r}, which is none of its texts")
        for gold in question.gold:
            if texts.get(gold.document, "")[gold.start : gold.end] != gold.quote:
                raise DatasetError(f"{folder}: the quote of {question.id} does not stand in {gold.document}")
    sha256 = fingerprint([dataset.sha256.encode(), *(document.info.sha256.encode() for document in documents)])
    return replace(dataset, name=folder.name, documents=documents, sha256=sha256)


def read_question_lines(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """Read a set that brings no documents; raises DatasetError, also where distractors are given.

    A question that is given twice, has no words or no label is left out and noted.
    """
    if distractors:
        raise DatasetError(f"{path}: distractors go with SQuAD files, and this set has no documents of its own")
    questions: dict[str, Question] = {}
    left = LeftOut(path)
    for where, item in read_json_lines(path):
        if question := _read_question(item, where, left):
            left.keep(question, where, questions)
    return make_dataset(path.stem, None, questions, "span", [path], left.notes())


def _read_question(item: object, where: str, left: LeftOut) -> Question | None:
    """None where the line does not say what the answer is, or that there is none."""
    name, text = id_of(item, "id", where), value_of(item, "question", str, where)
    gold = tuple(_read_gold(evidence, where) for evidence in value_of(item, "evidence", list, where, []))
    answerable = value_of(item, "answerable", bool, where, True)
    if gold and not answerable:
        raise DatasetError(f"{where}: answerable questions need evidence, and others must have none")
    split = value_of(item, "split", str, where, "")
    group = value_of(item, "fact", str, where, "") or name
    if split not in ("", *HALVES):
        raise DatasetError(f"{where}: split should be dev or test, not {split!r}")
    if answerable and not gold:
        left.add(UNLABELLED, where, name)
        return None
    kind, genre = (value_of(item, key, str, where, "") for key in ("kind", "genre"))
    among = _read_among(item, where)
    if among and not all(each.document in among for each in gold):
        raise DatasetError(f"{where}: the evidence stands in a document that `among` does not name")
    return Question(name, text, answerable, gold, kind, split, group, among, genre)


def _read_among(item: object, where: str) -> tuple[str, ...] | None:
    """The documents that the question is asked of; None for all of them."""
    among = tuple(value_of(item, "among", list, where, []))
    if not all(isinstance(name, str) for name in among):
        raise DatasetError(f"{where}: among should be a list of document ids")
    return among or None


def _read_gold(item: object, where: str) -> Gold:
    document, quote = id_of(item, "document", where), text_of(item, "quote", where)
    start, end = value_of(item, "start", int, where), value_of(item, "end", int, where)
    if start < 0 or end - start != len(quote):
        raise DatasetError(f"{where}: {start}..{end} is no span of the {len(quote)} characters in quote")
    return Gold(document, start, end, quote)
