"""Libraries that report to their makers are kept from it: nothing is collected, so nothing can be sent."""

from pathlib import Path

import pytest

from tests.end_to_end.processes import run

pytestmark = pytest.mark.model


def test_nothing_is_collected_in_the_home_folder(tmp_path: Path) -> None:
    # Without CI in the environment, where libraries may keep quiet.
    home = tmp_path / "home"
    home.mkdir()
    environment = {"CENTREQA_VAR": str(tmp_path / "var"), "HOME": str(home)}
    run(environment, "index", "build")
    run(environment, "service", "ask", "Who is the head of the Centre?")
    assert [str(path) for path in home.rglob("*")] == []
