"""The product's own question sets: one JSON object a line, labelled with spans of the active snapshot's documents.

The fields are described in eval/data/README.md.
"""

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import DatasetError
from eval.datasets.fields import make_dataset, read_json_lines, text_of, value_of
from eval.datasets.questions import Dataset, Gold, Question


def read_question_lines(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """Read a set that brings no documents; raises DatasetError, also where distractors are given."""
    if distractors:
        raise DatasetError(f"{path}: distractors go with SQuAD files, and this set has no documents of its own")
    questions: dict[str, Question] = {}
    for where, item in read_json_lines(path):
        question = _read_question(item, where)
        if question.id in questions:
            raise DatasetError(f"{where}: id {question.id!r} is taken; give every question its own")
        questions[question.id] = question
    return make_dataset(path.stem, None, questions, "span", [path])


def _read_question(item: object, where: str) -> Question:
    name = text_of(item, "id", where)
    text = text_of(item, "question", where)
    answerable = value_of(item, "answerable", bool, where)
    gold = tuple(_read_gold(evidence, where) for evidence in value_of(item, "evidence", list, where))
    if answerable != bool(gold):
        raise DatasetError(f"{where}: answerable questions need evidence, and others must have none")
    split = value_of(item, "split", str, where, "")
    group = value_of(item, "fact", str, where, "") or name
    if split not in ("", "dev", "test"):
        raise DatasetError(f"{where}: split should be dev or test, not {split!r}")
    return Question(name, text, answerable, gold, value_of(item, "kind", str, where, ""), split, group)


def _read_gold(item: object, where: str) -> Gold:
    document, quote = text_of(item, "document", where), text_of(item, "quote", where)
    start, end = value_of(item, "start", int, where), value_of(item, "end", int, where)
    if start < 0 or end - start != len(quote):
        raise DatasetError(f"{where}: {start}..{end} is no span of the {len(quote)} characters in quote")
    return Gold(document, start, end, quote)
