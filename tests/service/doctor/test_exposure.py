"""Checks of the settings: what shows of them, who can reach the service, what it reaches for."""

import socket
from pathlib import Path

import pytest
from typer.main import get_command

from index.__main__ import app as index_app
from service.doctor.exposure import BUILD_SETTINGS, check_exposure, settings_in_force
from service.doctor.findings import Finding
from service.settings import PREFIX, Settings
from tests.service.web.common import Start


def findings(check: str, *variables: str, **given: object) -> list[Finding]:
    """What the checks of this name find with these settings, and with these variables in the environment."""
    environment = dict.fromkeys(variables, "1")
    return [each for each in check_exposure(Settings.load(**given), environment) if each.check == check]


def only(check: str, **given: object) -> Finding:
    (finding,) = findings(check, **given)
    return finding


def test_every_setting_shows_and_no_secret() -> None:
    settings = Settings.load(ask_key="hidden-1", admin_key="hidden-2", milvus_uri="https://user:hidden-3@db:19530/x")
    shown = settings_in_force(settings)
    assert set(shown) == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert "hidden" not in repr(shown)
    assert (shown["CENTREQA_ASK_KEY"], shown["CENTREQA_MILVUS_TOKEN"]) == ("set", None)
    assert shown["CENTREQA_MILVUS_URI"] == "https://db:19530/x"
    assert (shown["CENTREQA_VAR"], shown["CENTREQA_WORKERS"]) == ("var", 2)


def test_a_misspelt_setting_is_a_problem() -> None:
    (finding,) = findings("settings", "CENTREQA_ADMINKEY", "CENTREQA_PORT", "PATH")
    assert (finding.state, finding.text) == (
        "problem",
        "CENTREQA_ADMINKEY: no such setting; the README lists all of them",
    )
    (finding,) = findings("settings", "CENTREQA_PORT", "CENTREQA_OVERLAP")
    assert finding.state == "ok"


def test_the_settings_of_builds_are_known() -> None:
    read = {option.envvar for option in get_command(index_app).commands["build"].params}  # type: ignore[attr-defined]
    builds = {name for name in read if name} - {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert builds == {f"{PREFIX}{name}" for name in BUILD_SETTINGS}


def test_what_a_setting_names_has_to_be_there(tmp_path: Path) -> None:
    found = findings("settings", dataset=tmp_path / "gone.jsonl", watch=tmp_path)
    assert [finding.state for finding in found] == ["ok", "problem"]
    assert found[1].text == f"CENTREQA_DATASET: {tmp_path}/gone.jsonl is not there; name what is, or unset it"


def test_who_can_reach_it() -> None:
    here, there = only("exposure"), only("exposure", host="::", ask_key="k" * 16, admin_key="k" * 16)
    assert here.text.endswith("this machine only; asking needs no key, nothing can be changed over HTTP")
    assert (here.state, there.state) == ("ok", "ok")
    assert there.text.endswith("put a TLS proxy in front; asking needs a key, changes need the admin key")
    assert there.values == {"loopback": False, "ask_key": True, "admin_key": True}


@pytest.mark.parametrize("given", [{"host": "0.0.0.0"}, {"allowed_hosts": "qa.example.org"}])  # noqa: S104
def test_a_short_key_is_a_problem_where_others_can_ask(given: dict[str, str]) -> None:
    finding = only("exposure", ask_key="short", admin_key="k" * 16, **given)
    assert finding.state == "problem"
    assert finding.text.endswith("the ask key has fewer than 16 characters; make a longer one")
    assert only("exposure", ask_key="short").state == "ok"


def test_whether_somebody_listens() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        taken = only("port", port=port)
    assert taken.state == "note"
    assert taken.text == f"{port}: address already in use; if that is not the service, give another port"
    assert only("port", port=port).state == "ok"


def test_the_doors_are_those_of_the_application(start: Start) -> None:
    named = only("doors", admin_key="admin").values["doors"]
    paths = set(start(admin_key="admin").get("/openapi.json").json()["paths"])
    assert {door for door in named if door.startswith("/")} - {"/v1", "/mcp"} <= paths
    assert "the admin routes" in named
    assert "the admin routes" not in only("doors").values["doors"]


def test_what_it_connects_to() -> None:
    assert only("outbound").text.startswith("connects to nothing: ")
    finding = only("outbound", milvus_uri="http://user:hidden@db:19530")
    assert finding.text == "connects to http://db:19530 (CENTREQA_MILVUS_URI) and to nothing else"


def test_a_log_with_questions_is_noted() -> None:
    assert findings("log") == []
    assert only("log", log_questions=True).state == "note"
