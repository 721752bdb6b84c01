"""The command line with an encoder that needs no model."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.__main__ import app
from index.console import run
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Runs `python -m index` in this process; gives exit code, stdout and stderr."""
    monkeypatch.setattr("index.encoding.open.open_encoder", lambda *_, **__: FakeEncoder())
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setenv("CENTREQA_VAR", str(store.root))

    def cli(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["index", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            run(app)
        return int(ended.value.code or 0), *capfd.readouterr()

    return cli


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a folder of texts; its name and the texts by id are given."""

    def write(name: str, **texts: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for document, text in texts.items():
            (folder / f"{document}.txt").write_text(text)
        return folder

    return write
