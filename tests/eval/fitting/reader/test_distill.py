"""A student learns how a tiny teacher spreads its choice; the teacher may number the same words otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import rel_entr, softmax
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from corpus.errors import ModelError
from eval.fitting.reader.distill import TEMPERATURE, soft_loss, teach, translate
from eval.fitting.reader.examples.data import SetSpec
from eval.fitting.reader.loop import Plan
from eval.fitting.reader.network import TorchScorer, load_network
from eval.fitting.reader.train import train
from service.answering.reader.rows import Row, RowTokenizer
from service.answering.reader.spans import RowScores
from tests.readers import WORDS, random_reader, tiny_set, tokenizer_json

PLAN = Plan(rate=1e-2, batch=8, passes=6, max_tokens=48, save_every=500, threads=1)


def other_tokenizer(words: Sequence[str]) -> RowTokenizer:
    """The words in the opposite order, and two separators between question and text."""
    vocabulary = {word: number for number, word in enumerate(["<s>", "</s>", *reversed(words), "[UNK]"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
    return RowTokenizer(tokenizer.to_str())


def made(tokenizer: RowTokenizer, question: str, title: str, text: str) -> Row:
    return tokenizer.row(tokenizer.encode(question), tokenizer.encode(title), tokenizer.encode(text), 0, 40)


def test_a_row_is_the_same_words_in_the_other_layout() -> None:
    ours, theirs = RowTokenizer(tokenizer_json()), other_tokenizer(WORDS)
    asked = ("who ran the mill", "town of 1902", "ada ran it , unknown .")
    row, wanted = made(ours, *asked), made(theirs, *asked)
    (translated,) = translate([replace(row, first=3)], ours, theirs)
    assert translated.ids.tolist() == wanted.ids.tolist() != row.ids.tolist()
    assert (translated.second, translated.text, translated.last) == (wanted.second, wanted.text, wanted.last)
    assert translated.first == 3


def test_a_teacher_that_lacks_a_word_is_refused() -> None:
    ours, theirs = RowTokenizer(tokenizer_json()), other_tokenizer([word for word in WORDS if word != "mill"])
    assert translate([made(ours, "who ran the town", "", "bo")], ours, theirs)
    with pytest.raises(ModelError, match="word pieces"):
        translate([made(ours, "who ran the mill", "", "bo")], ours, theirs)


def test_the_loss_is_the_divergence_of_the_softened_choices() -> None:
    rng = np.random.default_rng(5)
    said, taught = rng.normal(size=(2, 3, 7))
    wanted = rel_entr(softmax(taught / TEMPERATURE, 1), softmax(said / TEMPERATURE, 1)).sum(1) * TEMPERATURE**2
    assert np.allclose(soft_loss(torch.tensor(said), torch.tensor(taught)).numpy(), wanted)
    assert np.allclose(soft_loss(torch.tensor(said), torch.tensor(said + 3)).numpy(), 0)


class Counting:
    """A scorer that counts the rows it is given."""

    def __init__(self) -> None:
        self.rows = 0

    def score(self, rows: Sequence[Row]) -> Iterable[RowScores]:
        self.rows += len(rows)
        for row in rows:
            values = np.arange(1 + row.last - row.text, dtype=np.float32) + row.ids[1]
            yield RowScores(values, -values)


def test_what_a_teacher_said_is_read_again_where_it_is_the_same(tmp_path: Path) -> None:
    ours, scorer = RowTokenizer(tokenizer_json()), Counting()
    rows = [made(ours, "who ran it", "", "ada ran the mill"), made(ours, "when", "the town", "1902 .")]
    first = teach(scorer, rows, tmp_path, "a")
    again = teach(scorer, rows, tmp_path, "a")
    assert scorer.rows == 2
    for one, other, row in zip(first, again, rows, strict=True):
        assert one.starts.tolist() == other.starts.tolist()
        assert one.ends.tolist() == other.ends.tolist()
        assert len(one.ends) == 1 + row.last - row.text
    teach(scorer, rows, tmp_path, "b")
    assert scorer.rows == 4
    teach(scorer, [rows[1], rows[0]], tmp_path, "b")
    assert scorer.rows == 6


def test_a_student_comes_nearer_to_its_teacher_than_labels_alone_bring_it(tmp_path: Path) -> None:
    spec = SetSpec(tiny_set(tmp_path / "set.json"))
    teacher = random_reader(tmp_path / "teacher", seed=7)  # its choices have nothing to do with the labels
    student = random_reader(tmp_path / "student")
    train(student, tmp_path / "alone", [spec], PLAN)
    train(student, tmp_path / "taught", [spec], PLAN, teacher=teacher)
    ours = RowTokenizer(tokenizer_json())
    rows = [made(ours, "who ran the mill", "", f"{name} ran the mill . it opened in 1902 .") for name in ("ada", "bo")]
    wanted = list(TorchScorer(load_network(teacher)).score(rows))

    def distance(folder: Path) -> float:
        said = TorchScorer(load_network(folder / "last")).score(rows)
        return sum(
            float(soft_loss(torch.tensor(one.starts)[None], torch.tensor(other.starts)[None]))
            for one, other in zip(said, wanted, strict=True)
        )

    assert distance(tmp_path / "taught") < 0.6 * distance(tmp_path / "alone")
