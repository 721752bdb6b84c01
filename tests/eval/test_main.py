"""The command line as a whole: its help, and how it ends where something is wrong."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from eval.__main__ import app

Command = Callable[..., tuple[int, str, str]]
COMMANDS = typer.main.get_group(app).commands


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--floor", "hit@2=1"], "no measure is called 'hit@2'; give one of hit@1, hit@3"),
        (["run", "--dataset", "none.jsonl"], "none.jsonl: cannot be read (No such file or directory); check the path"),
        (["compare", "r1", "r2"], "'r1' is no saved run, snapshot or ranking; see "),
        (["failures", "r1"], "run.json: cannot be read (No such file or directory); `python -m eval run` makes runs"),
        (["failures", "r1", "--cause", "bad luck"], "no cause is called 'bad luck'; give one of: not in the corpus; "),
        (["run", "--within-group"], "centre: no documents belong to "),
        (["run", "--dataset", "eval/data/centre.jsonl", "--split", "train"], "no questions in split 'train'"),
        (["quality", "none", "none"], "none holds none of squad2_half.json, "),
        (["growth", "--sizes", "10,many"], "sizes '10,many': give numbers of passages, as in 10000,100000"),
        (["release", "--no-worse-than", "yesterday"], "--no-worse-than 'yesterday': give active or nothing"),
    ],
)
def test_bad_input_is_one_line_and_status_2(command: Command, arguments: list[str], message: str) -> None:
    status, out, err = command(*arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("cut", [[], ["--max-tokens", "128"]])
def test_without_a_snapshot_run_says_what_to_do(command: Command, questions: Path, cut: list[str]) -> None:
    status, _, err = command("run", "--dataset", questions, *cut)
    assert status == 3
    assert re.fullmatch(r"error: there is no index in .*; run `python -m index build`\n", err)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_opens_with_what_a_command_does_and_ends_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        app([name, "--help"])
    assert ended.value.code == 0
    usage, purpose, *_, example = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert f" {name} " in usage
    assert re.match(r" [A-Z][a-z]+ ", purpose)
    assert example.startswith(f" Example: python -m eval {name} ")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_is_a_command_line_that_is_understood(name: str) -> None:
    example = COMMANDS[name].epilog
    assert example is not None
    words = shlex.split(example.removeprefix(f"Example: python -m eval {name} "))
    COMMANDS[name].make_context(name, words)  # parses, and does not run


def test_the_web_stays_out_of_evaluation() -> None:
    code = "import sys, eval.gate, eval.__main__; sys.exit(bool({'fastapi', 'starlette'} & {*sys.modules}))"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
