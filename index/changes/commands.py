"""Commands that change single documents: each makes a new snapshot from the active one, through the gate if any."""

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import InputError
from corpus.passages import Chunking
from corpus.sources import Reading
from index import build as building
from index.changes.removal import erase, texts_of
from index.changes.watch import SETTLE_SECONDS, rebuild_each_time, require, settled
from index.console import (
    CHUNKING,
    KEEP,
    VAR,
    Json,
    Keep,
    KeepHistory,
    SourceName,
    TokenLimit,
    Var,
    show_progress,
)
from index.edits import Edit, Mode, has_changed
from index.edits import source_name as name_of
from index.snapshots.manifest import Manifest
from index.snapshots.store import Store

Source = Annotated[Path, typer.Argument(help="A folder of files, one file, or .jsonl.")]
Activate = Annotated[bool, typer.Option(help="Make the new snapshot the active one.")]
Gate = Annotated[
    Path | None,
    typer.Option(envvar="CENTREQA_DATASET", help="Questions that the new snapshot must pass before it is active."),
]
NoGate = Annotated[bool, typer.Option("--no-gate", help="Ask no questions, whatever CENTREQA_DATASET says.")]


@dataclass(frozen=True, slots=True)
class Change:
    """What a command is to do. `source` is None where documents are only removed; `gate` is a set of questions."""

    mode: Mode
    var: Path
    source: Path | None = None
    name: str = ""
    remove: tuple[str, ...] = ()
    keep_history: bool = False
    activate: bool = True
    keep: int = KEEP
    token_limit: int = building.TOKEN_LIMIT
    gate: Path | None = None
    as_json: bool = False

    @property
    def edit(self) -> Edit:
        """What it makes of the active snapshot's documents."""
        return Edit(self.mode, self.name, frozenset(self.remove))

    def run(self) -> None:
        """Do it, and say what was done; with a gate, this process becomes `python -m eval release`."""
        if self.gate:
            command = release_command(self)
            os.execv(command[0], command)  # noqa: S606
            return
        from index.encoding.open import open_encoder

        store, built_as = Store(self.var), BuiltAs.read(self.var)
        documents = self.edit.read(self.source) if self.source else Reading(iter(()))
        texts = texts_of(store, self.remove) if self.remove else ()
        with show_progress(self.as_json) as progress:
            report = building.build(
                store,
                documents,
                open_encoder(self.var / "models", built_as.encoder, model_path=built_as.model, progress=progress),
                built_as.chunking,
                edit=self.edit,
                activate=self.activate,
                token_limit=self.token_limit,
                progress=progress,
            )
        receipt = erase(store, texts, keep_history=self.keep_history) if texts else None
        store.prune(self.keep)
        if self.as_json:
            print(json.dumps({**asdict(report), **({"receipt": asdict(receipt)} if receipt else {})}))
            return
        print(report, *documents.report.lines(), sep="\n")
        print(*(receipt.lines() if receipt else ()), sep="\n", end="\n" * bool(receipt))
        how = f"not active; `python -m index activate {report.snapshot}` makes it so"
        print("active" if self.activate else how)


@dataclass(frozen=True, slots=True)
class BuiltAs:
    """How the active snapshot was built; a change of single documents must not encode all others anew."""

    encoder: str = field(default_factory=lambda: os.environ.get("CENTREQA_ENCODER") or "auto")
    model: Path | None = field(default_factory=lambda: _folder(os.environ.get("CENTREQA_MODEL")))
    chunking: Chunking = CHUNKING

    @classmethod
    def read(cls, var: Path) -> "BuiltAs":
        """That of the active snapshot, or the defaults where none is active; raises SnapshotError."""
        from index.encoding.open import made_by

        store = Store(var)
        if (active := store.current()) is None:
            return cls()
        manifest = Manifest.read(store.folder(active))
        return cls(manifest.model.variant, made_by(var / "models", manifest.model.sha256), manifest.chunking)


def _folder(name: str | None) -> Path | None:
    return Path(name) if name else None


