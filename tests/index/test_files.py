"""At any instant, whatever is killed: the old state or the new, and all of it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from random import Random
from signal import SIGKILL

import pytest

from index.files import claim, clear_temporaries, digest, replace_file
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


# For each line that it reads it forks a process, which takes milliseconds since all is imported. That one builds
# generation after generation until it is killed, or ends itself just before the n-th name that it changes.
BUILDER = """
import os, sys
from pathlib import Path

from corpus.sentences import sentences
from corpus.sources import make_document
from index.build import build
from index.snapshots.store import Store
from index.storage.vector_writer import WriterLimits
from tests.fakes import FakeEncoder

sentences("Loads the model. Once.", (0, 22))


def crash_before(step):
    def counted(call):
        def counting(*args, **options):
            nonlocal step
            step -= 1
            if not step:
                os._exit(9)
            return call(*args, **options)

        return counting

    os.fsync = lambda descriptor: None  # a crash of the process alone loses nothing that was written
    for name in ("rename", "replace", "unlink", "rmdir", "link"):
        setattr(os, name, counted(getattr(os, name)))


def run(var, generation, step):
    if step:
        crash_before(step)
    while True:
        texts = [f"Generation {generation}." + f"\\n\\n- Fact {n}." * 4 for n in range(3)]
        texts.append("All generations share this. " * 100)
        store = Store(Path(var))
        documents = [make_document(f"d{n}", text) for n, text in enumerate(texts)]
        build(store, documents, FakeEncoder(), limits=WriterLimits(block=8))
        store.prune(2)
        generation += 1
        if step:
            os._exit(0)


for line in sys.stdin:
    var, generation, step = line.split("|")
    child = os.fork()
    if not child:
        run(var, int(generation), int(step))
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def build_apart() -> Iterator[Callable[[Store, int, int, float], int]]:
    """Builds in another process, which is killed after some seconds where its step is 0; returns how it ended."""
    with subprocess.Popen(
        [sys.executable, "-c", BUILDER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as forks:
        assert forks.stdin
        assert forks.stdout
        stdin, stdout = forks.stdin, forks.stdout

        def build_apart(store: Store, generation: int, step: int, seconds: float) -> int:
            stdin.write(f"{store.root}|{generation}|{step}\n")
            stdin.flush()
            child = int(stdout.readline())
            if not step:
                time.sleep(seconds)
                os.kill(child, SIGKILL)
            return int(stdout.readline())

        yield build_apart
        stdin.close()


def generation_of(store: Store) -> int:
    """Of the active snapshot, 0 where there is none; all that is there must be whole."""
    for name in store.names():
        assert store.verify(name).id == name
    if store.current() is None:
        return 0
    snapshot = store.open()
    texts = [snapshot.document(f"d{n}").text for n in range(3)]
    generations = {text.split(".")[0].removeprefix("Generation ") for text in texts}
    assert len(generations) == 1
    return int(generations.pop())


@pytest.mark.slow
def test_a_crash_before_any_step_leaves_the_old_state_or_the_new(
    tmp_path: Path, build_apart: Callable[[Store, int, int, float], int]
) -> None:
    store = Store(tmp_path / "var")
    last, parts = 0, 0
    for step in count(1):
        ended = build_apart(store, step, step, 0)
        now = generation_of(store)
        assert now in (last, step)
        last = now
        parts = max(parts, len(store.open().manifest.parts) if now else 0)
        if ended == 0 and step > 50:  # by then builds have also cleared leftovers and pruned
            break
        assert ended in (0, 9)
    assert parts > 1
    assert now == step
    assert len(store.names()) == 2
    assert store.abandoned() == []


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_the_old_state_or_the_new(
    tmp_path: Path, build_apart: Callable[[Store, int, int, float], int]
) -> None:
    store = Store(tmp_path / "var")
    random = Random(7)
    build_apart(store, 1, 10**9, 0)
    last = 1
    for _ in range(500 if os.environ.get("CENTREQA_TORTURE") == "1" else 15):
        assert build_apart(store, last + 1, 0, random.uniform(0, 0.8)) == -SIGKILL
        now = generation_of(store)
        assert now >= last
        last = now
    build_apart(store, 10**6, 10**9, 0)
    assert generation_of(store) == 10**6
    assert store.abandoned() == []
    assert not list((store.root / "snapshots").glob(".*"))
