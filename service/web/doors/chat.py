"""OpenAI's chat completions over the engine. Docstrings here are shown in OpenAPI."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Response
from starlette.requests import Request

from corpus.errors import InputError, NotFoundError
from service.schemas.doors import chat
from service.schemas.replies import AskReply
from service.schemas.requests import AskRequest
from service.web.dependencies import Context, ContextDependency, EngineDependency
from service.web.doors.asking import ask_whole
from service.web.doors.chat_errors import ChatRoute
from service.web.doors.reply_text import MarkedText, write_reply

MAX_HISTORY = 20  # earlier questions that a question may have
MAX_QUESTION = 1000  # characters

ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": chat.ChatErrorReply, "description": "The request cannot be used; the message says what to do."},
    "5XX": {"model": chat.ChatErrorReply, "description": "Not ready, too many requests, or a fault of the service."},
}
STREAM = {
    "description": "The reply; with `stream`, as server-sent events.",
    "content": {
        "text/event-stream": {"schema": {"type": "string"}, "example": 'data: {"object": …}\n\ndata: [DONE]\n\n'}
    },
}

chat_routes = APIRouter(prefix="/v1", route_class=ChatRoute, responses=ERRORS, tags=["openai"])


@chat_routes.get("/models")
async def list_models(context: ContextDependency) -> chat.ModelList:
    """What OpenAI's interface calls models: quotes of the text in use and, with a language model, written answers."""
    return chat.ModelList(data=[chat.Model(id=name) for name in _models(context)])


@chat_routes.post("/chat/completions", response_model=chat.ChatReply, responses={200: STREAM})
async def complete_chat(
    body: chat.ChatRequest, request: Request, engine: EngineDependency, context: ContextDependency
) -> Response:
    """Answer the last message of the user as `POST /v1/ask` does; its earlier messages are the `history`.

    System and assistant messages are not read. The text has numbered marks and ends with the sources. `annotations`
    hold the evidence, `centreqa` the confidence and the reason of a refusal, which is a reply like any other. With the
    model `centreqa-written` a language model writes the answer, as with `generate`.
    """
    if body.model not in (models := _models(context)):
        raise NotFoundError(f"there is no model of that name; use {' or '.join(map(repr, models))}")
    asked = _question(body.messages, generate=body.model == chat.WRITTEN)
    reply = AskReply.model_validate_json(await ask_whole(asked, engine, context))
    written = write_reply(reply)
    message = chat.ChatReplyMessage(
        content=written.text,
        annotations=_annotations(reply, written, str(request.base_url).rstrip("/")),
        centreqa=_judgement(reply),
    )
    whole = chat.ChatReply(
        id=f"chatcmpl-{uuid4().hex}",
        created=int(time.time()),
        model=body.model,
        system_fingerprint=reply.snapshot,
        choices=[chat.Choice(message=message)],
    )
    if not body.stream:
        return Response(whole.model_dump_json(), media_type="application/json")
    with_usage = body.stream_options is not None and body.stream_options.include_usage is True
    # The answer is complete before its first word is sent, so the events need not be sent one by one.
    return Response("".join(_events(whole, with_usage)), media_type="text/event-stream")


def _models(context: Context) -> tuple[str, ...]:
    return (chat.MODEL, chat.WRITTEN) if context.writer else (chat.MODEL,)


def _question(messages: Sequence[chat.ChatMessage], *, generate: bool) -> AskRequest:
    """The last message of the user, and the earlier ones that are questions too. Raises InputError."""
    *earlier, last = [message.text for message in messages if message.role == "user"] or [""]
    if not last.strip():
        raise InputError("the last message of the user is the question: it must not be blank")
    if len(last) > MAX_QUESTION:
        raise InputError(f"the last message of the user is the question: at most {MAX_QUESTION} characters")
    history = [text for text in earlier if text.strip() and len(text) <= MAX_QUESTION]
    return AskRequest(question=last, history=history[-MAX_HISTORY:], generate=generate)


def _annotations(reply: AskReply, written: MarkedText, base: str) -> list[chat.ChatAnnotation]:
    """One for each piece of evidence; `base` is the address of the service, without a slash at its end."""
    found = zip(reply.answer.evidence, written.marks, strict=True) if reply.answer else ()
    return [
        chat.ChatAnnotation.model_validate(
            evidence.model_dump()
            | {
                "url_citation": {
                    "start_index": start,
                    "end_index": end,
                    "title": evidence.title,
                    "url": f"{base}{evidence.url}",
                },
            }
        )
        for evidence, (start, end) in found
    ]


def _judgement(reply: AskReply) -> chat.Judgement:
    return chat.Judgement(
        confidence=reply.confidence,
        level=reply.level,
        calibrated=reply.calibrated,
        short=reply.answer.short if reply.answer else None,
        abstained=reply.abstained,
        snapshot=reply.snapshot,
        understood=reply.understood,
        did_you_mean=reply.did_you_mean,
        written=reply.written,
    )


def _events(whole: chat.ChatReply, with_usage: bool) -> Iterator[str]:
    """The reply as server-sent events: the text line by line, then the evidence, then the end."""
    message = whole.choices[0].message
    shared = whole.model_dump(include={"id", "created", "model", "system_fingerprint"})
    shared |= {"object": "chat.completion.chunk"} | ({"usage": None} if with_usage else {})

    def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return _event({**shared, "choices": [choice]})

    yield chunk({"role": "assistant", "content": ""})
    for line in message.content.splitlines(keepends=True):
        yield chunk({"content": line})
    yield chunk(message.model_dump(include={"annotations", "centreqa"}))
    yield chunk({}, "stop")
    if with_usage:
        yield _event({**shared, "choices": [], "usage": whole.usage.model_dump()})
    yield "data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
