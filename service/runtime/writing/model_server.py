"""Asks a server with OpenAI's interface for chat completions, and limits everything that it may do."""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from functools import cache

import httpx2

from corpus.errors import WritingError
from service.answering.written.prompt import Message, Piece

MAX_TOKENS = 512  # that a model may write
MAX_BYTES = 1 << 20  # of a reply: each token travels in some 300 bytes of JSON
RETRIES = 1
RETRY_SECONDS = 0.5
CONNECT_SECONDS = 5.0
BROKE_OFF = "the reply of the language model's server broke off"
TRY_AGAIN = (429, 500, 502, 503, 504)  # statuses that may be gone a moment later
REASONS = {
    401: "the language model's server refuses the key: check CENTREQA_LLM_KEY",
    403: "the language model's server refuses the key: check CENTREQA_LLM_KEY",
    404: "the language model's server does not know this address or model: check CENTREQA_LLM_BASE_URL and "
    "CENTREQA_LLM_MODEL",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens: `url` ends before `/chat/completions`. The key is not shown when this is printed."""

    url: str
    key: str = ""

    def __repr__(self) -> str:
        return f"Address({self.url!r})"


class _Retryable(WritingError):
    """The same request may succeed a moment later."""


class ModelServer:
    """One model of one server. Each request has a connection of its own, which ends with it."""

    def __init__(self, model: str, address: Callable[[], Awaitable[Address]], seconds: float) -> None:
        """`address` gives where to ask, and raises WritingError; `seconds` is the longest silence of the server."""
        self.model = model
        self._address = address
        self._seconds = seconds

    async def write(self, messages: Sequence[Message]) -> AsyncGenerator[Piece]:
        """What the model writes, as it comes; raises WritingError. Close it, and the server is left."""
        body = {
            "model": self.model,
            "messages": [asdict(message) for message in messages],
            "stream": True,
            "max_tokens": MAX_TOKENS,
            "temperature": 0,
        }
        for retries_left in reversed(range(RETRIES + 1)):
            has_written = False
            try:
                async with aclosing(self._stream(body)) as pieces:
                    async for piece in pieces:
                        has_written = True
                        yield piece
                return
            except _Retryable:
                if has_written or not retries_left:
                    raise
            await asyncio.sleep(RETRY_SECONDS)

    async def _stream(self, body: object) -> AsyncGenerator[Piece]:
        address = await self._address()
        # Nothing is decompressed: what a limit counts is what came.
        headers = {"accept": "text/event-stream", "accept-encoding": "identity"}
        if address.key:
            headers["authorization"] = f"Bearer {address.key}"
        timeout = httpx2.Timeout(self._seconds, connect=min(CONNECT_SECONDS, self._seconds))
        try:
            # Without the proxies of the environment, and without redirects: passages go where the settings say.
            async with (
                httpx2.AsyncClient(trust_env=False, timeout=timeout, verify=_certificates()) as client,
                client.stream("POST", f"{address.url}/chat/completions", json=body, headers=headers) as response,
            ):
                _require_stream(response)
                async for piece in _pieces(response):
                    yield piece
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            raise _Retryable("the language model's server cannot be reached") from None
        except httpx2.TimeoutException:
            raise WritingError(f"the language model was silent for {self._seconds:g} seconds") from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise _Retryable(BROKE_OFF) from None


def _require_stream(response: httpx2.Response) -> None:
    """Raise WritingError unless these are server-sent events."""
    status = response.status_code
    if status in TRY_AGAIN:
        raise _Retryable(f"the language model's server replied with status {status}")
    if status != 200:
        raise WritingError(REASONS.get(status, f"the language model's server replied with status {status}"))
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        raise WritingError("the language model's server sends no events: it must support `stream`")


async def _pieces(response: httpx2.Response) -> AsyncGenerator[Piece]:
    """The text of the events, until the last one; raises WritingError."""
    received, rest, is_finished = 0, b"", False
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received > MAX_BYTES:
            raise WritingError(f"the language model's server sent more than {MAX_BYTES} bytes")
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            field, _, data = line.strip().partition(b":")
            if field != b"data":
                continue
            if data.strip() == b"[DONE]":
                return
            piece, finish = _parse(data)
            is_finished = is_finished or finish is not None
            if piece or finish == "length":
                yield Piece(piece, is_cut=finish == "length")
    if not is_finished:
        raise _Retryable(BROKE_OFF)


def _parse(data: bytes) -> tuple[str, str | None]:
    """The text of an event, and why it is the last one; raises WritingError."""
    try:
        event = json.loads(data)
        choices = event.get("choices") or ()
        if event.get("error"):
            raise WritingError("the language model's server reported an error while it wrote")
        if not choices:  # events that count tokens have none
            return "", None
        text, finish = (choices[0].get("delta") or {}).get("content") or "", choices[0].get("finish_reason")
        if not isinstance(text, str):
            raise TypeError
        return text, finish
    except (ValueError, RecursionError, AttributeError, LookupError, TypeError):
        raise WritingError("the language model's server sent events that are no chat completion") from None


@cache
def _certificates() -> ssl.SSLContext:
    """Those that the system trusts, or SSL_CERT_FILE names; reading them takes a while."""
    return ssl.create_default_context()
