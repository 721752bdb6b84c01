"""A cross-encoder reads each sentence alone, and marks no words."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import pytest

from index.snapshots.store import Store
from service.answering.engine import Engine
from service.answering.reader.cross_encoder import read_sentences
from service.answering.reader.reader import Reader
from service.answering.reader.rows import Row, RowTokenizer
from service.answering.reader.spans import UNREAD, ReaderInput, Reading
from tests.fakes import FakeEncoder
from tests.readers import FakeCrossEncoder, FakeReader, tokenizer_json

TOKENIZER = RowTokenizer(tokenizer_json(), max_tokens=16)
TEXT = "ada ran the mill .  it opened in 1902 ."
SENTENCES = [(0, 18), (19, 19), (20, len(TEXT))]


class Length:
    """Scores a row by how many tokens of text it has, and keeps it."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor
        self.rows: list[Row] = []

    def score(self, rows: Sequence[Row]) -> Iterable[float]:
        self.rows += rows
        return [self.factor * (row.last - row.text) for row in rows]


def test_each_sentence_is_a_row_beside_question_and_title() -> None:
    scorer = Length()
    ((first, empty, second),) = read_sentences(scorer, TOKENIZER, [ReaderInput("who", "town", TEXT, SENTENCES)])
    assert first == Reading(0, 18, 5.0, is_marked=False)
    assert second == Reading(20, len(TEXT), 5.0, is_marked=False)
    assert empty.score == UNREAD
    row, _ = scorer.rows
    question, title, text = (TOKENIZER.encode(text).ids for text in ("who", "town", "ada ran the mill ."))
    wanted = TOKENIZER.join(question, title, text)
    assert row.ids.tolist() == wanted.ids.tolist()


def test_a_sentence_too_long_for_a_row_is_cut() -> None:
    text = "mill " * 50
    scorer = Length()
    ((reading,),) = read_sentences(scorer, TOKENIZER, [ReaderInput("who", "", text, [(0, len(text))])])
    assert len(scorer.rows[0].ids) == 16
    assert (reading.start, reading.end) == (0, len(text))


def test_inputs_are_told_apart() -> None:
    inputs = [ReaderInput("who", "", text, [(0, len(text))] if text else []) for text in ("ada", "", "ada ran")]
    scores = [[reading.score for reading in each] for each in read_sentences(Length(), TOKENIZER, inputs)]
    assert scores == [[1.0], [], [2.0]]


@pytest.mark.parametrize("factor", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_not_used(factor: float) -> None:
    reader = Reader(partial(read_sentences, Length(factor), TOKENIZER), "0" * 64, marks_words=False)
    assert reader.read([ReaderInput("who", "", "ada ran", [(0, 7)])]) is None


@pytest.mark.parametrize(("kind", "is_asked"), [(FakeReader, True), (FakeCrossEncoder, False)])
def test_statements_are_checked_with_a_reader_that_marks_words(
    fill: Callable[..., Store], encoder: FakeEncoder, kind: type[FakeReader], is_asked: bool
) -> None:
    reader = kind(ada=9.0)
    engine = Engine(fill({"mill": TEXT}).open(), encoder, reader=reader)
    passages = [hit.passage for hit in engine.search("Who ran the mill?").hits]
    engine.support("The mill of Ada opened in 1902.", passages)
    assert bool(reader.asked) is is_asked
