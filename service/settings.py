"""The settings of the service: environment variables with the prefix CENTREQA_. Nothing is read at import."""

import ipaddress
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from corpus.errors import InputError

if TYPE_CHECKING:
    from index.stores import ServedStore

PREFIX = "CENTREQA_"
ROOT = Path(__file__).resolve().parents[1]  # the folder that the product lies in


class Settings(BaseModel):
    """Every setting with its default; sizes are in bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    var: Path = Path("var")
    corpus: Path = Path("corpus/texts")
    dataset: Annotated[Path | None, Field(description="Questions that a rebuild must pass before it is active.")] = None
    watch: Annotated[Path | None, Field(description="A folder: when its files settle, they are released.")] = None
    encoder: str = "auto"
    model: Annotated[Path | None, Field(description="For builds: the folder of another embedding model.")] = None
    reader: Annotated[str, Field(description="The folder of a reader; `off` answers without one.")] = "shipped"
    milvus_uri: Annotated[str | None, Field(description="Serve what is on this Milvus server, not what is in var.")] = (
        None
    )
    milvus_token: SecretStr | None = None
    milvus_alias: Annotated[str, Field(description="What the active snapshot is called there.")] = "centreqa"
    admin_key: SecretStr | None = None
    ask_key: SecretStr | None = None
    workers: Annotated[
        int, Field(ge=1, le=64, description="Questions answered at the same time, all but one in other processes.")
    ] = 2
    max_waiting: Annotated[int, Field(ge=0, description="Questions that may wait beyond those.")] = 512
    remembered: Annotated[int, Field(ge=0, description="Questions whose answers are kept for when they return.")] = 512
    deadline: Annotated[float, Field(gt=0, le=3600, description="Seconds after which a question fails.")] = 10.0
    max_connections: Annotated[int, Field(ge=1, description="Connections held at a time.")] = 512
    patience: Annotated[float, Field(gt=0, description="Seconds for which a client may keep the service waiting.")] = (
        10.0
    )
    max_body: Annotated[int, Field(ge=1024)] = 1024**2
    max_upload: Annotated[int, Field(ge=1024, description="Body of POST /v1/snapshots and PUT /v1/documents/{id}.")] = (
        64 * 1024**2
    )
    max_feedback: Annotated[int, Field(ge=1024, description="Feedback that may wait for `eval adopt`.")] = 16 * 1024**2
    allowed_hosts: Annotated[
        str | None, Field(description="Names, beside loopback ones and `host`, under which it may be asked: a,b.")
    ] = None
    job_seconds: Annotated[float, Field(gt=0, description="After so many seconds a rebuild over HTTP is ended.")] = (
        86400
    )
    llm: Annotated[
        Literal["off", "embedded"], Field(description="`embedded`: answers are written by the model in `llm_file`.")
    ] = "off"
    llm_file: Annotated[Path | None, Field(description="A language model as GGUF file.")] = None
    llm_base_url: Annotated[
        str | None, Field(description="Answers are written by this server: OpenAI's interface.")
    ] = None
    llm_model: Annotated[str | None, Field(description="The model's name on that server.")] = None
    llm_key: SecretStr | None = None
    llm_plain_http: Annotated[bool, Field(description="Send passages to another machine without encryption.")] = False
    llm_seconds: Annotated[float, Field(gt=0, le=3600, description="After so many the quoted answer is given.")] = 60.0
    llm_seats: Annotated[int, Field(ge=1, le=64, description="Answers written at the same time.")] = 2
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_questions: bool = False

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        """Refuse an address that other machines can reach unless a key is needed to ask."""
        if self.ask_key is None and not is_loopback(self.host):
            raise ValueError(f"{self.host} is not a loopback address: set {PREFIX}ASK_KEY, or bind 127.0.0.1")
        return self

    @model_validator(mode="after")
    def _able_to_write(self) -> Self:
        """Refuse half of what a language model needs, and an address that passages would go to in the clear."""
        url = self.llm_base_url
        if self.llm == "embedded":
            if self.llm_file is None or url is not None:
                raise ValueError(
                    f"{PREFIX}LLM=embedded needs {PREFIX}LLM_FILE, a GGUF file, and no {PREFIX}LLM_BASE_URL"
                )
        elif self.llm_file is not None:
            raise ValueError(f"{PREFIX}LLM_FILE is only used with {PREFIX}LLM=embedded: set that too")
        elif (url is None) != (self.llm_model is None):
            raise ValueError(f"set both {PREFIX}LLM_BASE_URL and {PREFIX}LLM_MODEL, or neither")
        if url is not None:
            _require_private(url, self.llm_plain_http)
        return self

    @classmethod
    def load(cls, **given: object) -> Self:
        """Read the environment; what is `given` and not None wins over it. Raises InputError with one line."""
        environment = {name: value for name in cls.model_fields if (value := os.environ.get(f"{PREFIX}{name.upper()}"))}
        try:
            return cls.model_validate(environment | {name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise InputError("; ".join(_plain(field["loc"], field["msg"]) for field in error.errors())) from None

    def serves(self, host: str) -> bool:
        """Whether it may be asked under this name or address: a foreign page can give its own name any address."""
        allowed = (self.allowed_hosts or "").lower().split(",")
        return is_loopback(host) or host == self.host.lower() or host in (name.strip() for name in allowed if name)

    def public(self, text: str) -> str:
        """The text without the absolute paths of this machine's folders, for those who ask from elsewhere."""
        values = (getattr(self, name) for name in type(self).model_fields)
        given = [Path(value) for value in values if isinstance(value, Path) or (isinstance(value, str) and value)]
        own = {str(path): path.name for value in given for path in (value.absolute(), value.resolve())}
        around = {f"{folder}/": "" for folder in (Path.cwd(), ROOT, sys.prefix, tempfile.gettempdir())}
        for path, name in sorted({**around, **own}.items(), key=lambda item: -len(item[0])):
            if len(path) > len("//"):
                text = text.replace(path, name)
        return text

    def open_store(self) -> "ServedStore":
        """The store whose snapshots are served; raises UnavailableError."""
        from index.stores import open_store

        token = self.milvus_token.get_secret_value() if self.milvus_token else ""
        return open_store(self.var, self.milvus_uri, token, self.milvus_alias)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _require_private(url: str, plain_http: bool) -> None:
    """Raise ValueError unless passages can be sent there; the address is not repeated, since it may hold a secret."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_address = parts.scheme in ("http", "https") and bool(host) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(
            f"{PREFIX}LLM_BASE_URL is no address like https://host/v1, without name, password and query: "
            f"a key belongs into {PREFIX}LLM_KEY"
        )
    if parts.scheme == "http" and not is_loopback(host) and not plain_http:
        raise ValueError(
            f"{PREFIX}LLM_BASE_URL would send passages to {host} in the clear: use https, "
            f"or set {PREFIX}LLM_PLAIN_HTTP=true where the network can be trusted"
        )


def _plain(loc: tuple[int | str, ...], message: str) -> str:
    """The variable that holds the setting, and what is wrong with it."""
    message = message.removeprefix("Value error, ")
    return f"{PREFIX}{str(loc[0]).upper()}: {message}" if loc else message
