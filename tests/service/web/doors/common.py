"""What the tests of the tools over HTTP share: the protocol's own client, and a message as it sends it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.testclient import TestClient

from tests.service.web.common import JSON

HERE = "http://127.0.0.1:8000"
ACCEPT = JSON | {"accept": "application/json, text/event-stream", "host": "127.0.0.1"}


def talk(
    client: TestClient, conversation: Callable[[Any], Awaitable[Any]], headers: dict[str, str] | None = None
) -> Any:
    """What a conversation in one session of the SDK's client gives."""
    import httpx2
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def session() -> Any:
        transport = httpx2.ASGITransport(app=client.app)
        async with (
            httpx2.AsyncClient(transport=transport, headers=headers, timeout=60) as http,
            streamable_http_client(f"{HERE}/mcp", http_client=http) as (read, write),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await conversation(session)

    return asyncio.run(session())


def call(client: TestClient, name: str, **arguments: object) -> Any:
    """The result of one tool; the SDK's client compares it with the schema that the tool promises."""
    return talk(client, lambda session: session.call_tool(name, arguments))


def message(name: str, arguments: object) -> str:
    """The body of a call, as the client would send it."""
    params = {"name": name, "arguments": arguments}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
