"""The client of a language model's server, before one that plays well and every kind of badly."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

import httpx2
import pytest

from corpus.errors import WritingError
from service.answering.written.prompt import Message, Piece
from service.runtime.writing.model_server import MAX_BYTES, Address, ModelServer
from tests.language_server import Part, endless, event, fails, hangs, playing, redirects, says, sends

MESSAGES = (Message("system", "Be brief."), Message("user", "Who?"))
DONE = b"data: [DONE]\n\n"


async def collect(pieces: AsyncGenerator[Piece]) -> list[Piece]:
    return [piece async for piece in pieces]


def ask(url: str, key: str = "", seconds: float = 30.0) -> list[Piece]:
    async def address() -> Address:
        return Address(url, key)

    return asyncio.run(collect(ModelServer("tiny", address, seconds).write(MESSAGES)))


def written(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def test_a_good_server() -> None:
    with playing(says("It is 🎉 in The Hague [1].")) as server:
        pieces = ask(server.url)
    assert written(pieces) == "It is 🎉 in The Hague [1]."
    assert len(pieces) > 1
    assert not any(piece.is_cut for piece in pieces)
    (request,), (headers,) = server.requests, server.headers
    assert (request["path"], request["model"], request["stream"]) == ("/v1/chat/completions", "tiny", True)
    assert request["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who?"}]
    assert "authorization" not in headers


def test_the_key_is_sent_and_never_shown() -> None:
    with playing(says("Yes.")) as server:
        ask(server.url, key="hidden")
        assert server.headers[0]["authorization"] == "Bearer hidden"
    assert "hidden" not in repr(Address("http://127.0.0.1", "hidden"))


def test_a_model_that_reached_its_limit_says_so() -> None:
    with playing(says("It is", finish="length")) as server:
        assert ask(server.url)[-1] == Piece("", is_cut=True)


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (fails(400), "status 400"),
        (fails(401), "check CENTREQA_LLM_KEY"),
        (fails(404), "check CENTREQA_LLM_BASE_URL and CENTREQA_LLM_MODEL"),
        (fails(302), "status 302"),
        (sends(b"{}", content_type="application/json"), "must support `stream`"),
        (sends(b"data: {\n\n"), "no chat completion"),
        (sends(b"data: \xff\xfe\n\n"), "no chat completion"),
        (sends(b"data: [1]\n\n"), "no chat completion"),
        (sends(b'data: {"choices": 5}\n\n'), "no chat completion"),
        (sends(b'data: {"choices": [{"delta": {"content": ["a"]}}]}\n\n'), "no chat completion"),
        (sends(b"data: " + b"[" * 100_000 + b"\n\n"), "no chat completion"),
        (sends(b'data: {"error": {"message": "a secret"}}\n\n'), "reported an error"),
        (endless("word " * 2000), f"more than {MAX_BYTES} bytes"),
        (sends(*[b"data: " + b"x" * MAX_BYTES] * 2), f"more than {MAX_BYTES} bytes"),
    ],
)
def test_what_is_no_answer_is_one_error_that_repeats_nothing(part: Part, reason: str) -> None:
    with playing(part) as server:
        with pytest.raises(WritingError, match=reason) as caught:
            ask(server.url)
        assert len(server.requests) == 1
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("part", [fails(500), fails(503), fails(429), sends()])
def test_what_may_be_gone_a_moment_later_is_tried_once_more(part: Part) -> None:
    with playing(part, says("Yes.")) as server:
        assert written(ask(server.url)) == "Yes."
        assert len(server.requests) == 2
    with playing(part) as server, pytest.raises(WritingError):
        ask(server.url)
    assert len(server.requests) == 2


def test_a_reply_that_breaks_off_is_not_begun_again() -> None:
    with playing(sends(event("It is ")), says("Yes.")) as server:
        with pytest.raises(WritingError, match="broke off"):
            ask(server.url)
        assert len(server.requests) == 1


def test_a_server_that_is_not_there() -> None:
    with playing(says("")) as server:
        pass
    with pytest.raises(WritingError, match="cannot be reached"):
        ask(server.url)


def test_a_server_that_is_silent() -> None:
    with playing(hangs(event("It is "))) as server:
        with pytest.raises(WritingError, match=r"silent for 0\.3 seconds"):
            ask(server.url, seconds=0.3)
        assert len(server.requests) == 1
        assert server.left.wait(30)


def test_who_stops_listening_leaves_the_server() -> None:
    async def listen_shortly(url: str) -> None:
        async def address() -> Address:
            return Address(url)

        async with aclosing(ModelServer("tiny", address, 30).write(MESSAGES)) as pieces:
            assert await anext(pieces) == Piece("word ")

    with playing(endless("word ", delay=0.01)) as server:
        asyncio.run(listen_shortly(server.url))
        assert server.left.wait(30)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY", "http_proxy"])
def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    with playing(says("Yes.")) as server:
        assert written(ask(server.url)) == "Yes."


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with playing(says("Yes.")) as other, playing(redirects(status, f"{other.url}/chat/completions")) as server:
        with pytest.raises(WritingError, match=f"status {status}"):
            ask(server.url, key="hidden")
        assert (len(server.requests), other.requests) == (1, [])


def test_who_follows_redirects_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpx2, "AsyncClient", partial(httpx2.AsyncClient, follow_redirects=True))
    with playing(says("Yes.")) as other, playing(redirects(307, f"{other.url}/chat/completions")) as server:
        assert written(ask(server.url)) == "Yes."
        assert other.requests == server.requests


def test_the_end_is_known_by_its_sign_or_by_its_reason() -> None:
    for end in (DONE, event(finish="stop")):
        with playing(sends(event("Yes."), end)) as server:
            assert written(ask(server.url)) == "Yes."