def release_command(change: Change) -> list[str]:
    """The command line that makes this change a release, which has to pass the gate."""
    built_as = BuiltAs.read(change.var)
    command = [sys.executable, "-m", "eval", "release", *([str(change.source)] if change.source else [])]
    command += ["--mode", change.mode, "--dataset", str(change.gate), "--var", str(change.var)]
    command += ["--keep", str(change.keep), "--token-limit", str(change.token_limit), "--encoder", built_as.encoder]
    command += ["--max-tokens", str(built_as.chunking.max_tokens), "--overlap", str(built_as.chunking.overlap)]
    command += [f"--source-name={change.name}"] * bool(change.name) + [f"--remove={name}" for name in change.remove]
    command += ["--model", str(built_as.model)] if built_as.model else []
    flags = {"--keep-history": change.keep_history, "--no-activate": not change.activate, "--json": change.as_json}
    return [*command, *(flag for flag, wanted in flags.items() if wanted)]


def add(
    source: Source,
    var: Var = VAR,
    replace: Annotated[bool, typer.Option("--replace", help="Take over ids that another source brought.")] = False,
    sync: Annotated[bool, typer.Option("--sync", help="Drop what SOURCE brought before and holds no more.")] = False,
    source_name: SourceName = None,
    activate: Activate = True,
    keep: Keep = KEEP,
    token_limit: TokenLimit = building.TOKEN_LIMIT,
    dataset: Gate = None,
    no_gate: NoGate = False,
    as_json: Json = False,
) -> None:
    """Add the documents in SOURCE to those of the active snapshot; what SOURCE brought before is renewed.

    Example: python -m index add minutes/2026
    """
    if replace and sync:
        raise InputError("--replace and --sync: give one of them")
    mode: Mode = "overwrite" if replace else "sync" if sync else "add"
    name = source_name or name_of(source)
    gate = None if no_gate else dataset
    change = Change(mode, var, source, name, (), False, activate, keep, token_limit, gate, as_json)
    active = Store(var).current() if sync else None
    if active and not has_changed(Store(var).open(active), change.edit.read(source), name):
        print(json.dumps({"snapshot": active}) if as_json else f"{active} holds all of {name} as it is")
        return
    change.run()


def replace(
    source: Source,
    var: Var = VAR,
    source_name: SourceName = None,
    activate: Activate = True,
    keep: Keep = KEEP,
    token_limit: TokenLimit = building.TOKEN_LIMIT,
    dataset: Gate = None,
    no_gate: NoGate = False,
    as_json: Json = False,
) -> None:
    """Replace documents of the active snapshot by those in SOURCE; an id that is not there yet is refused.

    Example: python -m index replace corrected/policy.md
    """
    name, gate = source_name or name_of(source), None if no_gate else dataset
    Change("replace", var, source, name, (), False, activate, keep, token_limit, gate, as_json).run()


def remove(
    documents: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of documents.")],
    var: Var = VAR,
    keep_history: KeepHistory = False,
    keep: Keep = KEEP,
    token_limit: TokenLimit = building.TOKEN_LIMIT,
    dataset: Gate = None,
    no_gate: NoGate = False,
    as_json: Json = False,
) -> None:
    """Remove documents, and delete every snapshot that holds their text; says which in a receipt.

    Example: python -m index remove minutes/2026-01 minutes/2026-02
    """
    gate = None if no_gate else dataset
    removed = tuple(dict.fromkeys(documents))
    Change("overwrite", var, None, "", removed, keep_history, True, keep, token_limit, gate, as_json).run()


def watch(
    folder: Annotated[Path, typer.Argument(help="A folder of files.")],
    var: Var = VAR,
    source_name: SourceName = None,
    seconds: Annotated[float, typer.Option(min=0.05, help="Quiet seconds after which files count as settled.")] = (
        SETTLE_SECONDS
    ),
    dataset: Gate = None,
    no_gate: NoGate = False,
) -> None:
    """Make a new snapshot whenever files in FOLDER have settled; documents of other sources stay. Ends at Ctrl+C.

    Example: python -m index watch minutes
    """
    require(folder)
    gate = ["--no-gate"] if no_gate or not dataset else ["--dataset", str(dataset)]
    name = source_name or name_of(folder)
    command = [sys.executable, "-m", "index", "add", str(folder), "--sync", f"--source-name={name}", "--var", str(var)]
    rebuild_each_time(settled(folder, var, seconds), [*command, *gate], folder, var)
