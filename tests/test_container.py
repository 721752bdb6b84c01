"""The container files, as far as that goes without Docker: who runs it, what it may write, how its health is asked."""

import json
import re
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from service.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text("utf-8"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICE: dict[str, Any] = COMPOSE["services"]["centreqa"]


def instructions(name: str) -> list[str]:
    """What follows an instruction, each time that it stands in the Dockerfile."""
    return [line.partition(" ")[2] for line in DOCKERFILE.splitlines() if line.startswith(f"{name} ")]


def test_the_linter_has_nothing_to_say() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("hadolint is not installed: its package has wheels for Linux only")
    linted = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_linter_of_compose_files_has_nothing_to_say() -> None:
    dclint = shutil.which("dclint", path=str(ROOT / "node_modules" / ".bin"))
    if dclint is None or subprocess.run([dclint, "--version"], capture_output=True).returncode:
        pytest.skip("dclint is needed, which takes Node 20.19 or newer: npm install --no-save axe-core dclint")
    linted = subprocess.run([dclint, "compose.yaml"], cwd=ROOT, capture_output=True, text=True)
    assert (linted.returncode, linted.stdout.strip()) == (0, "")


def test_every_stage_has_the_same_pinned_base() -> None:
    bases = {base.partition(" ")[0] for base in instructions("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases.pop())


def test_it_runs_as_nobody_in_particular_and_writes_only_in_its_volume() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert instructions("VOLUME") == ["/app/var"]
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")
    assert (SERVICE["read_only"], SERVICE["cap_drop"], SERVICE["tmpfs"]) == (True, ["ALL"], ["/tmp"])  # noqa: S108
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert SERVICE["volumes"] == ["var:/app/var"]
    assert list(COMPOSE["volumes"]) == ["var"]


def test_only_this_machine_reaches_it_and_a_key_is_needed() -> None:
    assert SERVICE["ports"] == ["127.0.0.1:8000:8000"]
    assert SERVICE["environment"]["CENTREQA_ASK_KEY"].startswith("${CENTREQA_ASK_KEY:?")
    assert "_KEY" not in DOCKERFILE


def test_what_is_set_are_settings() -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", DOCKERFILE + json.dumps(COMPOSE)))
    assert named <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_what_is_copied_is_there_and_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = {name for line in instructions("COPY") if "--from" not in line for name in line.split()[:-1]}
    assert copied == kept
    assert [name for name in copied if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("status", [200, 503])
def test_its_health_is_that_of_readyz(status: int) -> None:
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    (line,) = instructions("HEALTHCHECK")
    python, *arguments = json.loads(line.partition("CMD ")[2])
    assert python == "python"
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        here = [argument.replace("8000", str(server.server_port)) for argument in arguments]
        ended = subprocess.run([sys.executable, *here], check=False)
        server.shutdown()
    assert (ended.returncode == 0, asked) == (status == 200, ["/readyz"])
