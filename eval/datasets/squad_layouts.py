"""The layouts that SQuAD comes in, each read as paragraphs with questions.

The authors' own: articles with paragraphs with questions. That of Hugging Face's `datasets`: one row a question, which
repeats its paragraph; as a list, under `data`, or as JSON lines. There, answers are two columns of equal length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import DatasetError
from eval.datasets.fields import parse_json, read_json_lines, read_text, value_of


@dataclass(frozen=True, slots=True)
class Placed:
    """A JSON value, and the name of its spot in the file."""

    where: str
    item: object


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its `context`, the title of its article, and its questions."""

    where: str
    title: str
    item: object
    questions: tuple[Placed, ...]


def read_paragraphs(path: Path) -> Iterator[Paragraph]:
    """The paragraphs of a file in any of the layouts; raises DatasetError."""
    if path.suffix.lower() == ".jsonl":
        for where, item in read_json_lines(path):
            yield _row(Placed(f"{where}: row", item), path)
        return
    whole = parse_json(read_text(path), str(path))
    values = whole if isinstance(whole, list) else value_of(whole, "data", list, f"{path}: top level")
    name = "" if isinstance(whole, list) else "data"
    for index, item in enumerate(values):
        placed = Placed(f"{path}: {name}[{index}]", item)
        if holds_row(item):
            yield _row(placed, path)
        else:
            yield from _article(placed, path)


def holds_row(item: object) -> bool:
    """Whether a JSON value is a question with its paragraph."""
    return isinstance(item, dict) and "context" in item and "question" in item


def read_answers(question: Placed) -> tuple[Placed, ...] | None:
    """The answers of a question, as objects with `text` and `answer_start`; None where it does not say.

    No rows in the two columns say that there is no answer.
    """
    where, item = question.where, question.item
    given = item.get("answers") if isinstance(item, dict) else None
    if not isinstance(given, dict):
        listed = value_of(item, "answers", list, where, [])
        return tuple(Placed(f"{where}.answers[{index}]", answer) for index, answer in enumerate(listed)) or None
    texts, starts = (value_of(given, key, list, f"{where}: answers") for key in ("text", "answer_start"))
    if len(texts) != len(starts):
        raise DatasetError(f"{where}: answers: {len(texts)} in text, but {len(starts)} in answer_start")
    pairs = enumerate(zip(texts, starts, strict=True), 1)
    return tuple(
        Placed(f"{where}: answer {number}", {"text": text, "answer_start": start}) for number, (text, start) in pairs
    )


def _row(placed: Placed, path: Path) -> Paragraph:
    title = value_of(placed.item, "title", str, placed.where, "") or path.stem
    return Paragraph(placed.where, title, placed.item, (placed,))


def _article(article: Placed, path: Path) -> Iterator[Paragraph]:
    title = value_of(article.item, "title", str, article.where, "") or path.stem
    for index, item in enumerate(value_of(article.item, "paragraphs", list, article.where)):
        where = f"{article.where}.paragraphs[{index}]"
        listed = enumerate(value_of(item, "qas", list, where, []))
        yield Paragraph(where, title, item, tuple(Placed(f"{where}.qas[{number}]", qa) for number, qa in listed))
