"""A folder that is watched becomes a snapshot whenever its files have settled, and what failed can be seen."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from corpus.errors import InputError
from index.changes.watch import last_failure, rebuild_each_time, record, require, settled, settled_async
from index.snapshots.store import Store
from tests.index.changes.conftest import Cli

SECONDS = 0.2


def later(action: Callable[[], object], seconds: float = SECONDS / 2) -> None:
    threading.Timer(seconds, action).start()


def change_twice(folder: Path) -> None:
    (folder / "one.txt").write_text("Number one.")
    time.sleep(SECONDS / 2)
    (folder / "two.txt").write_text("Number two.")


def test_changes_that_belong_together_are_told_once(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir()
    times = settled(tmp_path, var, SECONDS)
    assert next(times) == set()
    later(lambda: change_twice(tmp_path))
    changes = next(times)
    assert isinstance(changes, set)
    assert {Path(path).name for _, path in changes} == {"one.txt", "two.txt"}
    later(lambda: (var / "CURRENT").write_text("s1"))
    later(lambda: (tmp_path / ".hidden.swp").write_text("x"))
    later(lambda: (tmp_path / "three.txt").write_text("Number three."), 4 * SECONDS)
    changes = next(times)
    assert isinstance(changes, set)
    assert {Path(path).name for _, path in changes} == {"three.txt"}


def test_what_changes_while_nobody_waits_is_told(tmp_path: Path) -> None:
    times = settled(tmp_path, tmp_path / "var", SECONDS)
    next(times)
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
        time.sleep(2 * SECONDS)  # a rebuild
        changes = next(times)
        assert isinstance(changes, set)
        assert {Path(path).name for _, path in changes} == {name}

    async def scenario() -> set[str]:
        times = settled_async(tmp_path, tmp_path / "var", SECONDS)
        assert await anext(times) == set()
        (tmp_path / "three.txt").write_text("three")
        await asyncio.sleep(2 * SECONDS)
        changes = await anext(times)
        assert isinstance(changes, set)
        return {Path(path).name for _, path in changes}

    assert asyncio.run(asyncio.wait_for(scenario(), 30)) == {"three.txt"}


def test_an_event_loop_is_told_too(tmp_path: Path) -> None:
    async def scenario() -> list[object]:
        times = []
        async for changes in settled_async(tmp_path, tmp_path / "var", SECONDS):
            times.append(changes)
            if len(times) == 2:
                return times
            later(lambda: change_twice(tmp_path))
        return times

    first, second = asyncio.run(asyncio.wait_for(scenario(), 30))
    assert first == set()
    assert isinstance(second, set)
    assert len({path for _, path in second}) == 2


def test_what_failed_is_kept_until_it_succeeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mark, var = tmp_path / "mark", tmp_path / "var"
    program = f"import pathlib, sys; pathlib.Path({str(mark)!r}).exists() or sys.exit('error: one.txt is not UTF-8')"
    command = [sys.executable, "-c", program]
    rebuild_each_time([None], command, tmp_path, var)
    failure = last_failure(var)
    assert failure is not None
    assert (failure.folder, failure.error) == (str(tmp_path), "one.txt is not UTF-8")
    assert str(failure).endswith("failed: one.txt is not UTF-8")
    assert "failed, waiting for the next change: one.txt is not UTF-8" in capsys.readouterr().err
    mark.touch()
    rebuild_each_time([None], command, tmp_path, var)
    assert last_failure(var) is None


def test_while_another_build_runs_it_is_tried_again(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    program = f"""
import pathlib, sys
mark = pathlib.Path({str(mark)!r})
if not mark.exists():
    mark.touch()
    sys.exit("error: another build is running in var; wait for it to end, then try again")
"""
    rebuild_each_time([None], [sys.executable, "-c", program], tmp_path, tmp_path / "var", pause=0.01)
    assert last_failure(tmp_path / "var") is None
    assert mark.exists()


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff", b"[1]", b'{"folder": "a"}'])
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "watch.json").write_bytes(damage)
    assert last_failure(tmp_path) is None


def test_the_list_shows_what_failed(cli: Cli, store: Store) -> None:
    record(store.root, Path("minutes"), "one.txt is not UTF-8")
    code, out, _ = cli("list")
    assert (code, out.splitlines()[-1].endswith("failed: one.txt is not UTF-8")) == (0, True)
    code, out, err = cli("list", "--json")
    assert (code, out, err.startswith("watching minutes: ")) == (0, "", True)
    record(store.root, Path("minutes"), None)
    assert "watching" not in cli("list")[1]


def test_only_folders_are_watched(cli: Cli, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing is no folder; name one to watch"):
        require(tmp_path / "missing")
    assert cli("watch", tmp_path / "missing")[0] == 2


def test_without_the_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(InputError, match=r"pip install -e '\.\[watch\]'"):
        require(tmp_path)


def test_the_command_syncs_the_folder_through_the_gate(
    cli: Cli, write: Callable[..., Path], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[Sequence[str]] = []

    def run(command: Sequence[str], **options: object) -> "subprocess.CompletedProcess[str]":
        commands.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    def once(*_: object) -> Iterator[None]:
        yield None

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("index.changes.commands.settled", once)
    folder = write("minutes", one="Number one.")
    assert cli("watch", folder)[0] == 0
    assert cli("watch", folder, "--dataset", "set.jsonl", "--source-name", "minutes")[0] == 0
    start = ["-m", "index", "add", str(folder), "--sync"]
    assert commands[0][1:] == [*start, f"--source-name={folder}", "--var", str(store.root), "--no-gate"]
    assert commands[1][1:] == [*start, "--source-name=minutes", "--var", str(store.root), "--dataset", "set.jsonl"]
