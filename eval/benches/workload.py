"""What the services under measurement hold and are asked: paragraphs, and questions that they answer."""

import re
from dataclasses import dataclass
from pathlib import Path

from corpus.documents import Document
from corpus.errors import DatasetError
from corpus.sources import make_document, read_source
from eval.benches.load import LabelledQuestion
from eval.datasets.load import load_dataset
from eval.defaults import TEXTS

SHORTEST = 80  # characters of a paragraph that questions are made from
WORDS = 9  # of a question that is made from a paragraph
STEP = 3  # words between the beginnings of two such questions


@dataclass(frozen=True, slots=True)
class Workload:
    """Paragraphs as documents, and questions that they answer."""

    documents: tuple[Document, ...]
    questions: tuple[LabelledQuestion, ...]


def read_workload(path: Path | None) -> Workload:
    """The paragraphs and questions of a SQuAD file, or those of a folder of texts (the shipped corpus where None).

    Texts have no questions, so runs of words of each paragraph are asked. Raises DatasetError where no paragraph is
    long enough.
    """
    if path is not None and path.suffix == ".json":
        dataset = load_dataset(path)
        labelled = [LabelledQuestion(q.text, q.gold[0].document) for q in dataset.questions if q.gold]
        return Workload(dataset.documents or (), tuple(labelled))
    documents = [
        make_document(f"{document.id}/{number}", paragraph, document.info.title)
        for document in read_source(path or TEXTS)
        for number, paragraph in enumerate(re.split(r"\n\s*\n", document.text))
        if len(paragraph) >= SHORTEST
    ]
    questions = [question for document in documents for question in _runs_of_words(document)]
    if not questions:
        raise DatasetError(f"{path or TEXTS}: no paragraph has {SHORTEST} characters; give more text")
    return Workload(tuple(documents), tuple(questions))


def _runs_of_words(document: Document) -> list[LabelledQuestion]:
    words = document.text.split()
    starts = range(0, len(words) - WORDS + 1, STEP)
    return [LabelledQuestion(" ".join(words[start : start + WORDS]), document.id) for start in starts]
