"""Fixtures that the tests of the evaluation share: commands without a model, and a question set for them."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.__main__ import app
from index.console import run as run_app
from index.encoding.encoder import Encoder
from tests.eval.samples import LINES


def give(encoder: Encoder, patch: pytest.MonkeyPatch) -> None:
    """Whatever opens an encoder gets this one."""
    for module in ("eval.runs.prepare", "eval.benches.growth", "service.answering.engine", "index.encoding.open"):
        patch.setattr(f"{module}.open_encoder", lambda *_, **__: encoder)


@pytest.fixture
def without_model(monkeypatch: pytest.MonkeyPatch, encoder: Encoder) -> None:
    """Whatever opens an encoder gets the test's own."""
    give(encoder, monkeypatch)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A question set about the texts of `tests.eval.samples`."""
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(LINES))
    return path


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], without_model: None, tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """Runs `python -m eval` in this process, with --var in the test's folder; returns status, stdout and stderr."""

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["eval", *map(str, arguments), "--var", str(tmp_path / "var")])
        with pytest.raises(SystemExit) as ended:
            run_app(app)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return command
