"""The command that releases: build beside the active snapshot, judge, and activate what passes."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.errors import InputError, UnavailableError
from corpus.passages import Chunking
from eval.defaults import CENTRE, OWN, TEXTS, VAR
from eval.options import Encoder, Floor, Json, Questions, Reader, Source, Split, Var, load_questions
from index.build import TOKEN_LIMIT
from index.console import (
    CHUNKING,
    KEEP,
    Keep,
    KeepHistory,
    MaxTokens,
    ModelFolder,
    Overlap,
    SourceName,
    TokenLimit,
    show_progress,
)
from index.edits import Edit, Mode
from index.edits import source_name as name_of

if TYPE_CHECKING:
    from eval.scoring.compare import Comparison
    from index.snapshots.store import Store

ModeOption = Annotated[Mode, typer.Option(help="What becomes of the active snapshot's documents, as index.edits says.")]


def release(
    source: Source = TEXTS,
    dataset: Questions = CENTRE,
    split: Split = None,
    floor: Floor = None,
    no_worse_than: Annotated[str, typer.Option(help="active, or nothing: only the floors count.")] = "active",
    var: Var = VAR,
    add: Annotated[bool, typer.Option("--add", help="Keep the active snapshot's other documents.")] = False,
    mode: ModeOption = "all",
    source_name: SourceName = None,
    remove: Annotated[list[str] | None, typer.Option(help="A document to remove; SOURCE is not read then.")] = None,
    keep_history: KeepHistory = False,
    activate: Annotated[bool, typer.Option(help="Make the new snapshot the active one where it passes.")] = True,
    keep: Keep = KEEP,
    token_limit: TokenLimit = TOKEN_LIMIT,
    max_tokens: MaxTokens = CHUNKING.max_tokens,
    overlap: Overlap = CHUNKING.overlap,
    encoder: Encoder = "auto",
    model: ModelFolder = None,
    reader: Reader = "shipped",
    as_json: Json = False,
) -> None:
    """Build a snapshot beside the active one, and activate it if it holds its floors and is no worse.

    Questions that feedback became (`python -m eval adopt`) are asked too.
    """
    from corpus.sources import Reading
    from eval.datasets.own import with_own
    from eval.gate import build_and_judge, parse_floors
    from eval.reporting.save import print_tables, save_report
    from eval.reporting.tables import comparison_grids
    from index.changes.removal import erase, texts_of
    from index.encoding.open import open_encoder
    from index.snapshots.store import Store

    if no_worse_than not in ("active", "nothing"):
        raise InputError(f"--no-worse-than {no_worse_than!r}: give active or nothing")
    if remove and not activate:
        raise InputError("--remove: what is not activated removes nothing; leave --no-activate out")
    store, floors, name = Store(var), parse_floors(floor or ()), source_name or name_of(source)
    texts = texts_of(store, remove) if remove else ()
    edit = Edit("overwrite" if remove else "add" if add else mode, name, frozenset(remove or ()))
    documents = Reading(iter(())) if remove else edit.read(source)
    questions = load_questions(dataset, split=split, var=var, source=source)
    if (var / OWN).exists():
        questions = with_own(questions, var / OWN, _staying(store, remove or ()))
    with show_progress(as_json) as progress:
        judged = build_and_judge(
            store,
            documents,
            open_encoder(var / "models", encoder, model_path=model, progress=progress),
            questions,
            floors,
            no_worse=no_worse_than == "active",
            chunking=Chunking(max_tokens=max_tokens, overlap=overlap),
            token_limit=token_limit,
            reader=reader,
            edit=edit,
            progress=progress,
        )
    saved = save_report(judged.run, judged.scores, var)
    if not as_json:
        print_tables(judged.run.notes, saved.grids)
        if judged.comparison:
            print_tables(judged.comparison.notes, comparison_grids(_between_snapshots(judged.comparison)))
        print("".join(f"{line}\n" for line in documents.report.lines()), end="")
    try:
        judged.release(store, activate=activate)
    finally:
        store.prune(keep)
    receipt = erase(store, texts, keep_history=keep_history) if texts else None
    if as_json:
        print(json.dumps({"snapshot": judged.snapshot, **({"receipt": asdict(receipt)} if receipt else {})}))
        return
    state = "passed and is active" if activate else "passed; `python -m index activate` makes it the active one"
    print(f"{judged.snapshot} {state}", *(receipt.lines() if receipt else ()), sep="\n")


def _between_snapshots(comparison: "Comparison") -> "Comparison":
    """The same, its runs named by their snapshots."""
    old, new = (replace(run, id=run.snapshot) for run in (comparison.old, comparison.new))
    return replace(comparison, old=old, new=new)


def _staying(store: "Store", removed: Sequence[str]) -> frozenset[str] | None:
    """The ids of the documents that are served and not removed; None where that is not known."""
    try:
        return (
            frozenset(record.info.id for record in store.open().documents) - frozenset(removed)
            if store.current()
            else None
        )
    except UnavailableError:  # a release is what replaces a damaged snapshot
        return None
