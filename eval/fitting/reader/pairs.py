"""A question set as pairs of question and passage to train on: the passages that the product's own search puts first.

An answerable question is paired with each passage of the first hits that answers it, and with the first that does not;
an unanswerable one with the first two. Those are the passages that a reader meets when it serves. They can be drawn
less often, so that a reader does not learn above all to refuse.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.documents import Passage
from eval.datasets.questions import Dataset, Gold, Question
from eval.runs.grades import Grader
from service.answering.engine import Engine
from service.answering.pipeline import ANSWER_DEPTH

UNANSWERED = 2  # passages that an unanswerable question is paired with

Pair = dict[str, Any]


def write_pairs(engine: Engine, dataset: Dataset, path: Path, others: float = 1.0) -> int:
    """Write a SQuAD 2.0 file, one article for each pair, and return how many pairs it holds.

    Of the passages that do not answer, a share of `others` is drawn; the first one of an unanswerable question stays.
    """
    grader, rng = Grader(engine, dataset.unit), random.Random(dataset.name)  # noqa: S311
    articles = [article for question in dataset.questions for article in _pairs(engine, grader, question, others, rng)]
    path.write_text(json.dumps({"version": "v2.0", "data": articles}, ensure_ascii=False), "utf-8")
    return len(articles)


def _pairs(engine: Engine, grader: Grader, question: Question, others: float, rng: random.Random) -> Iterator[Pair]:
    gold = grader.find_gold(question)
    hits = [hit.passage for hit in engine.search(question.text, ANSWER_DEPTH, question.among).hits]
    right = [passage for passage in hits if grader.grade(passage, gold)]
    wrong = [passage for passage in hits if passage not in right]
    paired = [*right, *wrong[:1]] if question.answerable else wrong[:UNANSWERED]
    certain = len(right) if question.answerable else 1
    drawn = [passage for passage in paired[certain:] if rng.random() < others]
    for number, passage in enumerate(paired[:certain] + drawn):
        answers = [_answer(passage, each) for each in gold if _holds(passage, each)]
        asked = {"id": f"{question.id}-{number}", "question": question.text, "answers": answers}
        paragraph = {"context": passage.text, "qas": [asked | {"is_impossible": not answers}]}
        yield {"title": passage.context, "paragraphs": [paragraph]}


def _holds(passage: Passage, gold: Gold) -> bool:
    return passage.document == gold.document and passage.start <= gold.start and gold.end <= passage.end


def _answer(passage: Passage, gold: Gold) -> Pair:
    return {"text": gold.quote, "answer_start": gold.start - passage.start}
