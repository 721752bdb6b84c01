"""Other programs ask, with the real model: an agent over stdio and over HTTP, and OpenAI's client."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.end_to_end.processes import OFFLINE, ROOT, run, serving

pytestmark = pytest.mark.model

mcp = pytest.importorskip("mcp", reason="mcp is not installed: pip install -e '.[mcp]'")
openai = pytest.importorskip("openai", reason="openai is not installed: pip install -e '.[dev]'")
httpx = pytest.importorskip("httpx", reason="httpx comes with openai")

HEAD = "Who is the head of the Centre?"
FOLLOW_UP = "And when was it established?"
KEY = "a key"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, with_models: Callable[[Path], Path]) -> dict[str, str]:
    """A var/ of its own, with the index of the shipped text, and a key to ask."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    environment = kept | {"CENTREQA_VAR": str(with_models(tmp_path_factory.mktemp("var"))), "CENTREQA_ASK_KEY": KEY}
    run(environment, "index", "build")
    return environment


async def converse(session: Any) -> Any:
    """Ask, check the quote in the document that it names, follow up, and ask for what the text does not say."""
    await session.initialize()
    answered = (await session.call_tool("ask", {"question": HEAD})).structured_content
    evidence = answered["answer"]["evidence"][0]
    place = {name: evidence[name] for name in ("document", "start", "end")}
    part = (await session.call_tool("get_document", place)).structured_content
    verdict = await session.call_tool(
        "verify_quote", {**place, "quote": evidence["quote"], "snapshot": answered["snapshot"]}
    )
    assert part["text"] == evidence["quote"]
    assert verdict.structured_content["valid"] is True
    followed = (await session.call_tool("ask", {"question": FOLLOW_UP, "history": [HEAD]})).structured_content
    assert "2017" in followed["answer"]["evidence"][0]["quote"]
    assert "Centre" in followed["understood"]
    refused = await session.call_tool("ask", {"question": "What is the Centre's annual budget?"})
    assert refused.structured_content["abstained"]["missing"]
    return answered["answer"]["text"]


def test_an_agent_over_stdio_and_over_http(environment: dict[str, str], tmp_path: Path) -> None:
    from mcp.client.stdio import StdioServerParameters, stdio_client
    from mcp.client.streamable_http import streamable_http_client

    async def talk(connection: Callable[[], Any], converse: Callable[[Any], Awaitable[Any]]) -> Any:
        async with connection() as streams, mcp.ClientSession(streams[0], streams[1]) as session:
            return await converse(session)

    command = ["-c", OFFLINE, "service", "mcp"]
    parameters = StdioServerParameters(command=sys.executable, args=command, cwd=str(ROOT), env=environment)
    with (tmp_path / "log").open("w") as log:
        by_stdio = asyncio.run(talk(lambda: stdio_client(parameters, log), converse))

    async def over_http(address: str) -> Any:
        headers = {"authorization": f"Bearer {KEY}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as client:
            return await talk(lambda: streamable_http_client(address, http_client=client), converse)

    with serving(environment) as (client, _):
        by_http = asyncio.run(over_http(str(client.base_url.join("/mcp"))))
    assert by_stdio == by_http
    assert "Irakli Beridze" in by_stdio
    assert "reached for the network" not in (tmp_path / "log").read_text("utf-8")


def test_openais_client(environment: dict[str, str]) -> None:
    with serving(environment) as (client, _), httpx.Client(trust_env=False) as http:
        address = str(client.base_url.join("/v1"))
        chat = openai.OpenAI(base_url=address, api_key=KEY, timeout=60, http_client=http).chat.completions
        turns: list[Any] = [{"role": "user", "content": HEAD}]
        message = chat.create(model="centreqa", messages=turns).choices[0].message
        (first, *_) = message.annotations
        text = client.get(f"/v1/documents/{first.document}", headers={"authorization": f"Bearer {KEY}"}).json()["text"]
        assert text[first.start : first.end] == first.quote
        assert "Irakli Beridze" in message.content
        parts = chat.create(model="centreqa", messages=turns, stream=True)
        assert "".join(part.choices[0].delta.content or "" for part in parts) == message.content
        turns += [message.model_dump(), {"role": "user", "content": FOLLOW_UP}]
        followed = chat.create(model="centreqa", messages=turns).choices[0].message
        (second, *_) = followed.annotations
        assert "2017" in text[second.start : second.end] == second.quote
        assert "Centre" in followed.centreqa["understood"]
        turns = [{"role": "user", "content": "What is the Centre's annual budget?"}]
        assert chat.create(model="centreqa", messages=turns).choices[0].message.content.startswith("No answer. ")
