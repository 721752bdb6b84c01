"""What the views have in common: their addresses, keys, the service's key, contrast and narrow screens."""

from typing import Literal

import pytest

from tests.browser.common import IN_A_BROWSER, Page, Route, expect, problem
from tests.browser.service_stub import TEXTS
from tests.browser.test_appearance import CONTRASTS
from tests.browser.views.samples import Served, evaluation, failure

pytestmark = IN_A_BROWSER
TOP = "element => element.getBoundingClientRect().top"  # pixels
VIEWS = {"Library": "/library", "This index": "/index", "Evaluation": "/evaluation"}


def test_back_and_forward_go_through_the_views(page: Page) -> None:
    Served(evaluation=evaluation([failure(0)])).install(page)
    page.goto("/")
    title, nav = page.locator("#view-title"), page.get_by_role("navigation", name="Views")
    for name, path in VIEWS.items():
        nav.get_by_role("link", name=name).press("Enter")
        expect(title).to_have_text(name)
        expect(title).to_be_focused()
        expect(page).to_have_url(path)
        expect(nav.locator("[aria-current=page]")).to_have_text([name])
        expect(page.locator("#question")).to_be_hidden()
    for name in ("This index", "Library"):
        page.go_back()
        expect(title).to_have_text(name)
    page.go_back()
    expect(page.locator("#view")).to_be_hidden()
    expect(page.locator("#question")).to_be_visible()
    expect(page).to_have_title("Ask the text")
    page.go_forward()
    expect(page.locator(".documents > li")).to_have_count(len(TEXTS))
    page.get_by_role("link", name="Ask the text").click()
    expect(page.locator("#question")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1200])
def test_text_contrast_is_aa_and_nothing_overflows(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    Served(evaluation=evaluation([failure(n) for n in range(30)]), detail="the newest is damaged").install(page)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    for name in VIEWS:
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator("#view .body li").first).to_be_visible()
        page.evaluate("document.querySelectorAll('#view details').forEach((each) => (each.open = true))")
        assert [element for element in page.evaluate(CONTRASTS) if element[0] < 4.5] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        unnamed = "[...document.querySelectorAll('#view :is(a, button, input)')].filter((e) => e.checkVisibility() && "
        unnamed += "!(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML)"
        assert page.evaluate(unnamed) == []


def test_the_key_of_the_service_is_asked_for_in_a_view(page: Page) -> None:
    def guard(route: Route) -> None:
        allowed = route.request.headers.get("authorization") == "Bearer s3cret"
        route.fallback() if allowed else route.fulfill(**problem(401, "A key is needed", "send one"))

    page.route("**/v1/**", guard)
    page.goto("/library")
    key = page.get_by_label("Key", exact=True)
    expect(key).to_be_focused()
    key.fill("s3cret")
    page.keyboard.press("Enter")
    expect(page.locator(".documents > li")).to_have_count(len(TEXTS))
    expect(key).to_be_hidden()


def test_nothing_moves_when_loading_is_said_no_more(page: Page) -> None:
    page.goto("/library")
    expect(page.locator("#view")).to_have_attribute("aria-busy", "false")
    body, said = page.locator("#view > .body"), page.locator("#view > .said")
    loaded = body.evaluate(TOP)
    said.evaluate("line => (line.textContent = 'Loading…')")
    assert body.evaluate(TOP) == pytest.approx(loaded, abs=1)


def test_a_service_that_is_away_is_said_and_a_view_that_was_left_is_not_shown(page: Page) -> None:
    held: list[Route] = []
    page.route("**/v1/documents?*", lambda route: route.abort())
    page.route("**/v1/evaluation", lambda route: held.append(route))
    page.route("**/v1/snapshots", lambda route: None)  # no reply either, so that the page waits for both
    page.goto("/evaluation")
    expect(page.locator("#view").get_by_role("status").first).to_have_text("Loading…")
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("alert")).to_contain_text("No reply came")
    assert len(held) == 1
    page.unroute("**/v1/documents?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".documents > li")).to_have_count(len(TEXTS))
