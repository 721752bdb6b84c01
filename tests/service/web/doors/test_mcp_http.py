"""The tools over HTTP, asked by the protocol's own client."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from corpus.errors import SnapshotError
from service.runtime.current import CurrentEngine
from tests.fakes import DOCUMENT, EVIDENCE, QUOTE, START, TEXT, FakeEngine, FakeStore
from tests.language_server import checked, playing, says
from tests.service.web.common import QUESTION, HeldEngine, Start
from tests.service.web.doors.common import call, talk

pytest.importorskip("mcp", reason="mcp is not installed: pip install -e '.[mcp]'")


def test_the_tools_and_what_they_take(client: TestClient) -> None:
    tools = talk(client, lambda session: session.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "search", "get_document", "verify_quote", "list_documents"]
    assert all(tool.description and tool.output_schema and tool.annotations.read_only_hint for tool in tools)
    assert set(tools[0].input_schema["properties"]) >= {"question", "documents", "filter", "history"}


def test_an_answer_is_that_of_http_and_reads_well(client: TestClient) -> None:
    result = call(client, "ask", question="Who?", history=["What is it?"])
    assert not result.is_error
    assert result.structured_content == client.post("/v1/ask", json=QUESTION).json()
    evidence = result.structured_content["answer"]["evidence"][0]
    assert TEXT[evidence["start"] : evidence["end"]] == evidence["quote"] == QUOTE
    assert result.content[0].text.startswith(
        f"{QUOTE} [1]\n\nShort answer: Irakli Beridze\n\nSources:\n[1] notes/centre"
    )


def test_a_written_answer(start: Start) -> None:
    with playing(says("Irakli Beridze leads it [1]. It is rich.")) as server:
        result = call(
            start(current=checked(), llm_base_url=server.url, llm_model="tiny"), "ask", question="Who?", generate=True
        )
    assert not result.is_error
    assert result.structured_content["answer"]["kind"] == "generated"
    assert result.structured_content["written"]["struck"][0]["text"] == "It is rich."
    assert result.content[0].text.startswith("Irakli Beridze leads it. [1]\n\nSources:\n[1] notes/centre")


def test_a_refusal_is_no_error_and_keeps_its_reason(client: TestClient) -> None:
    result = call(client, "ask", question="budget?")
    assert not result.is_error
    assert result.structured_content["answer"] is None
    refusal = result.structured_content["abstained"]
    assert (refusal["code"], refusal["missing"]) == ("low_confidence", ["budget"])
    assert refusal["nearest"]["quote"] == QUOTE
    assert "Not accounted for: budget" in result.content[0].text
    assert 'centreqa_abstentions_total{code="low_confidence"} 1.0' in client.get("/metrics").text


def test_passages(client: TestClient) -> None:
    result = call(client, "search", query="who", documents=[DOCUMENT.id])
    assert result.structured_content == client.post("/v1/search", json={"query": "who"}).json()
    assert result.content[0].text.startswith("1. Centre > Head (notes/centre, characters 24 to 72)")


def test_a_document_and_a_stretch_of_it(client: TestClient) -> None:
    whole = call(client, "get_document", document=DOCUMENT.id).structured_content
    assert (whole["text"], whole["length"], whole["sha256"], whole["snapshot"]) == (
        TEXT,
        len(TEXT),
        DOCUMENT.info.sha256,
        "s1",
    )
    part = call(client, "get_document", document=DOCUMENT.id, start=START, end=EVIDENCE.end)
    assert part.structured_content["text"] == QUOTE
    assert part.content[0].text.endswith(f"({len(TEXT)} characters in all; ask again with start={EVIDENCE.end})")
    beyond = call(client, "get_document", document=DOCUMENT.id, start=len(TEXT) + 1)
    assert beyond.is_error
    assert beyond.content[0].text.startswith(f"notes/centre has {len(TEXT)} characters, and 73 to 72 is no span")


def test_a_quote_is_verified(client: TestClient) -> None:
    place = {"document": DOCUMENT.id, "start": START, "end": EVIDENCE.end}
    right = call(client, "verify_quote", **place, quote=QUOTE, snapshot="s2")
    assert right.structured_content["valid"] is True
    wrong = call(client, "verify_quote", **place, quote="He leads it.")
    assert (wrong.is_error, wrong.structured_content["valid"]) == (False, False)
    assert wrong.content[0].text.startswith("The quote does not stand there: ")


def test_the_documents(client: TestClient) -> None:
    listed = call(client, "list_documents", words="CENTRE", limit=1)
    assert [document["id"] for document in listed.structured_content["documents"]] == [DOCUMENT.id]
    assert (listed.structured_content["total"], listed.structured_content["has_more"]) == (1, False)
    assert listed.content[0].text == f"notes/centre: Centre ({len(TEXT)} characters)"
    assert call(client, "list_documents", words="nothing").content[0].text == "No documents."


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("ask", {}, "question is required"),
        ("ask", {"question": " "}, "question must not be blank"),
        ("ask", {"question": "Who?", "documents": ["x"]}, "no document has the id 'x'"),
        ("ask", {"question": "Who?", "model": "x"}, "model is not a known field"),
        ("verify_quote", {"document": "x", "start": 0, "end": 1, "quote": "a"}, "no document has the id 'x'"),
        ("eat", {}, "no tool has that name; there are ask, search, get_document, verify_quote, list_documents"),
        ("ask", {"question": "broken"}, "the log has more, under this reply's x-request-id"),
    ],
)
def test_an_error_is_a_result_that_says_what_is_wrong(
    client: TestClient, name: str, arguments: dict[str, Any], said: str
) -> None:
    with capture_logs() as lines:
        result = call(client, name, **arguments)
    assert result.is_error
    assert result.content[0].text.startswith(said)
    unexpected = [line for line in lines if line["event"] == "unexpected error in a tool"]
    assert len(unexpected) == ("broken" in str(arguments))


def test_before_a_snapshot_is_loaded(start: Start) -> None:
    result = call(start(load=False), "ask", question="Who?")
    assert (result.is_error, "try again" in result.content[0].text) == (True, True)


def test_no_error_names_a_folder_of_the_machine(start: Start, tmp_path: Path) -> None:
    class Damaged(FakeEngine):
        """Finds a file damaged while it answers."""

        def ask(self, *arguments: Any, **options: Any) -> Any:
            raise SnapshotError(f"{tmp_path}/snapshots/s1 is damaged; build again")

    result = call(start(current=CurrentEngine(FakeStore(), lambda _, name: Damaged(name))), "ask", question="Who?")
    assert result.content[0].text.endswith("snapshots/s1 is damaged; build again")
    assert str(tmp_path) not in result.content[0].text


def test_a_full_queue_is_said_to_the_model(start: Start) -> None:
    busy, may_end = threading.Event(), threading.Event()

    async def two(session: Any) -> Any:
        first = asyncio.create_task(session.call_tool("ask", QUESTION))
        assert await asyncio.to_thread(busy.wait, 30)
        second = await session.call_tool("search", {"query": "who"})
        may_end.set()
        return await first, second

    current = CurrentEngine(FakeStore(), lambda _, snapshot: HeldEngine(snapshot, busy, may_end))
    first, second = talk(start(current=current, workers=1, max_waiting=0), two)
    assert (first.is_error, second.is_error) == (False, True)
    assert second.content[0].text.startswith("everybody is busy")
