"""The features of a sentence, and how its words are compared with those of the question."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from corpus.passages import Chunking, split
from corpus.sources import make_document
from index.retrieval.words import QueryWord
from index.snapshots.store import Store
from service.answering.answer import Reply
from service.answering.choosing.readings import WIDEST, add_compared
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from service.answering.features import (
    FEATURES,
    FITTED_FEATURES,
    MOST_WORDS,
    Features,
    agreement,
    introductions,
    measure_features,
    measure_support,
)
from service.answering.question.content_words import WeightedWord, content_words
from service.answering.reader.spans import Reading
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

SURE = Confidence({}, 30.0, 0.5)
Ask = Callable[..., Reply]


@pytest.fixture
def ask(fill: Callable[..., Store], encoder: FakeEncoder) -> Ask:
    """Asks an engine that knows one text."""

    def ask(text: str, question: str, **options: int) -> Reply:
        return Engine(fill({"a": text}, **options).open(), encoder, SURE).ask(question)

    return ask


def test_features_are_finite_and_within_reach(ask: Ask) -> None:
    features = ask("The harbour opened in 1920. Gulls eat bread.", "When did the harbour open?").features
    assert [features[name] for name in ("weakest", "coverage")] == pytest.approx([1, 1], abs=1e-3)
    assert features["fits"] == 1.0
    assert features["misfits"] == 0.0
    assert tuple(features) == FEATURES
    assert all(map(math.isfinite, features.values()))


def test_every_feature_but_coverage_is_fitted() -> None:
    assert FITTED_FEATURES[-3:] == ("read", "lead", "compared")
    assert set(FEATURES) - set(FITTED_FEATURES) == {"coverage"}


def test_without_token_vectors_only_equal_words_count_and_sentences_are_near_by_their_vectors(ask: Ask) -> None:
    reply = ask("The harbour opened in 1920.", "When did the zebra harbour open?", token_limit=0)
    assert reply.hits[0].sentences is not None
    assert reply.features["late"] == pytest.approx(float(reply.hits[0].sentences[0]))
    assert reply.features["weakest"] == 0.0


def test_there_is_one_row_for_each_sentence_of_the_hit(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    snapshot = fill({"a": "The harbour opened in 1920. Gulls eat bread. They nest in Lumen."}).open()
    question = "When did the harbour of Lumen open?"
    hit = Engine(snapshot, encoder, SURE).ask(question).hits[0]
    words = content_words(encoder.encode_queries([question])[0], snapshot.lexical)
    support = measure_support(question, hit, words)
    assert (support.sentences.shape, support.context.shape) == ((len(words), 3), (len(words),))
    features = measure_features(question, hit, words, support)
    assert all(getattr(features, name).shape == (3,) for name in FEATURES)
    assert features.fits.tolist() == [1.0, 0.0, 0.0]


def test_a_misspelling_is_forgiven_in_words_that_nobody_knows() -> None:
    word = QueryWord("harbuor", 0, 7, ("harbuor",), range(0))
    misspelt = WeightedWord(
        word,
        1.0,
        np.empty(0, np.int64),
        particular=False,
        is_number=False,
        is_exact=False,
        maybe_misspelt=True,
    )
    assert agreement(misspelt, frozenset({"harbour"})) == pytest.approx(6 / 7)
    assert agreement(replace(misspelt, maybe_misspelt=False), frozenset({"harbour"})) == 0.0


def test_numbers_and_codes_have_to_stand_in_the_sentence_or_above_it(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    text = "# Log of 2024\n\nThe boiler failed on day 17. The chimney was swept on day 12."
    engine = Engine(fill({"a": text}).open(), encoder, SURE)

    def exact(question: str) -> list[float]:
        return [round(value, 2) for value in engine.examine(question).best[0].measured.features.exact.tolist()]

    assert exact("What happened on day 17?") == [1.0, -1.0]
    assert exact("What happened in 2024?") == [1.0, 1.0]
    assert exact("What happened on day 99?") == [-1.0, -1.0]
    assert exact("What was swept?") == [0.0, 0.0]


@pytest.mark.parametrize(("other", "lead"), [("9 euros", 1.6), ("the 9 euros", 1.6), ("8 euros", 0.0)])
def test_the_same_words_in_another_sentence_are_no_rival(
    other: str, lead: float, fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    texts = {"gym": "The fee of the gym is 9 euros.", "hall": f"Guests of the gym pay {other} as a fee."}
    engine = Engine(fill(texts).open(), encoder, SURE, reader=FakeReader(**{other: 12, "9 euros": 12}))
    reply = engine.ask("What is the fee of the gym?")
    assert reply.features["lead"] == pytest.approx(lead)


def test_versions_of_one_document_are_no_rivals(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    texts = {f"fees-{year}": f"# Fees {year}\n\nA berth costs {fee} euros." for year, fee in ((2021, 70), (2025, 90))}
    reader = FakeReader(**{"70 euros": 14, "90 euros": 12})
    engine = Engine(fill(texts).open(), encoder, SURE, reader=reader)
    reply = engine.ask("What does a berth cost?")
    assert reply.answer is not None
    assert "90" in reply.answer.text
    assert reply.features["lead"] == pytest.approx(1.6)  # as if nothing else were there
    old = engine.ask("What did a berth cost under the old fees?")
    assert old.answer is not None
    assert "70" in old.answer.text


@pytest.mark.parametrize(("compared", "expected"), [(16.0, (0.8, 0.6, 0.8)), (-12.0, (-0.5, -0.7, -0.6))])
def test_an_answer_in_a_heading_is_as_sure_as_compared(compared: float, expected: tuple[float, float, float]) -> None:
    """The passage was read without its heading as text; unlike a sentence, it could not be marked there."""
    none = np.zeros(2)
    features = replace(Features(*[none] * len(FEATURES)), read=np.array([-0.5, 0.2]), lead=np.array([-0.7, 0.7]))
    added = add_compared(features, 0, Reading(0, 4, compared), says_heading=True)
    assert (added.read[0], added.lead[0], added.compared[0]) == pytest.approx(expected)
    assert (added.read[1], added.lead[1], added.compared[1]) == (0.2, 0.7, 0.0)
    assert add_compared(features, 0, Reading(0, 4, compared)).read[0] == -0.5


def test_the_margin_is_how_far_the_first_sentence_is_above_those_of_other_hits(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    texts = {"gym": "The fee of the gym is 9 euros. Bring a towel.", "hall": "The fee of the gym is due. It rains."}
    engine = Engine(fill(texts).open(), encoder, SURE)
    first, second = engine.examine("What is the fee of the gym?").best
    assert 0 < first.score - second.score < WIDEST
    assert first.measured.features.margin.tolist() == pytest.approx([first.score - second.score, 0.0])
    assert not second.measured.features.margin.any()
    (alone,) = engine.examine("What is the fee of the gym?", ["gym"]).best
    assert alone.measured.features.margin.tolist() == [WIDEST, 0.0]


def test_what_a_newer_version_took_the_place_of_is_no_rival(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    texts = {f"fees-{year}": f"# Fees {year}\n\nA berth costs {fee} euros." for year, fee in ((2021, 70), (2025, 90))}
    reader = FakeReader(**{"70 euros": 14, "90 euros": 8})
    first, second = Engine(fill(texts).open(), encoder, SURE, reader=reader).examine("What does a berth cost?").best
    assert "90" in first.text
    assert first.score < second.score
    assert first.measured.features.margin.tolist() == [WIDEST]


def test_a_long_question_has_more_words_than_count(ask: Ask) -> None:
    text = "The harbour opened in 1920."
    assert ask(text, "When did the harbour open?").features["words"] == 2 / MOST_WORDS
    assert ask(text, "harbour open " * MOST_WORDS).features["words"] == 1.0


@pytest.mark.parametrize(("line", "lead"), [("What is needed?", True), ("This is needed:", True), ("Nothing.", False)])
def test_items_are_introduced_by_what_announces_them(line: str, lead: bool, encoder: FakeEncoder) -> None:
    (passage,) = split(make_document("d", f"{line}\n\n- A lamp\n- A rope"), Chunking(), 60, encoder.count_tokens)
    assert introductions(passage, passage.sentence_texts) == ["", *[line * lead] * 2]
