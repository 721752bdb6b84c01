"""Tables of questions and quotes (.csv, .tsv): where the quotes stand is found in the texts that they are about.

The first line names the columns, in any order: question and quote, and where wanted document, id, answerable, split.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TypeAlias

from corpus.canonical import canonical
from corpus.errors import DatasetError
from eval.datasets.fields import make_dataset, read_text
from eval.datasets.left_out import UNLABELLED, LeftOut
from eval.datasets.questions import HALVES, Dataset, Gold, Question

Texts: TypeAlias = Callable[[], Iterable[Mapping[str, str]]]
"""Texts by the id of their document. Where there are several collections, the first that holds a quote decides."""

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_REPEATED = "questions that stand further up"
_NOWHERE = "questions whose quote stands in no document"
_SEVERAL = "questions whose quote stands in several places (give its document, or a longer quote)"


def read_question_table(path: Path, distractors: Sequence[Path] = (), texts: Texts | None = None) -> Dataset:
    """Read a set about the given texts; raises DatasetError, also where distractors or no texts are given.

    A question without a label, given twice, or whose quote stands nowhere or in several places is left out and noted.
    """
    if distractors:
        raise DatasetError(f"{path}: distractors go with SQuAD files, and this set has no documents of its own")
    rows = list(_read_rows(path))
    if texts is None:
        raise DatasetError(f"{path}: a table has no positions; give a set with positions or documents of its own")
    collections = list(texts())
    questions: dict[str, Question] = {}
    asked: set[str] = set()  # the words of questions that have no id of their own
    left = LeftOut(path)
    for row in rows:
        if not row.id and row.question in asked:
            left.add(_REPEATED, row.where, row.question)
        elif question := _make_question(row, collections, left):
            left.keep(question, row.where, questions)
            asked.add(row.question)
    return make_dataset(path.stem, None, questions, "span", [path], left.notes())


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table, blank where it says nothing; `answerable` is None there."""

    where: str
    line: int
    id: str
    question: str
    quote: str
    document: str
    split: str
    answerable: bool | None


def _read_rows(path: Path) -> Iterator[_Row]:
    text = read_text(path)
    header = text.partition("\n")[0]
    delimiter = max("\t,;", key=header.count)
    reader = csv.reader(StringIO(text), delimiter=delimiter, strict=True)
    columns = [name.strip().lower() for name in _read_header(reader, path)]
    for name in ("question", "quote"):
        if columns.count(name) != 1:
            raise DatasetError(f"{path}:1: one column should be called {name}; found {', '.join(columns) or 'none'}")
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise DatasetError(f"{path}:{line}: no line of a table ({error})") from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _make_row(cells, columns, f"{path}:{line}", line)


def _read_header(reader: Iterator[list[str]], path: Path) -> list[str]:
    """The names of the columns."""
    try:
        return next(reader, [])
    except csv.Error as error:
        raise DatasetError(f"{path}:1: no line of a table ({error})") from None


def _make_row(cells: Sequence[str], columns: Sequence[str], where: str, line: int) -> _Row:
    if len(cells) > len(columns):
        raise DatasetError(f"{where}: {len(cells)} cells, but {len(columns)} columns; quote cells that hold separators")
    values = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
    answerable, split = values.get("answerable", "").lower(), values.get("split", "").lower()
    if answerable not in ("", *_TRUTH):
        raise DatasetError(f"{where}: answerable should be true or false, found {answerable!r}")
    if split not in ("", *HALVES):
        raise DatasetError(f"{where}: split should be dev or test, not {split!r}")
    quote = canonical(values.get("quote", "")).strip()
    if quote and answerable and not _TRUTH[answerable]:
        raise DatasetError(f"{where}: a question that is not answerable must have no quote")
    return _Row(
        where=where,
        line=line,
        id=values.get("id", ""),
        question=values.get("question", ""),
        quote=quote,
        document=values.get("document", ""),
        split=split,
        answerable=_TRUTH.get(answerable),
    )


def _make_question(row: _Row, collections: Iterable[Mapping[str, str]], left: LeftOut) -> Question | None:
    """None where the question is left out, with the reason."""
    name = row.id or f"line-{row.line}"
    if row.answerable is False:
        return Question(name, row.question, False, (), "", row.split, name)
    if not row.quote:
        left.add(UNLABELLED, row.where, name)
        return None
    spans = next((spans for texts in collections if (spans := _find_spans(row, texts))), [])
    if len(spans) != 1:
        left.add(_SEVERAL if spans else _NOWHERE, row.where, name)
        return None
    return Question(name, row.question, True, (spans[0],), "", row.split, name)


def _find_spans(row: _Row, texts: Mapping[str, str]) -> list[Gold]:
    """The first two places where the quote stands: as it is written, or else with other white space."""
    if row.document:
        texts = {row.document: texts[row.document]} if row.document in texts else {}
    for pattern in (re.escape(row.quote), r"\s+".join(map(re.escape, row.quote.split()))):
        spans: list[Gold] = []
        for document, text in texts.items():
            for match in re.finditer(pattern, text):
                spans.append(Gold(document, match.start(), match.end(), match[0]))
                if len(spans) == 2:
                    return spans
        if spans:
            return spans
    return []
