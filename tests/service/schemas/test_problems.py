"""Problems: statuses, plain words, and JSON whatever was sent."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus import errors
from service.schemas.problems import from_error, from_fields, from_status, problem_type
from service.schemas.requests import AskRequest, SnapshotRequest


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InputError("x"), 422),
        (errors.CorpusError("x"), 422),
        (errors.DatasetError("x"), 422),
        (errors.NotFoundError("x"), 404),
        (errors.ConflictError("x"), 409),
        (errors.GateError("x"), 409),
        (errors.OverloadedError("x"), 503),
        (errors.DeadlineError("x"), 503),
        (errors.FullError("x"), 507),
        (errors.UnavailableError("x"), 503),
        (errors.SnapshotError("x"), 503),
        (errors.ModelMismatch("x"), 503),
    ],
)
def test_status_comes_from_the_nearest_base_class(error: Exception, status: int) -> None:
    assert (from_error(error).status, from_error(error).detail) == (status, "x")
    assert (problem_type(error).retry_after is not None) == (status == 503)


def test_what_nobody_expected_says_nothing_about_itself() -> None:
    problem = from_error(RuntimeError("password"))
    assert problem.status == 500
    assert "password" not in problem.model_dump_json()


def test_a_message_that_is_no_text_is_still_json() -> None:
    problem = json.loads(from_error(errors.NotFoundError("no document \ud800" + "a" * 1000)).model_dump_json())
    assert problem["detail"] == "no document ?" + "a" * 486 + "…"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ({}, "question is required"),
        ({"question": 5}, "question must be a string"),
        ({"question": ""}, "question must have at least 1 character(s)"),
        ({"question": " \n\u3000"}, "question must not be blank"),
        ({"question": "a" * 1001}, "question must have at most 1000 characters"),
        ({"question": "\ud800"}, "question must be valid Unicode text"),
        ({"question": "a", "top_k": 0}, "top_k must be at least 1"),
        ({"question": "a", "top_k": 51}, "top_k must be at most 50"),
        ({"question": "a", "top_k": True}, "top_k must be a whole number"),
        ({"question": "a", "top_k": 5.5}, "top_k must be a whole number"),
        ({"question": "a", "top_k": "5"}, "top_k must be a whole number"),
        ({"question": "a", "top_k": float("inf")}, "top_k must be a whole number"),
        ({"question": "a", "top_k": float("nan")}, "top_k must be a whole number"),
        ({"question": "a", "documents": "b"}, "documents must be a list"),
        ({"question": "a", "documents": []}, "documents must have at least 1 item(s)"),
        ({"question": "a", "documents": ["b", 3]}, "documents.1 must be a string"),
        ({"question": "a", "model": "b"}, "model is not a known field"),
        ([], "the body must be an object"),
    ],
)
def test_titles_name_the_field_in_plain_words(body: object, title: str) -> None:
    with pytest.raises(ValidationError) as caught:
        AskRequest.model_validate(body)
    problem = from_error(caught.value)
    assert (problem.status, problem.title) == (422, title)


def test_what_json_schema_counts_as_an_integer_is_one() -> None:
    assert AskRequest.model_validate({"question": "a", "top_k": 7.0}).top_k == 7


def test_uploads_with_one_id_are_refused() -> None:
    uploads = [{"id": "a", "text": "b"}, {"id": "a", "text": "c"}]
    with pytest.raises(ValidationError) as caught:
        SnapshotRequest.model_validate({"documents": uploads})
    assert from_error(caught.value).title == "documents must not hold two documents with the same id"


def test_a_long_list_of_errors_is_cut() -> None:
    problem = from_fields(((name,), {"type": "extra_forbidden"}) for name in map(str, range(100)))
    assert problem.errors is not None
    assert len(problem.errors) == 20
    assert len(problem.detail) <= 500


def test_statuses_of_the_http_layer() -> None:
    assert from_status(413, "Content Too Large").title == "The body is too large"
    assert from_status(418, "short and stout").detail == "short and stout"


def test_errors_are_there_only_where_fields_were_refused() -> None:
    assert set(json.loads(from_status(404, "").model_dump_json())) == {"type", "title", "status", "detail"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)), inner),
)


@given(anything)
def test_any_body_gives_json(body: object) -> None:
    with pytest.raises(ValidationError) as caught:
        AskRequest.model_validate(body)
    problem = json.loads(from_error(caught.value).model_dump_json())
    assert problem["status"] == 422
    assert problem["errors"]
