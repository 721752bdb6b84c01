"""Every state of the page, looked at by axe-core: nothing that keeps anyone from using it."""

import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pytest

from tests.browser.answers.test_written import write
from tests.browser.common import IN_A_BROWSER, Page, expect, problem
from tests.browser.service_stub import HEAD, ITEM, REFUSED, ROW
from tests.browser.views.samples import KEY, Served, evaluation, failure

AXE = Path(os.environ.get("AXE") or Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js")
NEEDED = pytest.mark.skipif(not AXE.exists(), reason="axe-core is needed: npm install --no-save axe-core dclint")
pytestmark = [*IN_A_BROWSER, NEEDED]
STATES = {
    "start": "/",
    "answer": "/?q=" + quote(HEAD),
    "item": "/?q=" + quote(ITEM),
    "row": "/?q=" + quote(ROW),
    "refusal": "/?q=" + quote(REFUSED),
    "source": "/d/handbook",
    "pages": "/d/report.pdf",
}


def faults(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [(fault["id"], fault["impact"], [node["html"] for node in fault["nodes"]]) for fault in found]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(page: Page, state: str, scheme: Literal["light", "dark"], width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(STATES[state])
    expect(page.locator("#source-text" if "/d/" in STATES[state] else "#scope")).not_to_be_empty()
    if "?q=" in STATES[state]:
        expect(page.locator("#result .verdict").first).to_have_attribute("data-state", "valid")
        for summary in page.locator("#result summary").all():
            summary.click()
    assert faults(page) == []


def test_axe_finds_nothing_in_a_failure(page: Page) -> None:
    page.route("**/v1/ask", lambda route: route.fulfill(**problem(503, "Busy", "ask again")))
    page.goto(STATES["answer"])
    expect(page.locator("#problem")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
def test_axe_finds_nothing_in_the_views(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    served = Served(evaluation=evaluation([failure(number) for number in range(30)]), detail="the newest is damaged")
    served.job(phase="encode", done=4, total=10)
    served.install(page)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/library")
    for name in ("Library", "This index", "Evaluation"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator("#view-title")).to_have_text(name)
        expect(page.locator("#view .body li").first).to_be_visible()
        if name == "This index":
            expect(page.locator(".job progress")).to_be_visible()
        page.evaluate("document.querySelectorAll('#view details').forEach((each) => (each.open = true))")
        assert faults(page) == [], name
    page.get_by_label("Admin key").fill(KEY)
    page.keyboard.press("Enter")
    expect(page.locator(".waiting li")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="This index", exact=True).click()
    expect(page.get_by_role("button", name="Serve this one").first).to_be_visible()
    assert faults(page) == []


def test_axe_finds_nothing_where_a_reader_judges_and_has_it_written(page: Page) -> None:
    write(page)
    page.goto(STATES["answer"])
    page.get_by_role("button", name="Wrong").click()
    page.get_by_role("switch").check()
    expect(page.get_by_role("link", name="Source 1")).to_be_visible()
    page.get_by_text("1 sentence was struck").click()
    assert faults(page) == []
    page.locator(".evidence a").first.click()
    expect(page.locator("#answer-here")).to_be_visible()
    assert faults(page) == []
