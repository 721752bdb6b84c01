"""The speed bench: its targets by hand, and a tiny run without the peer."""

import json
import sys
from pathlib import Path

import pytest

from corpus.errors import GateError
from eval.__main__ import app
from eval.benches.speed_report import Target, check_right
from index.console import run


@pytest.mark.parametrize(
    ("target", "figures", "ratio", "met"),
    [
        (Target("", "a", "b", 1.3), {"a": 2.5, "b": 2.0}, 1.25, True),
        (Target("", "a", "b", 1.3), {"a": 4.0, "b": 2.0}, 2.0, False),
        (Target("", "a", "b", 10, least=True), {"a": 20.0, "b": 2.0}, 10.0, True),
        (Target("", "a", "", 0), {"a": 1.0}, 1.0, False),
        (Target("", "a", "", 0), {"a": 0.0}, 0.0, True),
        (Target("", "a", "b", 1), {"a": 1.0}, None, None),
        (Target("", "a", "b", 1), {"b": 1.0}, None, None),
    ],
)
def test_a_target(target: Target, figures: dict[str, float], ratio: float | None, met: bool | None) -> None:
    assert target.ratio(figures) == ratio
    if ratio is not None:
        assert target.is_met(ratio) is met


def test_a_service_that_finds_the_wrong_texts_fails_the_run() -> None:
    check_right({"own right": 0.95, "own p50 ms": 0.1})
    with pytest.raises(GateError, match="peer right: 50%"):
        check_right({"own right": 0.95, "peer right": 0.5})


@pytest.mark.model
def test_a_tiny_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--no-peer", "--rounds", "1", "--questions", "16", "--rebuilt", "200", "--folder", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["eval", "bench", *arguments])
    with pytest.raises(SystemExit) as ended:
        run(app)
    assert ended.value.code == 0
    report = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    measured_names = {"own p50 ms", "own ask p50 ms", "own 200 req/s", "own start s", "encoder p50 ms", "build /s"}
    assert measured_names <= report["figures"].keys()
    assert report["figures"]["own 32 errors"]["median"] == 0
    measured = {row["work"]: row["measured"] for row in report["targets"]}
    assert measured["search p50, one client / the peer's"] is None
    assert measured["search p50, one client / the encoder's"] > 0
    assert 0 < measured["rebuild after 1 % changed / the full build"] < 1
    assert "processor" in capsys.readouterr().out
