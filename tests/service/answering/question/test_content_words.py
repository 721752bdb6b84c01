"""The words that an answer has to account for, and how misspelt ones are corrected."""

from collections.abc import Callable, Sequence

import pytest

from corpus.documents import Span
from index.snapshots.store import Store
from service.answering.question.content_words import WeightedWord, asks_in_english, content_words, correct_spelling
from tests.fakes import FakeEncoder
from tests.service.answering.pieces import InPieces

Words = Callable[..., list[WeightedWord]]


@pytest.fixture
def words(fill: Callable[..., Store], encoder: FakeEncoder) -> Words:
    """The content words of a question about two small texts."""
    lexical = fill({"a": "The Centre works on robots. Robots are many.", "b": "The sea is blue."}).open().lexical

    def words(question: str, told: Sequence[Span] = ()) -> list[WeightedWord]:
        return content_words(encoder.encode_queries([question])[0], lexical, told)

    return words


def test_function_words_are_left_out_and_the_rest_is_stemmed(words: Words) -> None:
    assert [word.word.stem for word in words("What are the Centre's robots for?")] == ["center", "robot"]


@pytest.mark.parametrize("question", ["Why isn't the sea blue?", "Doesn’t the sea look blue?", "Weren't seas blue?"])
def test_a_denial_that_is_drawn_together_is_grammar(words: Words, question: str) -> None:
    assert {word.word.stem for word in words(question)} <= {"sea", "blue", "look"}


@pytest.mark.parametrize(("told", "expected"), [([(0, 18)], ["sea"]), ([(0, 30)], ["row", "robot", "sea"])])
def test_what_is_told_need_not_be_accounted_for(words: Words, told: Sequence[Span], expected: list[str]) -> None:
    assert [word.word.stem for word in words("We rowed on robots. Is it sea?", told)] == expected


def test_each_word_knows_its_tokens(words: Words) -> None:
    assert [word.tokens.tolist() for word in words("Who makes blue robots?")] == [[1], [2], [3]]


def test_a_capital_makes_a_name_only_inside_a_sentence(words: Words) -> None:
    asked = words('Robots may stay with Mr. Blue. Until when? "By night?" Robots of Zebras ask')
    assert {word.word.text for word in asked if word.particular} == {"Blue", "Zebras"}


def test_a_rarer_word_weighs_more(words: Words) -> None:
    known, unknown = words("robots zebras")
    assert 0 < known.weight < unknown.weight


def test_a_question_of_function_words_keeps_them_all(words: Words) -> None:
    assert [word.word.stem for word in words("Who are they?")] == ["who", "are", "they"]


@pytest.mark.parametrize("question", ["站长叫什么名字？", "站長叫什麼名字？", "站長是誰？", "站长哪天？", "站長幾號？"])
def test_how_chinese_asks_says_nothing(words: Words, question: str) -> None:
    assert [word.word.text for word in words(question)][:1] == [question[:2]]
    assert all(word.word.text in question[:3] for word in words(question))


def test_a_question_without_a_word_has_none(words: Words) -> None:
    assert words("?!") == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("who makes robuts and zebras?", "who makes robots and zebras?"),
        ("who makes robots?", "who makes robots?"),
        ("roboots, robuts", "robots, robots"),
        ("WHO MAKES ROBUTS HERE?", "WHO MAKES ROBOTS HERE?"),  # and no word of it a name
        ("who are the Robuts of the county?", "who are the Robuts of the county?"),  # a name is left alone
        ("", ""),
    ],
)
def test_misspelt_words_are_written_as_the_texts_write_them(
    fill: Callable[..., Store], question: str, expected: str
) -> None:
    texts = ["The Centre works on robots.", "Robots are many in this country."]
    lexical = fill({"a": "\n\n".join(texts)}).open().lexical
    [query] = InPieces().encode_queries([question])
    assert correct_spelling(query, lexical, {"robuts": "Robots", "roboots": "robots"}.get) == expected


def test_a_name_is_only_suggested(fill: Callable[..., Store]) -> None:
    lexical = fill({"a": "Jane Lindqvist runs the county's museum."}).open().lexical
    [query] = InPieces().encode_queries(["where does Lindkvist run the musuem?"])
    look_up = {"lindkvist": "Lindqvist", "musuem": "museum"}.get
    corrected = correct_spelling(query, lexical, look_up)
    assert corrected == "where does Lindkvist run the museum?"
    [query] = InPieces().encode_queries([corrected])
    assert correct_spelling(query, lexical, look_up, names=True) == "where does Lindqvist run the museum?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does La Poste charge?", True),
        ("price cargo bike", True),
        ("Wie teuer ist die Karte?", False),
        ("Où est le port?", False),
    ],
)
def test_the_words_of_grammar_tell_whether_a_question_is_in_english(question: str, expected: bool) -> None:
    assert asks_in_english(question) is expected


def test_forms_of_address_are_no_names(words: Words) -> None:
    assert [word.word.text for word in words("What must Mr Sommer and Mrs. Lind paint?")] == ["Sommer", "Lind", "paint"]
