"""Written answers on the page: offered only where they can be had, plainly not quotes, linked to what was quoted."""

import json
from typing import Any, Literal
from urllib.parse import quote

import pytest

from tests.browser.common import IN_A_BROWSER, Page, Route, api, expect, type_question
from tests.browser.service_stub import ATTACK, EMOJI, HEAD, REFUSED
from tests.browser.test_appearance import CONTRASTS

pytestmark = IN_A_BROWSER
TEXT = f"He heads it {ATTACK}. [1] He founded it. [2]"
STRUCK = {"text": "Its annual budget is $1.1 billion.", "reason": f"no passage says {ATTACK}"}


def event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def write(page: Page, reason: str | None = None, status: int = 200) -> list[dict[str, Any]]:
    """Have the service write answers, or say why it does not; what it is asked for is added to the list."""
    asked: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        body: dict[str, Any] = json.loads(route.request.post_data or "{}")
        if "generate" not in body:
            route.continue_()
            return
        asked.append(body)
        if status != 200:
            route.fulfill(
                status=status, body='{"title": "The service is busy"}', content_type="application/problem+json"
            )
            return
        reply = api(str(route.request.url).removesuffix("/v1/ask"), "/v1/ask", {"question": body["question"]})
        quoted = reply["answer"]
        events = event("quoted", reply)
        reply["written"] = {"model": "tiny", "reason": reason, "struck": [STRUCK], "quoted": None if reason else quoted}
        if reason is None:
            reply["answer"] = {**quoted, "text": TEXT, "kind": "generated", "evidence": quoted["evidence"] * 2}
            events += event("statement", {"text": "He heads it.", "mark": 1, "evidence": quoted["evidence"][0]})
        events += event("struck", STRUCK) + event("reply", reply)
        route.fulfill(status=200, body=events, content_type="text/event-stream")

    page.route("**/readyz", lambda route: route.fulfill(json={"status": "ready", "writes": True}))
    page.route("**/v1/ask", answer)
    return asked


def test_it_is_offered_only_by_a_service_that_writes_and_below_an_answer(page: Page) -> None:
    page.goto(f"/?q={quote(HEAD)}")
    expect(page.locator("#result")).to_be_visible()
    expect(page.get_by_role("switch")).to_have_count(0)
    asked = write(page)
    page.goto(f"/?q={quote(REFUSED)}")
    expect(page.locator("#result")).to_be_visible()
    expect(page.get_by_role("switch")).to_have_count(0)
    page.goto(f"/?q={quote(HEAD)}")
    expect(page.get_by_role("switch")).not_to_be_checked()
    assert asked == []


def test_a_written_answer_cites_what_was_quoted_and_folds_what_was_struck(page: Page) -> None:
    asked = write(page)
    page.goto(f"/?q={quote(HEAD)}")
    expect(page.locator(".card .verdict")).to_have_attribute("data-state", "valid")
    quoted = page.locator(".card").inner_text()
    page.get_by_role("switch", name="Write an answer").check()
    written = page.get_by_role("region", name="Written answer")
    expect(written.locator(".text")).to_have_text(f"He heads it {ATTACK}. [1] He founded it. [2]")
    expect(written).to_contain_text("Written by tiny, not quoted")
    expect(written.locator("blockquote, mark, q")).to_have_count(0)
    expect(page.locator(".card")).to_have_text(quoted, use_inner_text=True)
    struck = written.get_by_text(STRUCK["text"])
    expect(struck).not_to_be_visible()
    written.get_by_text("1 sentence was struck").click()
    expect(struck).to_be_visible()
    expect(written).to_contain_text(STRUCK["reason"])
    written.get_by_role("link", name="Source 1").click()
    expect(page.locator("#source-text mark").first).to_be_focused()
    assert asked == [{"question": HEAD, "generate": True}]


def test_what_is_wanted_stays_wanted_and_is_not_asked_for_twice(page: Page) -> None:
    asked = write(page)
    page.goto(f"/?q={quote(HEAD)}")
    page.get_by_role("switch").check()
    expect(page.locator(".written .text")).to_contain_text("He founded it.")
    type_question(page, EMOJI)
    expect(page.locator("#answer")).to_contain_text("A party")
    expect(page.get_by_role("switch")).to_be_checked()
    expect(page.locator(".written .text")).to_contain_text("He founded it.")
    page.go_back()
    expect(page.locator(".written .text")).to_contain_text("He founded it.")
    page.get_by_role("switch").uncheck()
    expect(page.locator(".written .text")).to_have_count(0)
    assert [body["question"] for body in asked] == [HEAD, EMOJI]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_legible_and_fits(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    write(page)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/?q={quote(HEAD)}")
    page.get_by_role("switch").check()
    page.get_by_text("1 sentence was struck").click()
    assert [element for element in page.evaluate(CONTRASTS) if element[0] < 4.5] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("reason", "status"), [("the language model was silent", 200), ("The service is busy", 503)])
def test_why_there_is_none(page: Page, reason: str, status: int) -> None:
    write(page, reason, status)
    page.goto(f"/?q={quote(HEAD)}")
    page.get_by_role("switch").check()
    expect(page.locator(".written")).to_contain_text(f"No written answer: {reason}")
    expect(page.locator(".card")).to_be_visible()
