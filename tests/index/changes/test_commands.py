"""Adding, replacing and removing documents from the command line."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from corpus.passages import Chunking
from index.build import build
from index.changes.commands import Change, release_command
from index.edits import source_of, with_source
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.index.builds import documents_of
from tests.index.changes.conftest import Cli

Write = Callable[..., Path]


@pytest.fixture
def started(cli: Cli, write: Write, store: Store) -> str:
    """The first snapshot: two documents from a folder; gives its id."""
    assert cli("build", write("first", one="Number one.", two="Number two."), "--source-name", "first")[0] == 0
    return str(store.current())


def held(store: Store) -> dict[str, str]:
    return {record.info.id: source_of(record.info) for record in store.open().documents}


def test_add_renew_and_refuse(cli: Cli, write: Write, store: Store, started: str) -> None:
    more = write("more", three="Number three.")
    code, out, _ = cli("add", more)
    assert (code, out.splitlines()) == (
        0,
        [
            f"{store.current()}: 3 documents (1 added, 0 changed, 2 unchanged, 0 removed), "
            "3 passages (1 encoded, 2 reused)",
            "active",
        ],
    )
    assert held(store) == {"one": "first", "two": "first", "three": str(more)}
    assert "(0 added, 1 changed, 2 unchanged" in cli("add", write("more", three="Number 3."))[1]
    active = store.current()
    code, out, err = cli("add", write("rival", one="Mine."), "--json")
    assert (code, json.loads(out.splitlines()[-1])["error"]["type"]) == (3, "ConflictError")
    assert err == "error: one: first brought this document; give --replace to take it over, or rename\n"
    assert store.current() == active
    assert cli("add", write("rival", one="Mine."), "--replace")[0] == 0
    assert held(store)["one"].endswith("rival")


def test_build_with_add_is_refused_too(cli: Cli, write: Write, store: Store, started: str) -> None:
    code, _, err = cli("build", write("rival", one="Mine."), "--add")
    assert (code, err.startswith("error: one: first brought this document")) == (3, True)
    assert store.current() == started


def test_replace_takes_only_what_exists(cli: Cli, write: Write, store: Store, started: str) -> None:
    assert cli("replace", write("new", two="Number 2."))[0] == 0
    assert store.open().document("two").text == "Number 2."
    code, _, err = cli("replace", write("new", three="Number 3."))
    assert (code, err) == (2, "error: there is no document 'three' to replace; `python -m index add` adds it\n")


def test_remove_gives_a_receipt(cli: Cli, store: Store, started: str) -> None:
    sha256 = store.open().document("one").info.sha256
    code, out, _ = cli("remove", "one", "--json")
    report = json.loads(out.splitlines()[-1])
    assert (code, report["snapshot"], report["removed"]) == (0, store.current(), 1)
    assert report["receipt"] == {
        "removed": [{"id": "one", "sha256": sha256}],
        "deleted": [started],
        "kept": [],
        "copies": [],
    }
    assert (held(store), store.names()) == ({"two": "first"}, [store.current()])
    code, _, err = cli("remove", "one")
    assert (code, err.startswith("error: no snapshot has a document 'one'")) == (2, True)
    code, _, err = cli("remove", "two")
    assert (code, err.startswith("error: nothing would be left to search")) == (2, True)


def test_what_only_older_snapshots_hold_can_be_removed(cli: Cli, write: Write, store: Store, started: str) -> None:
    cli("build", write("second", two="Number two."))
    code, out, _ = cli("remove", "one")
    assert (code, f"deleted snapshot {started}, which held it" in out.splitlines()) == (0, True)
    assert started not in store.names()


def test_history_is_kept_where_that_is_asked_for(cli: Cli, store: Store, started: str) -> None:
    code, out, _ = cli("remove", "one", "--keep-history")
    assert (code, out.splitlines()[-2:]) == (0, [f"kept snapshot {started}, which holds it", "active"])
    assert started in store.names()


def test_sync_makes_a_snapshot_only_where_something_has_changed(
    cli: Cli, write: Write, store: Store, started: str
) -> None:
    folder = write("more", three="Number three.", four="Number four.")
    assert cli("add", folder, "--sync")[0] == 0
    active = store.current()
    assert cli("add", folder, "--sync") == (0, f"{active} holds all of {folder} as it is\n", "")
    assert json.loads(cli("add", folder, "--sync", "--json")[1]) == {"snapshot": active}
    (folder / "four.txt").unlink()
    assert "(0 added, 0 changed, 3 unchanged, 1 removed)" in cli("add", folder, "--sync")[1]
    assert set(held(store)) == {"one", "two", "three"}
    assert cli("add", folder, "--sync", "--replace")[0] == 2


def test_a_change_encodes_only_what_is_new(store: Store, cli: Cli, write: Write) -> None:
    texts = with_source(documents_of({"long": "One two three four five six seven eight. " * 9}), "first")
    build(store, texts, FakeEncoder(), Chunking(max_tokens=20))
    passages = len(store.open())
    _, out, _ = cli("add", write("more", three="Number three."))
    assert f"{passages + 1} passages (1 encoded, {passages} reused)" in out
    assert store.open().manifest.chunking.max_tokens == 20


def test_with_questions_a_change_becomes_a_release(
    cli: Cli, write: Write, store: Store, started: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[Sequence[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, words: commands.append(words))
    monkeypatch.setenv("CENTREQA_DATASET", "questions.jsonl")
    more = write("more", three="Number three.")
    cli("add", more, "--no-activate", "--json")
    cli("remove", "one", "--keep-history")
    cli("add", more, "--no-gate")
    assert store.current() != started
    added, removed = (" ".join(command[1:]) for command in commands)
    common = f"--dataset questions.jsonl --var {store.root} --keep 10 --token-limit 50000 --encoder fake --max-tokens"
    assert added.startswith(f"-m eval release {more} --mode add {common}")
    model = f"--model {store.root / 'models' / ('0' * 16)}"  # what made the active snapshot, not what is set
    assert added.endswith(f"--source-name={more} {model} --no-activate --json")
    assert removed.startswith(f"-m eval release --mode overwrite {common}")
    assert removed.endswith(f"--remove=one {model} --keep-history")


def test_a_release_of_the_first_documents_takes_the_usual_encoder(store: Store, tmp_path: Path) -> None:
    command = release_command(Change("add", store.root, tmp_path, "texts", gate=tmp_path / "questions.jsonl"))
    assert command[command.index("--encoder") + 1] == "auto"
    assert "--model" not in command


def test_a_release_of_the_first_documents_takes_the_model_that_is_set(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTREQA_MODEL", "own")
    command = release_command(Change("add", store.root, tmp_path, "texts", gate=tmp_path / "questions.jsonl"))
    assert command[command.index("--model") + 1] == "own"
