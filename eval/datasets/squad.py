"""SQuAD 2.0 and 1.1 (Rajpurkar et al. 2016, 2018): JSON files of paragraphs with questions and answer spans."""

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
    make_set_document,
    parse_json,
    read_text,
    text_of,
    value_of,
)
from eval.datasets.json_paths import naming_lines
from eval.datasets.questions import Dataset, Gold, Question, find_quote

_NUMBER_ROOM = 10  # characters of an id that are left for "/" and the number of the paragraph


def read_squad(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """Read a set whose documents are its distinct paragraphs, named after their article; raises DatasetError.

    The paragraphs of the distractor files become documents too, without their questions.
    """
    contexts, questions, notes = _Contexts(), dict[str, Question](), list[str]()
    with naming_lines(path):
        for paragraph in _read_paragraphs(path):
            where = paragraph.where
            context = text_of(paragraph.item, "context", where)
            document = contexts.add(context, paragraph.title, where)
            for index, item in enumerate(value_of(paragraph.item, "qas", list, where)):
                question = _read_question(item, f"{where}.qas[{index}]", len(context), document, notes)
                if question.id in questions:
                    raise DatasetError(
                        f"{where}.qas[{index}]: id {question.id!r} is taken; give every question its own"
                    )
                questions[question.id] = question
    for distractor in distractors:
        with naming_lines(distractor):
            for paragraph in _read_paragraphs(distractor):
                contexts.add(text_of(paragraph.item, "context", paragraph.where), paragraph.title, paragraph.where)
    name = "+".join(file.stem for file in (path, *distractors))
    return make_dataset(name, contexts.documents, questions, "span", [path, *distractors], notes, by_text=True)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph as JSON, its JSON path behind its file's name, and the title of its article."""

    where: str
    title: str
    item: object


def _read_paragraphs(path: Path) -> Iterator[_Paragraph]:
    articles = value_of(parse_json(read_text(path), str(path)), "data", list, f"{path}: top level")
    for number, article in enumerate(articles):
        where = f"{path}: data[{number}]"
        title = value_of(article, "title", str, where, "") or path.stem
        for index, item in enumerate(value_of(article, "paragraphs", list, where)):
            yield _Paragraph(f"{where}.paragraphs[{index}]", title, item)


@dataclass(slots=True)
class _Contexts:
    """Documents by the canonical text of their context; `counts` holds how many each article has so far."""

    documents: dict[str, Document] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, context: str, title: str, where: str) -> Document:
        """The document of a context, made when the context is met for the first time."""
        key = canonical(context)
        if key not in self.documents:
            article = document_id(title)[: MAX_ID - _NUMBER_ROOM]
            self.documents[key] = make_set_document(f"{article}/{self.counts[article]}", context, title, where)
            self.counts[article] += 1
        return self.documents[key]


def _read_question(item: object, where: str, context_length: int, document: Document, notes: list[str]) -> Question:
    """One question; an answer that its document does not hold is left out and noted.

    Positions in the file count in the context as it was given. Making it canonical may have shortened it, so they are
    scaled to the document's text before the nearest mention is taken.
    """
    article = document.id.rpartition("/")[0]
    name, text = text_of(item, "id", where), text_of(item, "question", where)
    if value_of(item, "is_impossible", bool, where, False):
        return Question(name, text, False, (), "", "", article)
    answers = value_of(item, "answers", list, where)
    if not answers:
        raise DatasetError(f"{where}: neither answers nor is_impossible: give it one of them")
    gold: dict[Gold, None] = {}  # ordered and distinct: annotators often agree
    for index, answer in enumerate(answers):
        path = f"{where}.answers[{index}]"
        untrimmed = canonical(text_of(answer, "text", path))
        quote = untrimmed.strip()
        position = value_of(answer, "answer_start", int, path) + untrimmed.index(quote)
        start = find_quote(document.text, quote, position * len(document.text) / context_length)
        if start is None:
            notes.append(f"{path}: {quote!r} does not stand in its context")
        else:
            gold[Gold(document.id, start, start + len(quote), quote)] = None
    return Question(name, text, True, tuple(gold), "", "", article)
