"""The product's own question sets: one JSON object a line, labelled with spans of the active snapshot's documents.

The fields are described in eval/data/README.md.
"""

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import DatasetError
from eval.datasets.fields import id_of, make_dataset, read_json_lines, text_of, value_of
from eval.datasets.left_out import UNLABELLED, LeftOut
from eval.datasets.questions import HALVES, Dataset, Gold, Question


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
    return Question(name, text, answerable, gold, value_of(item, "kind", str, where, ""), split, group)


def _read_gold(item: object, where: str) -> Gold:
    document, quote = id_of(item, "document", where), text_of(item, "quote", where)
    start, end = value_of(item, "start", int, where), value_of(item, "end", int, where)
    if start < 0 or end - start != len(quote):
        raise DatasetError(f"{where}: {start}..{end} is no span of the {len(quote)} characters in quote")
    return Gold(document, start, end, quote)
