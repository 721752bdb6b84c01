"""The tools behind the Model Context Protocol. Importing this imports the protocol's SDK, which takes half a second."""

import logging
from functools import cache
from pathlib import Path
from typing import Any

import mcp
import mcp_types as types
import structlog
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from corpus.errors import CentreQAError, NotFoundError
from service.schemas.problems import from_error
from service.web.dependencies import Context
from service.web.doors.tools import INSTRUCTIONS, TOOLS, Tool

_SDK = str(Path(mcp.__file__).parent)
_HINTS = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
Asked = ServerRequestContext[Any, Any]
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def make_server(context: Context) -> Server[Any]:
    """A server that answers from this context, whatever carries its messages."""
    # The SDK's lines quote what clients send, questions too. What a tool fails with is logged below.
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    # It writes to the root logger too. Adding the filter again does nothing.
    logging.getLogger().addFilter(_is_not_of_the_sdk)

    async def list_tools(_: Asked, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_shown(tool) for tool in TOOLS])

    async def call_tool(_: Asked, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await _call(context, params.name, params.arguments or {})

    server: Server[Any] = Server(
        "centreqa", version="1", instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )
    server.middleware.clear()  # it reports each call to OpenTelemetry, where that is set up: no telemetry, ever
    return server


async def handle(context: Context, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one HTTP request. No session outlives it, so its manager need not either."""
    manager = StreamableHTTPSessionManager(
        make_server(context),
        json_response=True,
        stateless=True,
        max_request_body_size=context.settings.max_body,
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def _is_not_of_the_sdk(record: logging.LogRecord) -> bool:
    return not record.pathname.startswith(_SDK)


@cache
def _shown(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.takes.model_json_schema(),
        output_schema=tool.gives.model_json_schema(mode="serialization"),
        annotations=_HINTS,
    )


async def _call(context: Context, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """The result of a tool; an error is a result too, which the model can read."""
    try:
        tool = next((tool for tool in TOOLS if tool.name == name), None)
        if tool is None:
            raise NotFoundError(f"no tool has that name; there are {', '.join(tool.name for tool in TOOLS)}")
        output = await tool.call(context, tool.takes.model_validate(arguments))
    except Exception as error:
        if not isinstance(error, CentreQAError | ValidationError):
            log.exception("unexpected error in a tool", tool=name)
        said = context.settings.public(from_error(error).detail)
        return types.CallToolResult(content=[_text(said)], is_error=True)
    return types.CallToolResult(content=[_text(output.text)], structured_content=output.structured)


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)
