"""The JSON of OpenAI's chat completions, as far as quotes can serve them. Imports no web framework."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, FailFast, Field
from pydantic_core import PydanticCustomError

from service.schemas import examples
from service.schemas.answers import ShortAnswer, Written
from service.schemas.citations import Evidence
from service.schemas.replies import Abstention
from service.schemas.requests import Text

MODEL = "centreqa"  # quotes whatever text is being served
WRITTEN = "centreqa-written"  # a language model writes from that text: only where one is set up
MAX_MESSAGES = 1000
MAX_VALUES = 40 * MAX_MESSAGES  # of a conversation: clients send earlier replies back, with all that is in them


def _only_text(content: object) -> object:
    """Refuse all else with one error; the union below would give one for each of its parts."""
    parts = content if isinstance(content, list) else [{"type": "text", "text": "" if content is None else content}]
    for part in parts:
        if not (isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str)):
            raise PydanticCustomError("not_text", "must be text; pictures, sound and files are not read")
    return content


def _refuse(value: object) -> None:
    if value is not None:
        raise PydanticCustomError("unsupported", "is not supported; leave it out: an answer is one quoted text")


Unsupported: TypeAlias = Annotated[None, BeforeValidator(_refuse), Field(description="Refused unless null.")]
NoEffect: TypeAlias = Annotated[Any, Field(description="Taken and ignored.")]


class TextPart(BaseModel):
    """A piece of a message."""

    model_config = ConfigDict(strict=True)

    type: Literal["text"]
    text: Text


class ChatMessage(BaseModel):
    """One turn. Only those of the user count: the last one is the question, earlier ones say what it is about."""

    model_config = ConfigDict(strict=True)

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[Text | list[TextPart] | None, BeforeValidator(_only_text)] = None

    @property
    def text(self) -> str:
        """All of its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream holds besides the answer."""

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """A conversation to go on with. Fields that could change what is answered are refused, not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": examples.CHAT})

    model: Text
    messages: Annotated[list[ChatMessage], FailFast(), Field(min_length=1, max_length=MAX_MESSAGES)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None

    frequency_penalty: NoEffect = None
    max_completion_tokens: NoEffect = None
    max_tokens: NoEffect = None
    metadata: NoEffect = None
    presence_penalty: NoEffect = None
    prompt_cache_key: NoEffect = None
    reasoning_effort: NoEffect = None
    safety_identifier: NoEffect = None
    seed: NoEffect = None
    service_tier: NoEffect = None
    store: NoEffect = None
    temperature: NoEffect = None
    top_p: NoEffect = None
    user: NoEffect = None
    verbosity: NoEffect = None

    audio: Unsupported = None
    function_call: Unsupported = None
    functions: Unsupported = None
    logit_bias: Unsupported = None
    logprobs: Unsupported = None
    modalities: Unsupported = None
    parallel_tool_calls: Unsupported = None
    prediction: Unsupported = None
    response_format: Unsupported = None
    stop: Unsupported = None
    tool_choice: Unsupported = None
    tools: Unsupported = None
    top_logprobs: Unsupported = None
    web_search_options: Unsupported = None


class UrlCitation(BaseModel):
    """Where the mark of a source stands in the message, as `content[start_index:end_index]`, and the source."""

    start_index: int
    end_index: int
    title: str
    url: str


class ChatAnnotation(Evidence):
    """A piece of evidence: what OpenAI's clients know of a citation, and what is needed to check it."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Judgement(BaseModel):
    """What a reply says beyond its text, as `POST /v1/ask` does."""

    confidence: float
    level: Literal["sure", "likely", "unsure"]
    calibrated: bool
    short: ShortAnswer | None
    abstained: Abstention | None
    snapshot: str
    understood: str | None
    did_you_mean: str | None
    written: Annotated[Written | None, Field(description="What became of the wish for a written answer.")]


class ChatReplyMessage(BaseModel):
    """The answer with numbered marks, then the sources; or why there is none, and then no annotations."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[ChatAnnotation]
    centreqa: Judgement


class Choice(BaseModel):
    """The only choice."""

    index: Literal[0] = 0
    message: ChatReplyMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Zeros: no tokens are billed."""

    prompt_tokens: Literal[0] = 0
    completion_tokens: Literal[0] = 0
    total_tokens: Literal[0] = 0


class ChatReply(BaseModel):
    """A reply in one piece; `system_fingerprint` is the snapshot."""

    model_config = ConfigDict(json_schema_extra={"example": examples.CHAT_REPLY})

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    system_fingerprint: str
    choices: list[Choice]
    usage: Usage = Usage()


class Model(BaseModel):
    """A model. It has no date of its own: `created` is always 0."""

    id: str
    object: Literal["model"] = "model"
    created: Literal[0] = 0
    owned_by: str = MODEL


class ModelList(BaseModel):
    """Every model there is."""

    model_config = ConfigDict(json_schema_extra={"example": examples.CHAT_MODELS})

    object: Literal["list"] = "list"
    data: list[Model]


class ChatError(BaseModel):
    """Why there is no reply, in the words of the problem that other routes reply with."""

    message: str
    type: Literal["invalid_request_error", "server_error"]
    param: str | None
    code: str


class ChatErrorReply(BaseModel):
    """An error as OpenAI's clients expect it."""

    model_config = ConfigDict(json_schema_extra={"example": examples.CHAT_ERROR})

    error: ChatError
