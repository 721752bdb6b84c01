"""The whole examination, and the command."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.changes.watch import record
from index.console import run
from service.__main__ import app
from service.doctor.examination import examine
from service.settings import Settings


def doctor(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *options: str) -> tuple[object, str]:
    """The exit status of the command and what it prints."""
    monkeypatch.setattr(sys, "argv", ["service", "doctor", *options])
    with pytest.raises(SystemExit) as ended:
        run(app)
    return ended.value.code, capsys.readouterr().out


def test_without_an_index_it_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out = doctor(capsys, monkeypatch, "--var", str(tmp_path))
    assert code == 3
    assert f"problem  snapshot     there is no index in {tmp_path} yet; run `python -m index build`" in out.splitlines()
    assert out.endswith("\n1 problem\n")
    assert list(tmp_path.iterdir()) == []


def test_json_is_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out = doctor(capsys, monkeypatch, "--var", str(tmp_path), "--json")
    report = json.loads(out)
    assert (code, report["good"], report["problems"]) == (3, False, 1)
    assert [each["check"] for each in report["findings"] if each["state"] == "problem"] == ["snapshot"]
    assert report["settings"]["CENTREQA_VAR"] == str(tmp_path)


def test_a_reader_that_is_damaged_and_a_watched_folder_that_failed(tmp_path: Path) -> None:
    record(tmp_path, Path("minutes"), "one.txt is not UTF-8")
    report = examine(Settings.load(var=tmp_path, reader=str(tmp_path / "reader")))
    problems = {each.check: each.text for each in report.findings if each.state == "problem"}
    assert set(problems) == {"snapshot", "reader", "watch"}
    assert problems["reader"].endswith("set CENTREQA_READER=off to answer without a reader")
    assert problems["watch"].startswith("watching minutes: the rebuild of ")


@pytest.mark.model
def test_a_good_service_is_good_and_each_damage_is_found(
    tmp_path: Path,
    with_models: Callable[[Path], Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from corpus.sources import make_document
    from index.build import build
    from index.encoding.open import open_encoder
    from index.snapshots.store import Store

    store = Store(tmp_path)
    build(store, [make_document("a", "The harbour opened in 1902.")], open_encoder(with_models(tmp_path) / "models"))
    code, out = doctor(capsys, monkeypatch, "--var", str(tmp_path))
    assert (code, out.splitlines()[-1]) == (0, "0 problems"), out
    vectors = next(path for path in (tmp_path / "models").rglob("*.npy"))
    column = next(path for path in (tmp_path / "snapshots").rglob("*") if path.name == "text.bin")
    for path, check in ((vectors, "encoder"), (column, "snapshot")):
        whole = path.read_bytes()
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        code, out = doctor(capsys, monkeypatch, "--var", str(tmp_path))
        assert code == 3
        problems = [line for line in out.splitlines() if line.startswith("problem")]
        assert [line.split()[1] for line in problems] == [check]
        assert path.name in problems[0]
        path.write_bytes(whole)
