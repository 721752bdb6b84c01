"""At any instant, whatever is killed: the old state or the new, and all of it."""

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.files import claim, clear_temporaries, close_all, digest, open_all, read_file, replace_file
from index.snapshots.store import Store

ROOT = Path(__file__).parents[2]
Fill = Callable[..., Store]


def test_replace_leaves_the_new_text_and_nothing_else(tmp_path: Path) -> None:
    for text in ("old", "", "new é\n"):
        replace_file(tmp_path / "pointer", text)
        assert (tmp_path / "pointer").read_text("utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["pointer"]


@pytest.mark.parametrize("step", ["write_text", "replace"])
def test_replace_that_fails_leaves_the_old_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    replace_file(tmp_path / "pointer", "old")

    def fail(*args: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(Path, step, fail)
    with pytest.raises(OSError, match="full"):
        replace_file(tmp_path / "pointer", "new")
    assert (tmp_path / "pointer").read_bytes() == b"old"


def test_what_a_kill_left_goes_with_the_next_time_but_nothing_that_is_being_written(tmp_path: Path) -> None:
    (tmp_path / ".pointer-0123abcd").write_text("left")
    (tmp_path / ".other-0123abcd").write_text("of another file")
    with (tmp_path / ".pointer-4567abcd").open("w") as written:
        assert claim(written)
        replace_file(tmp_path / "pointer", "new")
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            ".other-0123abcd",
            ".pointer-4567abcd",
            "pointer",
        ]
    clear_temporaries(tmp_path / "pointer")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other-0123abcd", "pointer"]


def test_many_may_replace_one_file_at_a_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: replace_file(tmp_path / "pointer", str(number)), range(400)))
    assert (tmp_path / "pointer").read_text() in map(str, range(400))
    assert [path.name for path in tmp_path.iterdir()] == ["pointer"]


def test_all_files_are_closed_where_one_does_not_open_or_cannot_be_finished(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with pytest.raises(IsADirectoryError):  # an open file that is forgotten is a warning, which ends the test
        open_all((tmp_path / name for name in "ab"), "wb")
    (tmp_path / "full").symlink_to("/dev/full")
    files = open_all((tmp_path / "full", tmp_path / "c"), "wb")
    files[0].write(b"text")
    with pytest.raises(OSError, match="No space"):
        close_all(files)
    assert [file.closed for file in files] == [True, True]


def test_what_may_never_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError, match=r"is no file|Is a directory"):
            read_file(path)
    (tmp_path / "file").write_bytes(b"text")
    assert (read_file(tmp_path / "file"), read_file(tmp_path / "file", 2)) == (b"text", b"te")


def test_digest_of_a_known_text(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert digest(tmp_path / "file") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_all_is_on_the_disk_before_it_has_a_name(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    fill({"d": "Text."})
    done: list[tuple[str, str]] = []

    def record(name: str, call: Callable[..., object]) -> Callable[..., object]:
        def recorded(path: Path, *rest: object) -> object:
            done.append((name, re.sub(r"\.building-\w+|-\w{8}$", "*", str(path))))
            return call(path, *rest)

        return recorded

    for module in ("snapshots.store", "files"):
        monkeypatch.setattr(f"index.{module}.sync", record("sync", lambda path: None))
    for name in ("rename", "replace"):
        monkeypatch.setattr(Path, name, record(name, getattr(Path, name)))
    store = fill({"d": "Text."})

    root, folder = str(store.root), f"{store.root}/snapshots/*"
    files = {f"{folder}/{name}" for name in store.verify(str(store.current())).files if "token" not in name}  # shared
    named = done.index(("rename", folder))
    synced = [path for _, path in done[:named]]
    assert files <= set(synced)
    manifest = synced.index(f"{folder}/manifest.json")
    assert set(synced[manifest + 1 :]) == {folder, f"{folder}/lexical"}
    assert done[named + 1 :] == [
        ("sync", f"{root}/snapshots"),
        ("sync", f"{root}/.CURRENT*"),
        ("replace", f"{root}/.CURRENT*"),
        ("sync", root),
    ]
