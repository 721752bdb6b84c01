"""Command line: build an index, change its documents, list, activate, verify and publish snapshots."""

import json
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from corpus.errors import InputError, NotFoundError
from corpus.passages import Chunking
from corpus.sources import read_source
from index import build as building
from index.changes.commands import add as add_documents
from index.changes.commands import remove as remove_documents
from index.changes.commands import replace as replace_documents
from index.changes.commands import watch as watch_folder
from index.changes.removal import erase, texts_of
from index.changes.watch import last_failure
from index.console import (
    CHUNKING,
    KEEP,
    VAR,
    Json,
    Keep,
    MaxTokens,
    ModelFolder,
    Overlap,
    SourceName,
    TokenLimit,
    Var,
    run,
    show_progress,
)
from index.edits import Edit, with_source
from index.edits import source_name as name_of
from index.milvus.store import ALIAS, MilvusStore
from index.snapshots.store import Store
from index.stores import open_store

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Milvus = Annotated[str | None, typer.Option(envvar="CENTREQA_MILVUS_URI", help="A Milvus server: http://host:19530.")]
Token = Annotated[str, typer.Option(envvar="CENTREQA_MILVUS_TOKEN", help="What that server asks for.")]
Alias = Annotated[str, typer.Option(envvar="CENTREQA_MILVUS_ALIAS", help="What the active snapshot is called there.")]


@app.command()
def build(
    source: Annotated[
        Path, typer.Argument(envvar="CENTREQA_CORPUS", help="A folder of texts, one file, or .jsonl.")
    ] = Path("corpus/texts"),
    var: Var = VAR,
    add: Annotated[bool, typer.Option("--add", help="Keep the active snapshot's other documents.")] = False,
    source_name: SourceName = None,
    activate: Annotated[bool, typer.Option(help="Make the new snapshot the active one.")] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a file that cannot be read; do not leave it out.")
    ] = False,
    keep: Keep = KEEP,
    token_limit: TokenLimit = building.TOKEN_LIMIT,
    max_tokens: MaxTokens = CHUNKING.max_tokens,
    overlap: Overlap = CHUNKING.overlap,
    encoder: Annotated[str, typer.Option(envvar="CENTREQA_ENCODER", help="auto, onnx-fp32, onnx-int8, torch")] = "auto",
    model: ModelFolder = None,
    as_json: Json = False,
) -> None:
    """Build a snapshot of the texts in SOURCE and make it the active one.

    Example: python -m index build corpus/texts --add
    """
    from index.encoding.open import open_encoder

    store = Store(var)
    name = source_name or name_of(source)
    documents = with_source(read_source(source, strict), name)
    with show_progress(as_json) as progress:
        report = building.build(
            store,
            documents,
            open_encoder(var / "models", encoder, model_path=model, progress=progress),
            Chunking(max_tokens=max_tokens, overlap=overlap),
            edit=Edit("add" if add else "all", name),
            activate=activate,
            token_limit=token_limit,
            progress=progress,
        )
    store.prune(keep)
    if as_json:
        print(json.dumps(asdict(report)))
        return
    print(report, *documents.report.lines(), sep="\n")
    print("active" if activate else f"not active; `python -m index activate {report.snapshot}` makes it so")


app.command("add")(add_documents)
app.command("replace")(replace_documents)
app.command("remove")(remove_documents)
app.command("watch")(watch_folder)


@app.command("list")
def list_snapshots(
    var: Var = VAR, milvus: Milvus = None, token: Token = "", alias: Alias = ALIAS, as_json: Json = False
) -> None:
    """List the snapshots, newest first; with a server named, those on it.

    Example: python -m index list --json
    """
    snapshots = open_store(var, milvus, token, alias).list()
    if as_json:
        for info in snapshots:
            print(json.dumps(asdict(info)))
        if failure := last_failure(var):
            print(failure, file=sys.stderr)
        return
    table = Table("", "snapshot", "created (UTC)", "documents", "passages", "MB", "model", "recall", "gate", box=None)
    for info in snapshots:
        counts = (f"{info.documents}", f"{info.passages}", f"{info.bytes / 1e6:.1f}")
        gate = {True: "passed", False: "refused", None: "none"}[info.passed]
        measured = (f"{info.recall:.3f}", gate)
        table.add_row("*" if info.active else "", info.id, info.created[:19], *counts, info.model, *measured)
    # Wider than a terminal may be: an id that is cut off cannot be activated.
    Console(width=200).print(table if snapshots else "no snapshots yet; run `python -m index build`")
    if failure := last_failure(var):
        print(failure)


@app.command()
def activate(
    snapshot: Annotated[str, typer.Argument(help="Its id, from `list`.")],
    var: Var = VAR,
    milvus: Milvus = None,
    token: Token = "",
    alias: Alias = ALIAS,
) -> None:
    """Make a snapshot the active one: roll back, or forward. A running service follows within a second.

    Example: python -m index activate 20260101T120000-abcdef
    """
    open_store(var, milvus, token, alias).activate(snapshot)
    print(f"{snapshot} is active")


@app.command()
def publish(
    snapshot: Annotated[str | None, typer.Argument(help="Its id; the active one where left out.")] = None,
    var: Var = VAR,
    milvus: Milvus = None,
    token: Token = "",
    alias: Alias = ALIAS,
    activate: Annotated[bool, typer.Option(help="Make it the active one there.")] = True,
    keep: Annotated[int, typer.Option(min=1, help="Delete all but this many of the newest snapshots there.")] = KEEP,
    removed: Annotated[
        list[str] | None, typer.Option(help="Delete the snapshots there that hold a text of this document; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Copy a snapshot to a Milvus server, and make it the active one there when all of it has arrived.

    Example: python -m index publish --milvus http://localhost:19530
    """
    if not milvus:
        raise InputError("no Milvus server is named; give --milvus http://host:19530")
    server = MilvusStore(milvus, var, token, alias)
    with show_progress(as_json) as progress:
        published = server.publish(Store(var), snapshot, lambda done, total: progress("publish", done, total))
    if activate:
        server.activate(published)
        with suppress(NotFoundError):  # it never was there
            erase(server, texts_of(server, removed or ()))
    server.prune(keep)
    print(json.dumps({"snapshot": published}) if as_json else f"{published} is on {milvus}" + ", active" * activate)


@app.command()
def verify(
    snapshot: Annotated[str | None, typer.Argument(help="Its id; all of them where left out.")] = None, var: Var = VAR
) -> None:
    """Compare the checksum of every file.

    Example: python -m index verify
    """
    store = Store(var)
    for name in [snapshot] if snapshot else store.names():
        manifest = store.verify(name)
        print(f"{name}: {len(manifest.files)} files, {manifest.bytes / 1e6:.1f} MB, all as they were published")


if __name__ == "__main__":
    run(app)
