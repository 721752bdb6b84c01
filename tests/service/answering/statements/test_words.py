"""Words, clause by clause."""

from service.answering.statements.words import read_words


def test_names_are_told_by_capitals_inside_a_sentence() -> None:
    names = [word.text for word in read_words("The lock was bought by Ida Moss. Stan fits CS-1.").words if word.is_name]
    assert names == ["Ida", "Moss", "CS-1"]


def test_grammar_numbers_and_units_carry_no_content() -> None:
    assert [word.text for word in read_words("It lasts for 36 months in the mill").content] == ["lasts", "mill"]


def test_clauses_are_counted() -> None:
    clauses = {word.text: word.clause for word in read_words("desks lock, and doors open").content}
    assert clauses["desks"] == clauses["lock"] < clauses["doors"] == clauses["open"]


def test_a_capital_without_a_small_letter_of_its_own_moves_nothing() -> None:
    read = read_words("İstanbul opened in 1987")
    assert all(read.text[word.start : word.end] == word.text for word in read.words)


def test_one_capital_letter_is_a_name_and_an_article_is_none() -> None:
    assert [word.text for word in read_words("A mill in Building A").words if word.is_name] == ["Building", "A"]
