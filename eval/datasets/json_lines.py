"""The product's own question sets: JSON lines, labelled with spans of the documents that a snapshot holds."""

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import DatasetError
from eval.datasets.fields import json_lines, make_dataset, text_field, value_of
from eval.datasets.questions import Dataset, Gold, Question


def read_lines(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """One question a line, labelled with spans of the documents that the snapshot in use holds."""
    if distractors:
        raise DatasetError(f"{path}: distractors go with SQuAD files, and this set has no documents of its own")
    questions: dict[str, Question] = {}
    for where, line in json_lines(path):
        question = _line_question(line, where)
        if question.id in questions:
            raise DatasetError(f"{where}: id {question.id!r} is taken; give every question its own")
        questions[question.id] = question
    return make_dataset(path.stem, None, questions, "span", [path])


def _line_question(line: object, where: str) -> Question:
    identity, text, answerable = (
        text_field(line, "id", where),
        text_field(line, "question", where),
        value_of(line, "answerable", bool, where),
    )
    gold = tuple(_evidence(item, where) for item in value_of(line, "evidence", list, where))
    if answerable != bool(gold):
        raise DatasetError(f"{where}: answerable questions need evidence, and others must have none")
    split, group = value_of(line, "split", str, where, ""), value_of(line, "fact", str, where, "") or identity
    if split not in ("", "dev", "test"):
        raise DatasetError(f"{where}: split should be dev or test, not {split!r}")
    return Question(identity, text, answerable, gold, value_of(line, "kind", str, where, ""), split, group)


def _evidence(item: object, where: str) -> Gold:
    document, quote = text_field(item, "document", where), text_field(item, "quote", where)
    start, end = value_of(item, "start", int, where), value_of(item, "end", int, where)
    if start < 0 or end - start != len(quote):
        raise DatasetError(f"{where}: {start}..{end} is no span of the {len(quote)} characters in quote")
    return Gold(document, start, end, quote)
