"""Requests that quotes cannot serve are told from questions that they can."""

import pytest

from service.answering.question.scope import asks_for_more_than_quotes


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        ("Summarise the lease.", "a summary"),
        ("please summarize this in three sentences", "a summary"),
        ("Can you give me a short summary of the whole document?", "a summary"),
        ("I want you to write an overview of all documents", "a summary"),
        ("Translate the opening hours into French", "a translation"),
        ("Could you draft an e-mail to the landlord?", "a text to be written"),
        ("write me a short poem about mills", "a text to be written"),
        ("List everything.", "everything at once"),
        ("Tell me everything there is", "everything at once"),
        ("show me all the documents", "everything at once"),
        ("Compare all tariffs", "a comparison of everything"),
    ],
)
def test_what_quotes_cannot_serve(request_: str, what: str) -> None:
    assert asks_for_more_than_quotes(request_) == what


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the summary of the report?",
        "List all the organisations that the museum works with.",
        "Sum up the goal of the reading programme.",
        "Give me an overview of the courses.",
        "Tell me about the documents that a tenant needs.",
        "What languages is the form translated into?",
        "How does the blue tariff compare with the green one?",
        "list three documents that I must bring",
        "Who translates the minutes?",
        "write access for guests",
    ],
)
def test_questions_that_quotes_may_answer(question: str) -> None:
    assert asks_for_more_than_quotes(question) is None
