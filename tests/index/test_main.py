"""The command line: what it prints, how it ends, and that an error is one line."""

import errno
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.__main__ import app
from index.console import run
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parents[2]
Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"= {name} =\nThis is {name}.\n")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "var")


@pytest.fixture
def cli(store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Runs `python -m index`, but for the process, with the fake encoder; gives exit code, stdout and stderr."""

    def opened(
        folder: Path, variant: str, *, model_path: Path | None, progress: Callable[[str, int, int], None]
    ) -> FakeEncoder:
        progress("prepare", 4, 4)
        return FakeEncoder()

    monkeypatch.setattr("index.encoding.open.open_encoder", opened)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    for name, value in {"CENTREQA_VAR": str(store.root), "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)

    def cli(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["index", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            run(app)
        code = ended.value.code
        assert isinstance(code, int)
        return code, *capfd.readouterr()

    return cli


def test_build_says_what_it_did(cli: Cli, source: Path, store: Store) -> None:
    code, out, _ = cli("build", source)
    first = store.current()
    assert code == 0
    assert out.splitlines() == [
        f"{first}: 2 documents (2 added, 0 changed, 0 unchanged, 0 removed), 2 passages (2 encoded, 0 reused)",
        "active",
    ]
    (source / "two.txt").write_text("= two =\nThis is new.\n")
    code, out, _ = cli("build", source)
    assert "2 documents (0 added, 1 changed, 1 unchanged, 0 removed), 2 passages (1 encoded, 1 reused)" in out
    assert store.current() != first


def test_build_without_activating_says_how_to(cli: Cli, source: Path, store: Store) -> None:
    _, out, _ = cli("build", source, "--no-activate")
    (published,) = store.names()
    assert out.splitlines()[1] == f"not active; `python -m index activate {published}` makes it so"
    assert store.current() is None
    assert cli("activate", published) == (0, f"{published} is active\n", "")
    assert store.current() == published


def test_build_adds_one_file_and_takes_json_lines(cli: Cli, source: Path, store: Store, tmp_path: Path) -> None:
    cli("build", source)
    (tmp_path / "more.jsonl").write_text('{"id": "three", "text": "Number three."}\n')
    code, out, _ = cli("build", tmp_path / "more.jsonl", "--add")
    assert (code, sorted(record.info.id for record in store.open().table.documents)) == (0, ["one", "three", "two"])
    assert "3 documents (1 added, 0 changed, 2 unchanged, 0 removed)" in out


def test_build_for_programs_is_json_lines(cli: Cli, source: Path, store: Store) -> None:
    code, out, err = cli("build", source, "--json")
    *progress, report = map(json.loads, out.splitlines())
    assert (code, err) == (0, "")
    assert list(dict.fromkeys(line["phase"] for line in progress)) == [
        "prepare",
        "read",
        "encode",
        "index",
        "publish",
    ]
    assert all(line.keys() == {"phase", "done", "total"} for line in progress)
    numbers = {"documents": 2, "added": 2, "changed": 0, "unchanged": 0, "removed": 0}
    numbers |= {"passages": 2, "encoded": 2, "reused": 0}
    assert report == {"snapshot": store.current(), **numbers, "left_out": [], "not_read": {}, "encodings": {}}


def test_build_keeps_the_newest(cli: Cli, source: Path, store: Store) -> None:
    for _ in range(3):
        assert cli("build", source, "--keep", 2)[0] == 0
    assert len(store.names()) == 2


def test_build_takes_the_size_of_passages(
    cli: Cli, source: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source / "long.txt").write_text("One two three four five six seven eight. " * 9)
    monkeypatch.setenv("CENTREQA_OVERLAP", "1")
    assert cli("build", source, "--max-tokens", "20")[0] == 0
    chunking = store.open().manifest.chunking
    assert (chunking.max_tokens, chunking.overlap) == (20, 1)
    first, second, *_ = store.open().passages("long")
    assert first.sentences[-1] == second.sentences[0]
    assert cli("build", source, "--max-tokens", "9000")[0] == 2


def test_list_is_a_table_and_for_programs_json_lines(cli: Cli, source: Path, store: Store) -> None:
    assert cli("list") == (0, "no snapshots yet; run `python -m index build`\n", "")
    assert cli("list", "--json") == (0, "", "")
    for _ in range(2):
        cli("build", source)
    old = store.list()[1].id
    store.annotate(old, {"gate": {"passed": False}})
    _, out, _ = cli("list", "--json")
    newest, oldest = map(json.loads, out.splitlines())
    assert (newest["id"], newest["active"], newest["evaluation"]) == (store.current(), True, None)
    assert (oldest["id"], oldest["active"], oldest["evaluation"]) == (old, False, {"gate": {"passed": False}})
    fields = {"id", "created", "active", "documents", "passages", "model", "bytes", "evaluation", "recall", "left_out"}
    assert (newest.keys(), newest["recall"]) == (fields, 1.0)
    _, out, _ = cli("list")
    lines = [line.split() for line in out.splitlines()]
    assert [(*line[:2], line[-2]) for line in lines if str(store.current()) in line] == [
        ("*", store.current(), "1.000")
    ]
    assert [(line[0], line[-1]) for line in lines if old in line] == [(old, "refused")]


def test_verify_names_each_that_is_whole_and_the_first_file_that_is_not(cli: Cli, source: Path, store: Store) -> None:
    for _ in range(2):
        cli("build", source)
    code, out, err = cli("verify")
    assert (code, err) == (0, "")
    assert [line.split(":")[0] for line in out.splitlines()] == store.names()
    assert all(line.endswith("all as they were published") for line in out.splitlines())
    damaged = store.folder(store.names()[0]) / "text.bin"
    damaged.write_bytes(b"x" + damaged.read_bytes()[1:])
    for words in (["verify", store.names()[0]], ["verify"], ["activate", store.names()[0]]):
        code, out, err = cli(*words)
        assert (code, out) == (3, "")
        assert err.startswith(f"error: {damaged}: is damaged")
        assert err.count("\n") == 1
    assert cli("verify", store.names()[1])[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["activate", "nothing"], 2, "there is no snapshot 'nothing'"),
        (["activate", "../x"], 2, "there is no snapshot '../x'"),
        (["verify", "n" * 300], 2, "there is no snapshot 'nnn"),
        (["build", "missing"], 2, "missing does not exist"),
        (["build", "missing.jsonl"], 2, "missing.jsonl cannot be read"),
    ],
)
def test_an_error_is_one_line(cli: Cli, words: list[str], code: int, message: str) -> None:
    ended, out, err = cli(*words)
    assert (ended, out) == (code, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError(), "error: out of memory; nothing was changed"),
        (OSError(errno.ENOSPC, "No space left on device"), "error: [Errno 28] No space left on device; nothing was ch"),
    ],
)
def test_what_the_machine_lacks_is_one_line(
    cli: Cli, source: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(FakeEncoder, "encode_passages", fail)
    code, out, err = cli("build", source)
    assert (code, out) == (3, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_an_error_for_programs_is_a_json_line_too(cli: Cli) -> None:
    code, out, err = cli("build", "missing", "--json")
    assert (code, err.count("\n")) == (2, 1)
    assert json.loads(out) == {"error": {"type": "CorpusError", "detail": err.removeprefix("error: ").rstrip()}}


def test_while_another_build_runs(cli: Cli, source: Path, store: Store) -> None:
    with store.lock():
        code, _, err = cli("build", source)
    assert (code, err) == (3, f"error: another build is running in {store.root}; wait for it to end, then try again\n")


@pytest.mark.parametrize("words", [["frobnicate"], ["activate"], ["build", "--keep", "0"], ["list", "--no-such"]])
def test_wrong_usage(cli: Cli, words: list[str]) -> None:
    code, _, err = cli(*words)
    assert code == 2
    assert "Traceback" not in err


def test_as_a_process(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "index", "verify", "nothing", "--var", str(tmp_path / "var")]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "error: there is no snapshot 'nothing'; `python -m index list` shows those there are\n"
    assert not (tmp_path / "var").exists()
