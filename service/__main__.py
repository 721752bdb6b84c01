"""Command line: serve the page and the HTTP API, or ask one question."""

import json
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import InputError, UnavailableError
from index.console import printable, run
from service.runtime import startup

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Var = Annotated[Path | None, typer.Option(help="The folder that holds everything built.", show_default="var")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; 0 takes a free one.", show_default="8000")] = None,
    var: Var = None,
) -> None:
    """Serve the page and the HTTP API.

    Example: python -m service serve --port 8123
    """
    startup.pause_garbage_collection()
    startup.spare_imports()
    from service.settings import Settings

    settings = Settings.load(host=host, port=port, var=var)
    if settings.watch:
        from index.changes.watch import require

        require(settings.watch)
    listener = startup.bind(settings.host, settings.port)
    opening = startup.open_in_background(settings)

    from service import logs

    logs.configure(settings.log_level)
    opening.logs_ready.set()

    import uvicorn

    from service.web.app import create_app
    from service.web.sockets.patience import Patience
    from service.web.sockets.server import Server

    current = opening.wait()
    helpers = startup.fork_helpers(current, settings, listener)
    startup.announce(current.ready, settings, listener)
    config = uvicorn.Config(
        create_app(current, settings, helpers),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    startup.resume_garbage_collection()
    with suppress(KeyboardInterrupt):
        Server(config, settings.max_connections, Patience(settings.patience)).run(sockets=[listener])


@app.command()
def ask(
    words: Annotated[list[str], typer.Argument(metavar="QUESTION...", help="Plain language, quoted or not.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what POST /v1/ask would reply.")] = False,
    top_k: Annotated[int, typer.Option(help="How many passages to return.", min=1, max=50)] = 5,
    document: Annotated[list[str] | None, typer.Option(help="Look only in this document; repeatable.")] = None,
    filter: Annotated[  # noqa: A002
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Look only in documents with this; repeatable.")
    ] = None,
    var: Var = None,
) -> None:
    """Ask one question. A refusal is an answer too: it ends with status 0.

    Example: python -m service ask what does UNICRI stand for
    """
    from pydantic import ValidationError

    from service.answering.engine import Engine
    from service.schemas.problems import from_error
    from service.schemas.replies import AskReply
    from service.schemas.requests import AskRequest
    from service.settings import Settings
    from service.terminal import show

    try:
        request = AskRequest(question=" ".join(words), top_k=top_k, documents=document or None, filter=_parse(filter))
    except ValidationError as error:
        raise InputError(from_error(error).detail) from None
    settings = Settings.load(var=var)
    engine = Engine.open(settings.open_store(), reader=settings.reader)
    asked = engine.ask(request.question, request.top_k, request.documents, request.filter, read=request.read)
    reply = AskReply.model_validate(asked)
    if as_json:
        typer.echo(reply.model_dump_json())
    else:
        show(reply)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False, var: Var = None
) -> None:
    """Look at this machine, what is served, and what is exposed; changes nothing.

    Ends with status 3 where there is a problem; each says what to do next.

    Example: python -m service doctor
    """
    from service.doctor.examination import examine
    from service.settings import Settings

    report = examine(Settings.load(var=var))
    if as_json:
        typer.echo(json.dumps(report.to_json()))
    else:
        for line in report.lines():
            typer.echo(printable(line))
    if report.problems:
        raise typer.Exit(UnavailableError.exit_code)


@app.command()
def mcp(var: Var = None) -> None:
    """Serve tools to the program that starts this one, by the Model Context Protocol over stdin and stdout.

    Example: python -m service mcp
    """
    from service import logs
    from service.settings import Settings

    if find_spec("mcp") is None:
        raise InputError("the package mcp is not installed; run pip install -c constraints.txt -e '.[mcp]'")
    settings = Settings.load(var=var)
    opening = startup.open_in_background(settings)
    logs.configure(settings.log_level)
    opening.logs_ready.set()

    from service.web.app import create_app
    from service.web.doors import mcp_stdio

    current = opening.wait()
    opening.thread.join()  # the first question should find an engine
    mcp_stdio.serve(create_app(current, settings).state.context)


def _parse(filter: list[str] | None) -> dict[str, str] | None:  # noqa: A002
    """Names and values written as NAME=VALUE; None where there are none. Raises InputError."""
    pairs = [pair.partition("=") for pair in filter or ()]
    for name, sign, _ in pairs:
        if not (name and sign):
            raise InputError(f"filter {name!r}: write it as name=value, as in author=Ada")
    return {name: value for name, _, value in pairs} or None


if __name__ == "__main__":
    run(app)
