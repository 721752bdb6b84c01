"""SQuAD 2.0 JSON (and 1.1): questions with answer spans in contexts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.canonical import canonical
from corpus.documents import Document
from corpus.errors import DatasetError
from corpus.sources import MAX_ID
from eval.datasets.fields import (
    document_id,
    make_dataset,
    make_gold_document,
    parse_json,
    read_text,
    text_field,
    value_of,
)
from eval.datasets.json_paths import with_lines
from eval.datasets.questions import Dataset, Gold, Question, locate


def read_squad(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """SQuAD 2.0 (or 1.1): every distinct context becomes a document, named after its article."""
    contexts, questions, notes = _Contexts(), dict[str, Question](), list[str]()
    with with_lines(path):
        for where, title, paragraph in _paragraphs(path):
            context = text_field(paragraph, "context", where)
            document = contexts.add(context, title, where)
            for at, item in enumerate(value_of(paragraph, "qas", list, where)):
                question = _squad_question(item, f"{where}.qas[{at}]", len(context), document, notes)
                if question.id in questions:
                    raise DatasetError(f"{where}.qas[{at}]: id {question.id!r} is taken; give every question its own")
                questions[question.id] = question
    for further in distractors:
        with with_lines(further):
            for where, title, paragraph in _paragraphs(further):
                contexts.add(text_field(paragraph, "context", where), title, where)
    name = "+".join(file.stem for file in (path, *distractors))
    return make_dataset(name, contexts.documents, questions, "span", [path, *distractors], notes, by_text=True)


def _paragraphs(path: Path) -> Iterator[tuple[str, str, object]]:
    """Each paragraph with its JSON path and its article's title."""
    for at, article in enumerate(value_of(parse_json(read_text(path), str(path)), "data", list, f"{path}: top level")):
        where = f"{path}: data[{at}]"
        title = value_of(article, "title", str, where, "") or path.stem
        for index, paragraph in enumerate(value_of(article, "paragraphs", list, where)):
            yield f"{where}.paragraphs[{index}]", title, paragraph


@dataclass(slots=True)
class _Contexts:
    """Distinct contexts as documents, numbered within their title."""

    documents: dict[str, Document] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)

    def add(self, context: str, title: str, where: str) -> Document:
        key = canonical(context)
        if key not in self.documents:
            name = document_id(title)[: MAX_ID - 10]
            self.documents[key] = make_gold_document(f"{name}/{self.numbers[name]}", context, title, where)
            self.numbers[name] += 1
        return self.documents[key]


def _squad_question(item: object, where: str, length: int, document: Document, notes: list[str]) -> Question:
    article = document.id.rpartition("/")[0]
    identity, text = text_field(item, "id", where), text_field(item, "question", where)
    if value_of(item, "is_impossible", bool, where, False):
        return Question(identity, text, False, (), "", "", article)
    answers = value_of(item, "answers", list, where)
    if not answers:
        raise DatasetError(f"{where}: neither answers nor is_impossible: give it one of them")
    gold: dict[Gold, None] = {}
    for at, answer in enumerate(answers):
        path = f"{where}.answers[{at}]"
        given, start = canonical(text_field(answer, "text", path)), value_of(answer, "answer_start", int, path)
        quote = given.strip()
        found = locate(document.text, (start + given.index(quote)) * len(document.text) / length, quote)
        if found is None:
            notes.append(f"{path}: {quote!r} does not stand in its context")
        else:
            gold[Gold(document.id, found, found + len(quote), quote)] = None
    return Question(identity, text, True, tuple(gold), "", "", article)
