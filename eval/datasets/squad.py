"""SQuAD 2.0 and 1.1 (Rajpurkar et al. 2016, 2018): JSON files of paragraphs with questions and answer spans."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.canonical import canonical
from corpus.documents import Document
from corpus.sources import MAX_ID
from eval.datasets.fields import document_id, flag_of, id_of, make_dataset, make_set_document, text_of, value_of
from eval.datasets.json_paths import naming_lines
from eval.datasets.left_out import UNLABELLED, LeftOut
from eval.datasets.questions import Dataset, Gold, Question, find_quote
from eval.datasets.squad_layouts import Placed, read_answers, read_paragraphs

_NUMBER_ROOM = 10  # characters of an id that are left for "/" and the number of the paragraph


def read_squad(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """Read a set whose documents are its distinct paragraphs, named after their article; raises DatasetError.

    The paragraphs of the distractor files become documents too, without their questions. Questions that are given
    twice, have no words or no label are left out and noted.
    """
    contexts, questions, notes, left = _Contexts(), dict[str, Question](), list[str](), LeftOut(path)
    with naming_lines(path):
        for paragraph in read_paragraphs(path):
            context = text_of(paragraph.item, "context", paragraph.where)
            document = contexts.add(context, paragraph.title, paragraph.where)
            for placed in paragraph.questions:
                if question := _read_question(placed, len(context), document, notes, left):
                    left.keep(question, placed.where, questions)
    for distractor in distractors:
        with naming_lines(distractor):
            for paragraph in read_paragraphs(distractor):
                contexts.add(text_of(paragraph.item, "context", paragraph.where), paragraph.title, paragraph.where)
    notes += left.notes()
    if questions and not any(question.answerable for question in questions.values()):
        notes.append(f"{path}: no question has an answer, so all count as unanswerable")
    name = "+".join(file.stem for file in (path, *distractors))
    return make_dataset(name, contexts.documents, questions, "span", [path, *distractors], notes, by_text=True)


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


def _read_question(
    placed: Placed, context_length: int, document: Document, notes: list[str], left: LeftOut
) -> Question | None:
    """One question, None where it has no label; an answer that its document does not hold is left out and noted.

    Positions in the file count in the context as it was given. Making it canonical may have shortened it, so they are
    scaled to the document's text before the nearest mention is taken.
    """
    where, item, article = placed.where, placed.item, document.id.rpartition("/")[0]
    name, text = id_of(item, "id", where), value_of(item, "question", str, where)
    impossible = flag_of(item, "is_impossible", where)
    if impossible:
        return Question(name, text, False, (), "", "", article)
    answers = read_answers(placed)
    if not answers and (answers is None or impossible is False):
        left.add(UNLABELLED, where, name)
        return None
    gold: dict[Gold, None] = {}  # ordered and distinct: annotators often agree
    for answer in answers or ():
        untrimmed = canonical(value_of(answer.item, "text", str, answer.where))
        quote = untrimmed.strip()
        if not quote:
            notes.append(f"{answer.where}: text is empty, left out")
            continue
        position = value_of(answer.item, "answer_start", int, answer.where) + untrimmed.index(quote)
        start = find_quote(document.text, quote, position * len(document.text) / context_length)
        if start is None:
            notes.append(f"{answer.where}: {quote!r} does not stand in its context")
        else:
            gold[Gold(document.id, start, start + len(quote), quote)] = None
    return Question(name, text, bool(answers), tuple(gold), "", "", article)
