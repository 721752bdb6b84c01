"""Terms: what texts and questions say, whatever notation they say it in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.retrieval.stemming import stem
from index.retrieval.words import query_words, terms
from tests.fakes import FakeEncoder

SAME = [
    ("due on 2024-03-05", "5 March 2024"),
    ("due on 5 March 2024", "2024-03-05"),
    ("due on March 5, 2024", "2024-03-05"),
    ("due on Mar. 5th 2024", "2024-03-05"),
    ("due on 3/5/2024", "2024-03-05"),
    ("due on 05.03.2024", "5 March 2024"),
    ("fällig am 5. März 2024", "2024-03-05"),
    ("le 1er mai 2024", "2024-05-01"),
    ("el 5 de marzo de 2024", "2024-03-05"),
    ("opened 21 November 2017", "2017-11-21"),
    ("closed on 1 Dec. 2017", "2017-12-01"),
    ("closed on 1/xii/2017", "1 December 2017"),
    ("closed on 1.XII.2017", "2017-12-01"),
    ("the C++ planner", "C++"),
    ("the C# viewer", "C#"),
    ("it runs on .NET now", ".NET"),
    ("kept at -18 degrees", "-18"),
    ("Section 5(1)(a) says", "5(1)(a)"),
    ("at 2:30 p.m.", "14:30"),
    ("at 9 am", "09:00"),
    ("twelve crates", "12"),
    ("12 crates", "twelve"),
    ("thirty seats", "30"),
    ("thirty-five members", "35"),
    ("35 members", "thirty-five"),
    ("Forty two of them", "42"),
    ("nineteen hundred and six finished", "1906"),
    ("1,250 seats", "twelve hundred and fifty"),
    ("a hundred and two", "102"),
    ("two thousand five hundred", "2,500"),
    ("one million two hundred thousand", "1200000"),
    ("in nineteen eighty-four", "1984"),
    ("a dozen crates", "12"),
    ("24 eggs", "two dozen"),
    ("between two and three hundred", "300"),
    ("the third floor", "3rd"),
    ("the 12th edition", "twelfth"),
    ("on the twenty-first day", "21st"),
    ("the 43rd race", "forty-third"),
    ("the XIV edition", "14th"),
    ("chapter 9", "IX"),
    ("begins at half past eight", "8:30"),
    ("begins at 20:30", "half past eight"),
    ("quarter to nine", "8:45 pm"),
    ("at seven o’clock", "19:00"),
    ("twenty-five past twelve", "12:25"),
    ("1,250 seats", "1250"),
    ("1.250 Plätze", "1250"),
    ("1 250 places", "1250"),
    ("1250 seats", "1,250"),
    ("2,500,000.50 euros", "2500000.50"),
    ("2024-03-05T08:20:11Z", "5 March 2024"),
    ("2024-03-05T08:20:11Z", "8:20 am"),
    ("2024-03-05T08Z", "March 5"),
    ("due 05-Mar-2024", "2024-03-05"),
    ("due 2024/mar/5", "March 5, 2024"),
    ("20240305: paid", "5 March 2024"),
    ("on the fifth of March 2024", "5/3/2024"),
    ("the twenty-first of May, 1999", "1999-05-21"),
    ("5 March 2024", "20240305"),
    ("5.III.2024", "5 March 2024"),
    ("5 March ’24", "2024-03-05"),
    ("at 16:30h", "4:30 pm"),
    ("10.000,50 Euro", "10,000.50"),
    ("10,000.50 euros", "10.000,50"),
    ("1.234.567,89", "1234567.89"),
    ("H₂O", "H2O"),
    ("five km²", "km2"),
    ("max_wrong_pins = 6", "pins"),
    ("members_2025", "2025"),
    ("the colour", "color"),
    ("an organisation", "organization"),
    ("analysed", "analyzed"),
    ("the theatre", "theater"),
    ("a catalogue", "catalog"),
    ("two programmes", "programs"),
    ("a grey tyre", "gray tire"),
    ("40 km", "kilometres"),
    ("40 kilometers", "km"),
    ("5 kg", "kilogram"),
    ("7 %", "percent"),
    ("5 €", "euro"),
    ("TX-200-C", "TX-200-C"),
    ("TX-200-C", "TX200C"),
    ("TX200C", "tx200c"),
    ("v1.10.2", "1.10.2"),
    ("café Zürich", "cafe Zuerich"),
    ("oﬃce", "office"),
    ("Ver\u00adant\u00adwor\u00adtung", "Verantwortung"),
    ("the main-\n  tenance", "maintenance"),
    ("**bold** words", "bold"),
    ("٣٥", "35"),
    ("المدرسة", "مدرسة"),
    ("بالمكتبة", "مكتبه"),
    ("إدارة النادي", "الادارة"),
    ("с книгами", "книга"),
    ("कमरों में", "कमरा"),
    ("του μουσείου", "μουσείο"),
    ("Straße", "strasse"),
]


@pytest.mark.parametrize(("text", "question"), SAME)
def test_what_is_written_otherwise_means_the_same(text: str, question: str) -> None:
    """Every word of the question has a term that the text holds."""
    held = set(terms(text))
    (query,) = FakeEncoder().encode_queries([question])
    assert [word.text for word in query_words(query) if not held.intersection(word.terms)] == []


OTHER = [
    ("thirty-five", "36"),
    ("twenty seats, five tables", "25"),
    ("from ten to six", "5:50"),
    ("one or two", "3"),
    ("seven eight", "78"),
    ("the third", "3"),
    ("chapter IX", "11"),
    ("an IV drip", "6"),
    ("a quarter past", "15"),
    ("two thousand three thousand", "5000"),
    ("a second", "2nd"),
    ("C++", "C#"),
    ("C", "C++"),
    ("C++", "C"),
    ("F#", "F"),
    (".NET", "net"),
    ("net", ".NET"),
    ("minus -5 degrees", "5"),
    ("5 degrees", "-5"),
    ("1.10.2", "1.2.10"),
    ("1.2.10", "1.10.2"),
    ("10.2", "1.10.2"),
    ("TX-200-C", "TX-200-B"),
    ("TX-2000-C", "TX-200-C"),
    ("200-TX", "TX-200"),
    ("12 crates", "2"),
    ("1,250", "250"),
    ("10.000,50", "10,000"),
    ("2.5", "5"),
    ("2024-03-05", "2024-03-06"),
    ("invoice 20241305", "2024"),
    ("call 20240305123", "5 March 2024"),
    ("the first March", "1 March"),
    ("5(1)(a)", "5(1)(b)"),
    ("14:30", "14:31"),
    ("5.III.2024", "2024-02-05"),
    ("H2O", "CO2"),
    ("color", "colon"),
]


@pytest.mark.parametrize(("text", "question"), OTHER)
def test_what_looks_alike_is_not_the_same(text: str, question: str) -> None:
    """The first term of the question's only word is none of the text's."""
    (query,) = FakeEncoder().encode_queries([question])
    words = query_words(query)
    assert [word.text for word in words] == [question]
    assert not set(words[0].terms) & set(terms(text))


@pytest.mark.parametrize(
    ("text", "question", "shared"),
    [
        ("北京大学的图书馆", "图书馆", {"图书", "书馆"}),
        ("東京タワーの高さ", "タワー", {"タワ", "ワー"}),
        ("สถานีรถไฟ", "รถไฟ", {"รถ", "ถไ", "ไฟ"}),
        ("茶", "茶", {"茶"}),
    ],
)
def test_scripts_without_spaces_are_read_as_pairs_of_characters(text: str, question: str, shared: set[str]) -> None:
    assert set(terms(question)) == shared
    assert shared <= set(terms(text))


def test_a_word_of_a_spaced_script_is_one_term_with_its_marks() -> None:
    assert len(terms("हिन्दी भाषा")) == 2
    assert len(terms("한국어 שלום привет")) == 3


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who fixed TX-200-C on 5 March 2024?", ["Who", "fixed", "TX-200-C", "on", "5 March 2024"]),
        ("Is C++ older than C# or .NET?", ["Is", "C++", "older", "than", "C#", "or", ".NET"]),
        ("Is it -5 or 1,250 at 9 a.m.?", ["Is", "it", "-5", "or", "1,250", "at", "9 a.m."]),
        ("What says 5(1)(a)?", ["What", "says", "5(1)(a)"]),
        ("Where may 12 barges wait?", ["Where", "may", "12", "barges", "wait"]),
        ("Who came on May 12?", ["Who", "came", "on", "May 12"]),
        ("well-known facts", ["well", "known", "facts"]),
        ("图书馆?", ["图书", "书馆"]),
        ("", []),
    ],
)
def test_a_code_or_a_date_in_a_question_is_one_word(question: str, expected: list[str]) -> None:
    (query,) = FakeEncoder().encode_queries([question])
    words = query_words(query)
    assert [word.text for word in words] == expected
    for word in words:
        assert question[word.start : word.end] == word.text
        assert all(word.start < query.spans[row][1] and query.spans[row][0] < word.end for row in word.tokens)


@given(st.text())
def test_the_words_of_any_question_stand_where_they_say(text: str) -> None:
    (query,) = FakeEncoder().encode_queries([text])
    words = query_words(query)
    assert [word.start for word in words] == sorted(word.start for word in words)
    for word in words:
        assert text[word.start : word.end] == word.text
        assert word.terms
        assert all(word.terms)


def test_a_term_is_the_stem_of_a_word_in_lower_case() -> None:
    assert terms("Running COLOURS twelve x1") == ["run", "color", "12", "x1"]
    assert (stem("one"), stem("zero")) == ("one", "zero")  # words of every text, that seldom count anything


@pytest.mark.parametrize(("word", "number"), [("16th", "16"), ("2nd", "2"), ("4s", "4"), ("1870s", "1870")])
def test_a_number_with_an_ending_may_stand_there_without(word: str, number: str) -> None:
    (query,) = FakeEncoder().encode_queries([f"Who won the {word}?"])
    assert query_words(query)[-1].terms == (word, number)
