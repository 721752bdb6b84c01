"""The whole path as an operator walks it, with the real model, in processes that cannot reach any network."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.end_to_end.processes import children, helping, run, serving, until

pytestmark = pytest.mark.model

KEY = "not a secret"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, with_models: Callable[[Path], Path]) -> dict[str, str]:
    """A var/ of its own, with the index of the shipped text."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    environment = kept | {"CENTREQA_VAR": str(with_models(tmp_path_factory.mktemp("var"))), "CENTREQA_ADMIN_KEY": KEY}
    build = run(environment, "index", "build")
    assert "1 documents" in build.stdout
    return environment


@pytest.fixture(scope="module")
def service(environment: dict[str, str]) -> Iterator[httpx2.Client]:
    """A running service, and a client for it."""
    with serving(environment) as (client, _):
        yield client


def ask(client: httpx2.Client, question: str, **more: object) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    reply: dict[str, Any] = response.json()
    assert (reply["answer"] is None) != (reply["abstained"] is None)
    places = reply["passages"] + (reply["answer"]["evidence"] if reply["answer"] else [])
    for place in places:
        text = client.get(f"/v1/documents/{place['document']}").json()["text"]
        assert text[place["start"] : place["end"]] == place.get("quote", place.get("text"))
    return reply


def test_the_head_of_the_centre(service: httpx2.Client) -> None:
    reply = ask(service, "Who is the head of the Centre?")
    assert "Irakli Beridze" in reply["answer"]["text"]
    assert service.post("/v1/verify", json=evidence(reply)).json()["valid"] is True


def evidence(reply: dict[str, Any]) -> dict[str, Any]:
    first = reply["answer"]["evidence"][0]
    return {name: first[name] for name in ("document", "start", "end", "quote")} | {"snapshot": reply["snapshot"]}


@pytest.mark.parametrize("question", ["What is the Centre's annual budget?", "How do I bake bread?"])
def test_what_the_text_does_not_say_is_refused_with_passages(service: httpx2.Client, question: str) -> None:
    reply = ask(service, question)
    assert reply["abstained"]["message"]
    assert reply["passages"]


def test_the_terminal_prints_what_http_replies(environment: dict[str, str], service: httpx2.Client) -> None:
    printed = json.loads(run(environment, "service", "ask", "Who is the head of the Centre?", "--json").stdout)
    replied = ask(service, "Who is the head of the Centre?")
    assert {**printed, "took_ms": 0} == {**replied, "took_ms": 0}


def test_new_text_is_asked_about_without_a_restart_and_rolled_back(
    environment: dict[str, str], service: httpx2.Client, tmp_path: Path
) -> None:
    before = ask(service, "Who is the head of the Centre?")["snapshot"]
    (tmp_path / "harbour.md").write_text("# Harbour\n\nThe harbour of Lumen opened in 1920. Mara Voss built it.\n")
    (tmp_path / "gulls.txt").write_text("Gulls eat bread in winter. They nest on the northern cliffs of Lumen.\n")
    run(environment, "index", "build", str(tmp_path))
    until(lambda: service.get("/readyz").json()["snapshot"] != before)
    assert "Mara Voss" in ask(service, "Who built the harbour of Lumen?")["answer"]["text"]

    (tmp_path / "gulls.txt").write_text("Gulls eat fish in winter. They nest on the northern cliffs of Lumen.\n")
    assert "(1 encoded, 1 reused)" in run(environment, "index", "build", str(tmp_path)).stdout

    run(environment, "index", "activate", before)
    until(lambda: service.get("/readyz").json()["snapshot"] == before)
    assert "Irakli Beridze" in ask(service, "Who is the head of the Centre?")["answer"]["text"]


def test_a_rebuild_over_http_swaps_the_engine_without_failing_a_request(service: httpx2.Client) -> None:
    admin = {"authorization": f"Bearer {KEY}"}
    before = ask(service, "Who is the head of the Centre?")["snapshot"]
    order = {"documents": [{"id": "pier", "text": "The pier of Lumen was painted green by Otto Lind."}], "mode": "add"}
    accepted = service.post("/v1/snapshots", json=order, headers=admin)
    assert accepted.status_code == 202
    while (job := service.get(f"/v1/jobs/{accepted.json()['job']}").json())["state"] in ("queued", "running"):
        assert ask(service, "Who is the head of the Centre?")["answer"]
    assert job["state"] == "succeeded", job
    assert "Otto Lind" in ask(service, "Who painted the pier of Lumen?")["answer"]["text"]
    assert ask(service, "Who is the head of the Centre?")["snapshot"] == job["snapshot"] != before
    rolled_back = service.put("/v1/snapshots/active", json={"id": before}, headers=admin)
    assert rolled_back.json()["active"] is True
    assert ask(service, "Who is the head of the Centre?")["snapshot"] == before


