"""The file of feedback: nothing that was kept is lost, whatever happens to the process, the disk or a neighbour."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import FullError, UnavailableError
from service.feedback import WAITING, Feedback, Quote, WaitingFeedback

FEEDBACK = Feedback(
    "a", "2026-01-02T03:04:05+00:00", "Who\u2028leads 🎉 it?", False, "s1", "no\nmore", (Quote("d", 1, 2, "x"),)
)


def test_what_is_added_is_read_again(tmp_path: Path) -> None:
    waiting = WaitingFeedback(tmp_path / "feedback")
    assert waiting.read() == ()
    for name in "abc":
        waiting.add(replace(FEEDBACK, id=name))
    waiting.remove({"b", "unknown"})
    waiting.add(replace(FEEDBACK, id="d", right=True, evidence=(), answered=FEEDBACK.evidence))
    assert [one.id for one in waiting.read()] == ["a", "c", "d"]
    assert waiting.read()[0] == FEEDBACK
    assert (waiting.read()[2].gold, waiting.read()[2].unanswerable) == (FEEDBACK.evidence, False)
    assert (tmp_path / "feedback" / WAITING).stat().st_mode & 0o77 == 0


def test_a_line_that_power_was_lost_on_is_no_feedback_and_hides_none(tmp_path: Path) -> None:
    waiting = WaitingFeedback(tmp_path)
    waiting.add(FEEDBACK)
    with (tmp_path / WAITING).open("a") as file:
        file.write('{"id": "torn", "question": "Wh' + 1000 * "o")
    assert [one.id for one in waiting.read()] == ["a"]
    waiting.add(replace(FEEDBACK, id="b"))
    assert [one.id for one in waiting.read()] == ["a", "b"]


def test_a_damaged_line_is_named_and_more_can_be_added(tmp_path: Path) -> None:
    waiting = WaitingFeedback(tmp_path)
    for line in (b"[]\n", b'{"id": 5}\n', b"\xff\xfe\n", b"\n"):
        (tmp_path / WAITING).write_bytes(line)
        with pytest.raises(UnavailableError, match=rf"{WAITING}:1: is no feedback of this version; mend"):
            waiting.read()
        waiting.add(FEEDBACK)
        assert (tmp_path / WAITING).read_bytes().startswith(line)


def test_nobody_writes_into_the_line_of_another(tmp_path: Path) -> None:
    # Each has a lock of its own, as processes have.
    with ThreadPoolExecutor(8) as pool:
        for number in range(40):
            pool.submit(WaitingFeedback(tmp_path).add, replace(FEEDBACK, id=str(number), comment="x" * 500))
            if number % 10 == 5:
                pool.submit(WaitingFeedback(tmp_path).remove, {"nobody"})
    assert {one.id for one in WaitingFeedback(tmp_path).read()} == {str(number) for number in range(40)}


LIMITED = """
import resource, sys
from pathlib import Path
from service.feedback import WaitingFeedback
from tests.service.test_feedback import FEEDBACK
waiting = WaitingFeedback(Path(sys.argv[1]))
waiting.add(FEEDBACK)
size = Path(sys.argv[1], "waiting.jsonl").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, size + 20))
try:
    waiting.add(FEEDBACK)
except Exception as error:
    print(type(error).__name__, error)
"""


def test_a_disk_that_fills_in_the_middle_of_a_line_keeps_what_was_there(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("FullError the disk is full, and nothing was kept; make room")
    line, rest = (tmp_path / WAITING).read_text("utf-8").split("\n")
    assert (json.loads(line)["id"], rest) == ("a", "")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="cannot be written"):
        WaitingFeedback(tmp_path / "file").add(FEEDBACK)


def test_the_limit_is_in_bytes(tmp_path: Path) -> None:
    WaitingFeedback(tmp_path / "one").add(FEEDBACK)
    size = (tmp_path / "one" / WAITING).stat().st_size
    WaitingFeedback(tmp_path / "two", size).add(FEEDBACK)
    with pytest.raises(FullError, match="run `python -m eval adopt`"):
        WaitingFeedback(tmp_path / "three", size - 1).add(FEEDBACK)
