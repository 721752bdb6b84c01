"""The product builds, starts and answers where no code at all can reach another machine, and does not try to."""

import errno
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.offline.alone import FORBIDDEN, reach
from tests.end_to_end.processes import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="networks of one's own are of Linux")
TEXT = "# Harbour\n\nThe harbour of Lumen opened in 1920. Mara Voss built it of granite.\n"


def alone(*arguments: object) -> dict[str, Any]:
    """What `tests.end_to_end.offline.alone` prints."""
    command = [sys.executable, "-m", "tests.end_to_end.offline.alone", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode == FORBIDDEN:
        pytest.skip(f"this system lets nobody have a network of his own: {done.stdout.strip()}")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.model
def test_without_any_network_it_builds_starts_and_answers_and_reaches_for_none(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "harbour.md").write_text(TEXT, "utf-8")
    found = alone(tmp_path / "var", folder)
    assert "Mara Voss" in found["answer"]["text"]
    assert (found["interfaces"], found["tries"]) == (["lo"], 0)


def test_nothing_but_loopback_is_reached_from_there_and_who_tries_is_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        found = alone("reach", port)
        assert reach("127.0.0.1", port) == 0  # from here it is reached
    assert found["here"] == errno.ECONNREFUSED  # the loopback there is another one
    assert (found["elsewhere"], found["interfaces"], found["tries"]) == ("ENETUNREACH", ["lo"], 1)
