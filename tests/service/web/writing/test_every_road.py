"""Whatever way evidence takes, it can be kept and checked by itself: the reply that it came in is not needed."""

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.schemas.examples import EVIDENCE as PROMISED
from service.web.doors.mcp_http import is_installed
from tests.fakes import DOCUMENT, QUOTE, TEXT
from tests.language_server import ANSWER, Writing, says
from tests.service.web.common import QUESTION
from tests.service.web.doors.common import call

Found = list[dict[str, Any]]
REFUSED = {"question": "The budget?"}
WRITTEN = {**QUESTION, "generate": True}


def asked(client: TestClient, body: dict[str, Any]) -> Any:
    return client.post("/v1/ask", json=body).json()


def streamed(client: TestClient) -> Found:
    text = client.post("/v1/ask", json=WRITTEN, headers={"accept": "text/event-stream"}).text
    named = [event.split("\n") for event in text.removesuffix("\n\n").split("\n\n")]
    events = {name.removeprefix("event: "): json.loads(data.removeprefix("data: ")) for name, data in named}
    answers = [events["quoted"]["answer"], events["reply"]["answer"], events["reply"]["written"]["quoted"]]
    return [events["statement"]["evidence"], *(each for answer in answers for each in answer["evidence"])]


def chat(client: TestClient, question: str, model: str = "centreqa") -> Any:
    body = {"model": model, "messages": [{"role": "user", "content": question}]}
    return client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]


def streamed_chat(client: TestClient) -> Found:
    body = {"model": "centreqa", "messages": [{"role": "user", "content": "Who?"}], "stream": True}
    lines = client.post("/v1/chat/completions", json=body).text.split("\n\n")
    deltas = [json.loads(line.removeprefix("data: "))["choices"][0]["delta"] for line in lines[:-2]]
    return [each for delta in deltas for each in delta.get("annotations", ())]


def tool(client: TestClient, **arguments: object) -> Any:
    if not is_installed():
        pytest.skip("mcp is not installed: pip install -e '.[mcp]'")
    return call(client, "ask", **arguments).structured_content


ROADS: dict[str, Callable[[TestClient], Found]] = {
    "ask": lambda client: asked(client, QUESTION)["answer"]["evidence"],
    "ask with structure": lambda client: asked(client, {**QUESTION, "structure": True})["answer"]["evidence"],
    "refusal": lambda client: [asked(client, REFUSED)["abstained"]["nearest"]],
    "batch": lambda client: client.post("/v1/ask/batch", json={"questions": ["Who?"]}).json()["results"][0]["answer"][
        "evidence"
    ],
    "written": lambda client: asked(client, WRITTEN)["answer"]["evidence"],
    "written, as a stream": streamed,
    "chat": lambda client: chat(client, "Who?")["annotations"],
    "chat, as a stream": streamed_chat,
    "chat, written": lambda client: chat(client, "Who?", "centreqa-written")["annotations"],
    "chat, refused": lambda client: [chat(client, "The budget?")["centreqa"]["abstained"]["nearest"]],
    "tool": lambda client: tool(client, question="Who?")["answer"]["evidence"],
    "tool, refused": lambda client: [tool(client, question="The budget?")["abstained"]["nearest"]],
    "tool, written": lambda client: tool(client, question="Who?", generate=True)["answer"]["evidence"],
}


@pytest.mark.parametrize("road", ROADS)
def test_evidence_can_be_kept_and_checked_by_itself(writing: Writing, road: str) -> None:
    client, _ = writing(says(ANSWER))
    found = ROADS[road](client)
    assert found
    for evidence in found:
        assert set(evidence) >= set(PROMISED)
        assert TEXT[evidence["start"] : evidence["end"]] == evidence["quote"] == QUOTE
        assert TEXT.encode()[evidence["start_utf8"] : evidence["end_utf8"]].decode() == QUOTE
        assert evidence["prefix"] + QUOTE + evidence["suffix"] in TEXT
        assert (evidence["sha256"], evidence["snapshot"]) == (DOCUMENT.info.sha256, "s1")
        place = {name: evidence[name] for name in ("document", "start", "end")}
        cited = client.get(f"/v1/citations/{place.pop('document')}", params=place).json()
        assert {name: evidence[name] for name in cited} == cited
        known = ("document", "start", "end", "quote", "prefix", "suffix", "sha256", "snapshot")
        assert client.post("/v1/verify", json={name: evidence[name] for name in known}).json()["now"] == "exact"


def test_javascript_finds_each_quote_in_utf16_units(writing: Writing) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here: install Node 18 or newer")
    client, _ = writing(*(says(ANSWER) for _ in ROADS))
    found = [evidence for road in ROADS.values() for evidence in road(client)]
    program = (
        "const [text, found] = JSON.parse(require('fs').readFileSync(0));"
        "console.log(found.filter((e) => text.slice(e.start_utf16, e.end_utf16) === e.quote).length)"
    )
    counted = subprocess.run([node, "-e", program], input=json.dumps([TEXT, found]), capture_output=True, text=True)
    assert counted.stdout.strip() == str(len(found))
