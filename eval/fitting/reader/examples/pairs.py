"""A question set as pairs of question and passage to train on: the passages that the product's own search puts first.

An answerable question is paired with each passage of the first hits that answers it, and with the first that does not;
an unanswerable one with the first two. Those are the passages that a reader meets when it serves. They can be drawn
less often, so that a reader does not learn above all to refuse.

The reader also meets quotes alone. So a question is paired with the quote that answers it, and with the one that would
be chosen without a reader. And it meets quotes side by side: those are paired in files of their own, because it takes a
reader to find which ones.
"""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus.documents import Passage
from eval.datasets.questions import Dataset, Gold, Question
from eval.runs.grades import Grader
from service.answering.choosing.scores import score_sentences
from service.answering.choosing.side_by_side import best_quotes
from service.answering.engine import Engine
from service.answering.examined import BestSentence
from service.answering.pipeline import ANSWER_DEPTH
from service.answering.reader.compared import compared_fragments
from service.answering.reader.inputs import Fragment, passage_text, passage_title, quote_fragments

UNANSWERED = 2  # passages that an unanswerable question is paired with

Pair = dict[str, Any]


def write_pairs(engine: Engine, dataset: Dataset, path: Path, others: float = 1.0) -> int:
    """Write a SQuAD 2.0 file, one article for each pair, and return how many pairs it holds.

    Of the passages that do not answer, a share of `others` is drawn; the first one of an unanswerable question stays.
    The engine has no reader.
    """
    grader, rng = Grader(engine, dataset.unit), random.Random(dataset.name)  # noqa: S311
    articles = list[Pair]()
    for question in dataset.questions:
        gold = grader.find_gold(question)
        articles += [*_pairs(engine, grader, question, gold, others, rng), *_quotes(engine, question, gold)]
    return _write(articles, path)


def write_compared(engine: Engine, dataset: Dataset, path: Path, others: float = 1.0) -> int:
    """As `write_pairs`: each question with the quotes that are compared, as the engine's reader finds them.

    They stand in random order. Of answerable questions, none of whose quotes answers, a share of `others` is drawn.
    """
    grader, rng = Grader(engine, dataset.unit), random.Random(dataset.name)  # noqa: S311
    articles = list[Pair]()
    for question in dataset.questions:
        pair = _compared(engine, question, grader.find_gold(question), rng)
        if pair and (_has_answer(pair) or not question.answerable or rng.random() < others):
            articles.append(pair)
    return _write(articles, path)


def _write(articles: Sequence[Pair], path: Path) -> int:
    content = {"version": "v2.0", "has_quotes": True, "data": articles}
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return len(articles)


def _compared(engine: Engine, question: Question, gold: Sequence[Gold], rng: random.Random) -> Pair | None:
    """The quotes side by side; None where there are no two."""
    examined = engine.examine(question.text, question.among)
    measured = [best.measured for best in examined.best]
    scores = [score_sentences(question.text, each, examined.words) for each in measured]
    quotes = [quoted for _, _, quoted in best_quotes(question.text, measured, scores)]
    if len(quotes) < 2:
        return None
    rng.shuffle(quotes)
    title, lines = compared_fragments(quotes)
    text, answers = "", list[Pair]()
    for quoted, (above, fragments) in zip(quotes, lines, strict=True):
        line, held = _read_as([(above, None), *fragments], quoted.passage, gold)
        answers += [{**each, "answer_start": len(text) + each["answer_start"]} for each in held]
        text += f"{line}\n"
    return _pair(f"{question.id}-compared", question, title, text, answers)


def _has_answer(pair: Pair) -> bool:
    return bool(pair["paragraphs"][0]["qas"][0]["answers"])


def _pairs(
    engine: Engine, grader: Grader, question: Question, gold: Sequence[Gold], others: float, rng: random.Random
) -> Iterator[Pair]:
    hits = [hit.passage for hit in engine.search(question.text, ANSWER_DEPTH, question.among).hits]
    right = [passage for passage in hits if grader.grade(passage, gold)]
    wrong = [passage for passage in hits if passage not in right]
    paired = [*right, *wrong[:1]] if question.answerable else wrong[:UNANSWERED]
    certain = len(right) if question.answerable else 1
    drawn = [passage for passage in paired[certain:] if rng.random() < others]
    for number, passage in enumerate(paired[:certain] + drawn):
        text, answers = _read_as([(passage_text(passage), passage.start)], passage, gold)
        yield _pair(f"{question.id}-{number}", question, passage_title(passage), text, answers)


def _quotes(engine: Engine, question: Question, gold: Sequence[Gold]) -> Iterator[Pair]:
    """The quotes that answer, and the one that the sentence which looks most like the question would be quoted with."""
    best = engine.examine(question.text, question.among).best
    texts = set[str]()
    for number, each in enumerate(best):
        chosen = [each.sentence] if number == 0 else []
        for sentence in [*chosen, *_answering(each, gold)]:
            quote = each.measured.quote(question.text, sentence)
            fragments = quote_fragments(each.hit.passage, quote.span, quote.heading)
            text, answers = _read_as(fragments, each.hit.passage, gold)
            if (answers or sentence in chosen) and text not in texts:
                texts.add(text)
                name = f"{question.id}-quote-{len(texts)}"
                yield _pair(name, question, passage_title(each.hit.passage), text, answers)


def _answering(best: BestSentence, gold: Sequence[Gold]) -> Iterator[int]:
    """The sentences of a hit that hold an answer, or that a heading which is one stands above."""
    passage = best.hit.passage
    mine = [each for each in gold if each.document == passage.document]
    for number, (start, end) in enumerate(passage.sentences):
        if any(start <= each.start and each.end <= end for each in mine):
            yield number
    if any(start <= each.start and each.end <= end for each in mine for start, end in passage.headings):
        yield best.sentence


def _read_as(fragments: Sequence[Fragment], passage: Passage, gold: Sequence[Gold]) -> tuple[str, list[Pair]]:
    """The text that fragments of a passage are read as, and the answers in it."""
    text, answers = "", list[Pair]()
    mine = [each for each in gold if each.document == passage.document]
    for words, place in fragments:
        for each in mine:
            if place is not None and place <= each.start and each.end <= place + len(words):
                start, end = each.start - place, each.end - place
                answers.append({"text": words[start:end], "answer_start": len(text) + start})
        text += words
    return text, answers


def _pair(name: str, question: Question, title: str, text: str, answers: Sequence[Pair]) -> Pair:
    asked = {"id": name, "question": question.text, "answers": answers, "is_impossible": not answers}
    return {"title": title, "paragraphs": [{"context": text, "qas": [asked]}]}
