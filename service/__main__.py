"""Command line: serve the page and the HTTP API, or ask one question."""

import gc
import socket
import sys
import threading
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.errors import CentreQAError, ConflictError, InputError
from index.console import run

if TYPE_CHECKING:
    from index.stores import ServedStore
    from service.answering.engine import Engine
    from service.runtime.current import Live
    from service.settings import Settings

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
BACKLOG = 2048
PATIENCE = 1.0  # seconds for a snapshot to open, so that the processes forked then share what it takes
SWITCH = 0.0005  # seconds until a thread must let another one go on, which after each read waits for that long
Var = Annotated[Path | None, typer.Option(help="The folder that holds everything built.", show_default="var")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; 0 takes a free one.", show_default="8000")] = None,
    var: Var = None,
) -> None:
    """Serve the page and the HTTP API."""
    gc.disable()  # nearly all that is made until the first request stays
    sys.setswitchinterval(SWITCH)

    from service.settings import Settings

    settings = Settings.load(host=host, port=port, var=var)
    listener = _bind(settings.host, settings.port)
    # The other core opens the snapshot while this one imports the web framework.
    following: Future[Live] = Future()
    logs_ready = threading.Event()
    opening = threading.Thread(target=_open, args=(settings, following, logs_ready), daemon=True)
    opening.start()

    from service import logs

    logs.configure(settings.log_level)
    logs_ready.set()

    import uvicorn

    from service.runtime.forked import fork
    from service.web.app import create_app
    from service.web.http11 import Protocol

    live = following.result()
    opening.join(PATIENCE)
    helping = 0 if settings.milvus_uri else settings.workers - 1
    processes = fork(helping, partial(_inherit, live), listener)
    announcing = threading.Thread(target=_announce, args=(live.ready, settings, listener), daemon=True)
    announcing.start()
    config = uvicorn.Config(
        create_app(live, settings, processes),
        http=Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    gc.freeze()
    gc.enable()
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="Plain language.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what POST /v1/ask would reply.")] = False,
    top_k: Annotated[int, typer.Option(help="How many passages to return.", min=1, max=50)] = 5,
    document: Annotated[list[str] | None, typer.Option(help="Look only in this document; repeatable.")] = None,
    var: Var = None,
) -> None:
    """Ask one question. A refusal is an answer too: it ends with status 0."""
    from pydantic import ValidationError

    from service.answering.engine import Engine
    from service.schemas.problems import from_error
    from service.schemas.replies import AskReply
    from service.schemas.requests import AskRequest
    from service.settings import Settings
    from service.terminal import show

    try:
        request = AskRequest(question=question, top_k=top_k, documents=document or None)
    except ValidationError as error:
        raise InputError(from_error(error).detail) from None
    engine = Engine.open(Settings.load(var=var).open_store())
    reply = AskReply.model_validate(engine.ask(request.question, request.top_k, request.documents))
    if as_json:
        typer.echo(reply.model_dump_json())
    else:
        show(reply)


def _open(settings: "Settings", following: "Future[Live]", logs_ready: threading.Event) -> None:
    """Open the active snapshot, its encoder first."""
    try:
        from index.snapshots.manifest import Manifest
        from index.snapshots.store import Store
        from service.answering.engine import load_encoder
        from service.runtime.current import Live

        store = settings.open_store()
        with suppress(CentreQAError):  # opening the snapshot will meet it again, and say so
            if isinstance(store, Store) and (snapshot := store.current()):
                model = Manifest.read(store.folder(snapshot)).model
                if model.variant != "torch":  # it takes long
                    load_encoder(store, model)
        following.set_result(Live(store, partial(_open_warm, remembered=settings.remembered)))
    except BaseException as error:
        following.set_exception(error)
        return
    logs_ready.wait()
    following.result().follow()


def _inherit(live: "Live", snapshot: str) -> "Engine":
    """What another process answers from: what was open when it was forked, or else what it opens itself."""
    engine = live.give_up()
    return engine if engine and engine.snapshot == snapshot else live.open_engine(live.store, snapshot)


def _open_warm(store: "ServedStore", snapshot: str, remembered: int) -> "Engine":
    """An engine that has answered before it is used: the first answer takes several times as long as all others."""
    from service.answering.engine import Engine

    engine = Engine.open(store, snapshot, remembered=remembered)
    engine.ask("What is this about?")
    gc.freeze()  # looking for garbage in what stays would hold every request up for 50 ms, again and again
    return engine


def _bind(host: str, port: int) -> socket.socket:
    """A listening socket; raises InputError where the address is unknown, ConflictError where it is not free."""
    with ExitStack() as stack:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            # With the protocol named, asyncio switches Nagle's delay off: without it small replies take 40 ms.
            listener = stack.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except socket.gaierror as error:
            raise InputError(f"{host}: {error.strerror}; give an address of this machine") from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ConflictError(f"{host} port {port}: {reason}; give another --host or --port") from None
        stack.pop_all()
    return listener


def _announce(ready: threading.Event, settings: "Settings", listener: socket.socket) -> None:
    """Say where the page is at once, and how to ask when a snapshot is there."""
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{name}:{listener.getsockname()[1]}"
    print(f"page   {url}/", flush=True)
    ready.wait()
    key = ' -H "authorization: Bearer $CENTREQA_ASK_KEY"' if settings.ask_key else ""
    body = '{"question": "Who is the head of the Centre?"}'
    print(f"ask    curl -s {url}/v1/ask{key} -H 'content-type: application/json' -d '{body}'", flush=True)


if __name__ == "__main__":
    run(app)
