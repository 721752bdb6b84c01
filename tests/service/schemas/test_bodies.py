"""Bodies: counted before they are parsed, validated once, and no more errors built than are told."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from service.schemas.bodies import BodyError, holds_more, read_body
from service.schemas.doors.chat import ChatRequest
from service.schemas.doors.tools import DocumentListRequest, DocumentPartRequest
from service.schemas.feedback import FeedbackRequest
from service.schemas.requests import (
    MAX_UPLOADED_VALUES,
    MAX_UPLOADS,
    AskRequest,
    DocumentRequest,
    SearchRequest,
    SnapshotRequest,
    VerifyRequest,
)

ASK, SNAPSHOT = TypeAdapter[object](AskRequest), TypeAdapter[object](SnapshotRequest | None)
VALUES = st.recursive(
    st.none() | st.integers() | st.text(':,"\\a', max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(':,"\\a', max_size=3), inner, max_size=4),
    max_leaves=20,
)


def signs(value: object) -> int:
    """The colons and commas of a value's JSON that stand outside of strings."""
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return max(0, len(parts) - 1) + len(parts) * isinstance(value, dict) + sum(map(signs, parts))


@given(VALUES, st.booleans())
def test_what_stands_in_strings_is_not_counted(value: object, spaced: bool) -> None:
    body = json.dumps(value, separators=None if spaced else (",", ":"), ensure_ascii=False).encode()
    count = signs(value)
    assert not holds_more(body, count)
    assert count == 0 or holds_more(body, count - 1)


def refusal(adapter: TypeAdapter[object], body: object, most: int = MAX_UPLOADED_VALUES) -> str:
    with pytest.raises(BodyError) as refused:
        read_body(adapter, body if isinstance(body, bytes) else json.dumps(body).encode(), most)
    assert refused.value.problem.status == 422
    return refused.value.problem.detail


def test_a_body_of_too_many_values_is_refused_before_it_is_parsed() -> None:
    body = b'{"question": "a", ' + b'"k": 1,' * 20 + b"and this is no JSON"
    assert refusal(ASK, body, most=20) == "the body holds more than 20 values; send fewer in one request"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_no_encoding_hides_values(encoding: str) -> None:
    body = '{"question": "a \\"", "documents": [' + "5, " * 20 + "5]}"
    assert refusal(ASK, body.encode(encoding), most=20).startswith("the body holds more than 20 values")


def test_documents_that_say_nothing_are_refused_before_they_are_parsed_where_they_are_many() -> None:
    body = b'{"documents": [' + b"{}," * 1_000_000 + b"and this is no JSON"
    assert refusal(SNAPSHOT, body).startswith(f"the body holds more than {MAX_UPLOADED_VALUES} values")


def test_no_more_than_twice_as_many_documents_as_may_be_sent_are_parsed() -> None:
    body = json.dumps({"documents": [{"id": str(number), "text": "a"} for number in range(2 * MAX_UPLOADS)]})
    assert not holds_more(body.encode(), MAX_UPLOADED_VALUES)
    more = body.replace("[", '[{"id": "", "text": ""},')
    assert refusal(SNAPSHOT, more.encode()).startswith(f"the body holds more than {MAX_UPLOADED_VALUES} values")


def test_of_very_many_mistakes_only_the_number_is_told() -> None:
    keys = {"question": "a", **{f"k{number}": 1 for number in range(2000)}}
    assert refusal(ASK, keys).startswith("the body has 2000 mistakes; ")
    assert refusal(ASK, {"question": "a", "filter": dict.fromkeys(keys, 1)}).startswith("the body has 2001 mistakes")


def test_the_first_bad_document_ends_the_reading_of_all() -> None:
    assert refusal(SNAPSHOT, {"documents": [{}] * 1000}) == "documents.0.id is required; documents.0.text is required"


def test_documents_beyond_the_limit() -> None:
    documents = [{"id": str(number), "text": "a"} for number in range(MAX_UPLOADS + 1)]
    assert refusal(SNAPSHOT, {"documents": documents}) == f"documents must have at most {MAX_UPLOADS} items"
    read = read_body(SNAPSHOT, json.dumps({"documents": documents[:-1]}).encode(), MAX_UPLOADED_VALUES)
    assert isinstance(read, SnapshotRequest)
    assert len(read.documents or ()) == MAX_UPLOADS


def test_json_that_only_the_standard_library_reads() -> None:
    assert read_body(ASK, '{"question": "a"}'.encode("utf-16"), 9) == AskRequest(question="a")
    assert refusal(ASK, b'{"question": "\\ud800"}') == "question must be valid Unicode text"


def strings(schema: object) -> Iterator[dict[str, object]]:
    """Every part of a JSON Schema that lets a string in."""
    if isinstance(schema, dict):
        if schema.get("type") == "string":
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from strings(part)


BODIES = [AskRequest, SearchRequest, VerifyRequest, DocumentRequest, SnapshotRequest, FeedbackRequest, ChatRequest]
BODIES += [DocumentListRequest, DocumentPartRequest]


@pytest.mark.parametrize("model", BODIES)
def test_no_string_holds_half_a_character(model: type[BaseModel]) -> None:
    # Without one of these pydantic does not look at what a string is made of.
    found = list(strings(model.model_json_schema()))
    assert found
    bounds = {"minLength", "maxLength", "pattern", "const", "enum"}
    assert [each for each in found if not bounds & each.keys()] == []


def test_half_a_character_is_refused_where_any_text_is_let_in() -> None:
    half = "\ud800"
    place = {"document": "d", "start": 0, "end": 1}
    assert refusal(TypeAdapter(VerifyRequest), {"quote": half, **place}) == "quote must be valid Unicode text"
    for content in (half, [{"type": "text", "text": half}]):
        body = {"model": "m", "messages": [{"role": "user", "content": content}]}
        assert "must be valid Unicode text" in refusal(TypeAdapter(ChatRequest), body)


def test_an_empty_body_is_null() -> None:
    assert read_body(SNAPSHOT, b"", 9) is None
    assert refusal(ASK, b"") == "the body must be an object"
