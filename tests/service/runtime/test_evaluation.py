"""The last evaluation is read as it was written, or the error says what to run."""

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import NotFoundError, UnavailableError
from service.runtime.evaluation import last_evaluation
from service.schemas.evaluation import Evaluation

EXAMPLE: dict[str, Any] = Evaluation.model_json_schema()["example"]
OLDER, NEWER = "20260102T040506-d4e5f6", "20260103T000000-000000"


def save(var: Path, run: str, **changes: object) -> Path:
    path = var / "eval" / run / "overview.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({**EXAMPLE, "run": run, **changes}), "utf-8")
    return path


def test_where_none_was_run_it_says_what_to_run(tmp_path: Path) -> None:
    for folder in ("", "eval/20260104T000000-aaaaaa", "eval/compared", "eval/stores"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    with pytest.raises(NotFoundError, match="`python -m eval run` makes one"):
        last_evaluation(tmp_path)


def test_the_newest_with_an_overview_is_read(tmp_path: Path) -> None:
    save(tmp_path, OLDER)
    save(tmp_path, NEWER)
    (tmp_path / "eval" / "20260104T000000-aaaaaa").mkdir()  # of an earlier version, or not yet written
    assert last_evaluation(tmp_path) == Evaluation.model_validate({**EXAMPLE, "run": NEWER})


FAILURE = EXAMPLE["failures"][0]


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"more": 1},
        {"questions": "130"},
        {"questions": -1},
        {"measures": {"answer_accuracy": {"n": 1, "value": float("nan"), "low": None, "high": None}}},
        {"failures": [{**FAILURE, "expected": [{"document": "a", "start": 0, "end": 1}]}]},
        {"failures": None},
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    save(tmp_path, NEWER, **changes)
    with pytest.raises(UnavailableError, match=f"^evaluation {NEWER}: its overview is damaged or of another version; "):
        last_evaluation(tmp_path)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b"[]", b'"text"'])
def test_a_damaged_file_is_refused(tmp_path: Path, data: bytes) -> None:
    save(tmp_path, NEWER).write_bytes(data)
    with pytest.raises(UnavailableError, match=r"is damaged or of another version; run `python -m eval run` again$"):
        last_evaluation(tmp_path)


def test_a_large_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = save(tmp_path, NEWER)
    size = path.stat().st_size
    assert last_evaluation(tmp_path, max_bytes=size).run == NEWER
    with pytest.raises(UnavailableError, match=f"is larger than {size - 1} bytes"):
        last_evaluation(tmp_path, max_bytes=size - 1)


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    path = save(tmp_path, NEWER)
    path.unlink()
    path.symlink_to("/proc/self/mem")
    with pytest.raises(UnavailableError, match=r"cannot be read \(.+\); run"):
        last_evaluation(tmp_path)