def helper(service: int) -> int:
    """The one process that helps this one: its child forked it."""
    return child(child(service))


def child(process: int) -> int:
    """The one child of a process."""
    (only,) = children(process)
    return only


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_processes_answer_alike_and_one_that_is_killed_costs_no_question(environment: dict[str, str]) -> None:
    alone = environment | {"CENTREQA_REMEMBERED": "0"}
    questions = ["Who is the head of the Centre?", "What is the budget?", "When was the toolkit published?"] * 12
    with serving(alone) as (client, service), ThreadPoolExecutor(8) as clients:

        def replies() -> list[dict[str, Any]]:
            return [{**reply, "took_ms": 0} for reply in clients.map(partial(ask, client), questions)]

        right = [{**ask(client, question), "took_ms": 0} for question in questions[:3]] * 12
        assert replies() == right
        killed = helper(service)
        assert helping(client) == 1
        asked = clients.submit(lambda: [ask(client, question) for question in questions])
        os.kill(killed, signal.SIGKILL)
        assert replies() == right
        assert len(asked.result()) == len(questions)
        until(lambda: helping(client) == 1)
        assert helper(service) != killed
        assert replies() == right
        family = [child(service), helper(service)]
    until(lambda: not any(Path(f"/proc/{member}").exists() for member in family))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_no_process_outlives_a_service_that_is_killed(environment: dict[str, str]) -> None:
    with suppress(AssertionError), serving(environment) as (_, service):  # which finds that it was killed
        family = [child(service), helper(service)]
        os.kill(service, signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{member}").exists() for member in family))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_log_that_cannot_be_written_costs_no_question(environment: dict[str, str]) -> None:
    alone = environment | {"CENTREQA_REMEMBERED": "0"}
    with Path("/dev/full").open("wb") as full, serving(alone, full) as (client, service):
        assert client.get("/readyz").json()["detail"] is None
        killed = helper(service)
        with ThreadPoolExecutor(4) as clients:
            asked = clients.map(lambda _: ask(client, "Who is the head of the Centre?")["answer"], range(24))
            os.kill(killed, signal.SIGKILL)
            assert all(asked)
        until(lambda: helping(client) == 1)


def test_no_snapshot_yet_says_what_to_run(environment: dict[str, str], tmp_path: Path) -> None:
    alone = environment | {"CENTREQA_VAR": str(tmp_path)}
    assert "run `python -m index build`" in run(alone, "service", "ask", "Who?", status=3).stderr


@pytest.mark.browser
def test_the_page_shows_the_quote_in_its_place(service: httpx2.Client) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("no /usr/bin/chromium: apt-get install chromium")
    switches = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    switches += ["--disable-background-networking", "--disable-component-update"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=switches)
        page = browser.new_page(base_url=str(service.base_url))
        page.goto("/")
        page.keyboard.type("Who is the head of the Centre?")
        page.keyboard.press("Enter")
        page.wait_for_selector("#answer .said")
        quote = ask(service, "Who is the head of the Centre?")["answer"]["text"]
        assert "".join(page.locator("#answer .said").all_text_contents()) == quote
        page.locator(".evidence .source a").click()
        page.wait_for_selector("#source-text mark")
        assert "".join(page.locator("#source-text mark").all_text_contents()) == quote
        browser.close()


def test_no_library_collects_anything_for_its_maker(tmp_path: Path) -> None:
    # Without CI in the environment, where libraries may keep quiet.
    home = tmp_path / "home"
    home.mkdir()
    environment = {"CENTREQA_VAR": str(tmp_path / "var"), "HOME": str(home)}
    run(environment, "index", "build")
    run(environment, "service", "ask", "Who is the head of the Centre?")
    assert [str(path) for path in home.rglob("*")] == []
