"""What the documents say is what the code has: settings, rooms, commands, links."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from service.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")
HALLS = ("corpus", "index", "service", "eval")
MODULES_AT_MOST, LINES_AT_MOST = 12, 250


def table(text: str, first: str) -> list[list[str]]:
    """The cells of the table whose first column has that name, header and rule left out."""
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = lines[start + 2 :]
    end = next((at for at, line in enumerate(rows) if not line.startswith("|")), len(rows))
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[:end]]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def modules() -> list[Path]:
    """Every module of the product, `__init__` left out, relative to the root."""
    paths = (path.relative_to(ROOT) for hall in HALLS for path in (ROOT / hall).rglob("*.py"))
    return sorted(path for path in paths if path.name != "__init__.py")


def test_the_table_of_settings_is_that_of_the_code() -> None:
    names, defaults = {}, {}
    for cells in table(README, "setting"):
        settings = code(cells[0])
        for setting, default in zip(settings, cells[1].split(", "), strict=True):
            names[setting] = setting.removeprefix(PREFIX).lower()
            defaults[setting] = default
    assert set(names.values()) == set(Settings.model_fields)
    shown = {None: "none", False: "false", 1024**2: "1 MiB", 16 * 1024**2: "16 MiB", 64 * 1024**2: "64 MiB"}
    for setting, name in names.items():
        default = Settings.model_fields[name].default
        assert defaults[setting] == shown.get(default, str(default)), setting


def test_the_settings_of_builds_are_those_of_the_command_line() -> None:
    from index.__main__ import app

    command = get_command(app).commands["build"]  # type: ignore[attr-defined]
    read = {option.envvar for option in command.params if option.envvar}
    told = {name for cells in table(README[README.index("For builds alone") :], "setting") for name in code(cells[0])}
    assert told <= read
    assert read - told <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize(
    ("first", "hall", "command"), [("option", "eval", "run"), ("option of `build`", "index", "build")]
)
def test_the_options_in_the_readme_are_those_of_the_command(first: str, hall: str, command: str) -> None:
    app: typer.Typer = __import__(f"{hall}.__main__", fromlist=["app"]).app
    known = {
        option
        for parameter in get_command(app).commands[command].params  # type: ignore[attr-defined]
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    told = {
        word for cells in table(README, first) for name in code(cells[0]) for word in name.split() if word[:2] == "--"
    }
    assert told
    assert told <= known


def test_every_room_and_every_module_has_its_line_in_the_architecture() -> None:
    headings = re.split(r"^##+ (?=[a-z]+/)", ARCHITECTURE, flags=re.MULTILINE)[1:]
    rooms = {part.partition("\n")[0]: part for part in headings}
    for path in modules():
        room = f"{path.parent.as_posix()}/"
        assert room in rooms, f"ARCHITECTURE.md has no heading for {room}"
        lines = [line for line in rooms[room].splitlines() if line.startswith("- ")]
        assert any(path.stem in code(line.partition(":")[0]) for line in lines), f"ARCHITECTURE.md does not list {path}"
    for room, text in rooms.items():
        for line in text.splitlines():
            for name in code(line.partition(":")[0]) if line.startswith("- `") else ():
                there = ROOT / room / name
                assert there.is_dir() or there.with_suffix(".py").is_file(), f"{room}{name} is not there"


def test_rooms_stay_small_enough_to_be_known() -> None:
    tests = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py")]
    crowded: dict[str, int] = {}
    for path in (*modules(), *tests):
        crowded[path.parent.as_posix()] = crowded.get(path.parent.as_posix(), 0) + 1
        lines = len((ROOT / path).read_text("utf-8").splitlines())
        assert lines <= LINES_AT_MOST, f"{path} has {lines} lines"
    assert {room: count for room, count in crowded.items() if count > MODULES_AT_MOST} == {}


def test_links_between_the_documents_lead_somewhere() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"):
        text = (ROOT / name).read_text("utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", text):
            assert (ROOT / target).exists(), f"{name} links to {target}"


def unproven(security: str) -> list[str]:
    """The promises that name no test, and the names of tests that are no path from the root to one."""
    promises = [" ".join(row) for row in table(security, "promise")]
    listed = security[security.index("What the service promises:") : security.index("What it does not promise")]
    promises += re.split(r"^- ", listed, flags=re.MULTILINE)[1:]
    assert len(promises) > 50  # else they were not found
    named = [name for name in code(" ".join(security.split())) if name.startswith("tests/") or "test_" in name]
    there = {name for name in named if name.startswith("tests/") and holds_tests(ROOT / name)}
    return [each for each in promises if not there.intersection(code(each))] + sorted(set(named) - there)


def holds_tests(path: Path) -> bool:
    """Whether this is a file of tests, or a folder that holds one."""
    return path.is_file() if path.suffix == ".py" else any(path.rglob("test_*.py"))


def test_every_promise_names_the_test_that_holds_it_by_its_path() -> None:
    assert unproven(SECURITY) == []


@pytest.mark.parametrize("path", ["test_guard.py", "tests/service/web/test_nowhere.py", "service/web/guard.py", "none"])
def test_a_promise_without_a_test_is_noticed(path: str) -> None:
    row = f"| Nothing is promised here | `{path}` |"
    at = SECURITY.index("|---|---|\n") + len("|---|---|\n")
    found = unproven(f"{SECURITY[:at]}{row}\n{SECURITY[at:]}")
    assert found[0] == f"Nothing is promised here `{path}`"


@pytest.mark.parametrize("hall", ["index", "service", "eval"])
def test_every_command_says_what_it_does_and_shows_an_example(hall: str) -> None:
    app: typer.Typer = __import__(f"{hall}.__main__", fromlist=["app"]).app
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for name, command in commands.items():
        if not command.hidden:
            assert f"python -m {hall} {name}" in f"{command.help} {command.epilog}", f"{hall} {name} has no example"


@pytest.mark.model
def test_the_examples_run_as_they_say(tmp_path: Path, with_models: Callable[[Path], Path]) -> None:
    folder, var, questions = tmp_path / "texts", with_models(tmp_path / "var"), tmp_path / "questions.jsonl"
    folder.mkdir()
    text = "The archive opens at nine. Contracts are signed by Ada Brandt.\n\nThe cellar is locked at night.\n"
    (folder / "house.txt").write_text(text, "utf-8")
    start = text.index("Ada Brandt")
    gold = f'{{"document": "house", "start": {start}, "end": {start + 10}, "quote": "Ada Brandt"}}'
    line = f'{{"id": "q1", "question": "Who signs contracts?", "answerable": true, "evidence": [{gold}]}}'
    questions.write_text(line + "\n", "utf-8")
    assert "1. house:" in run("own_corpus", folder, var, "Who signs contracts?")
    assert "released:" in run("own_questions", folder, var, questions)
    said = run("ask_from_python", "Who signs contracts?", var)
    assert "Contracts are signed by Ada Brandt." in said
    assert f"house, characters {text.index('Contracts')} to" in said


def run(example: str, *arguments: object) -> str:
    """What an example prints, run as its docstring says."""
    command = [sys.executable, "-m", f"examples.{example}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
