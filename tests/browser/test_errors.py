"""What the page says when the service refuses, is away, asks for a key or is slow."""

import json
from urllib.parse import quote

import pytest

from tests.browser.common import IN_A_BROWSER, Page, Route, api, expect, problem, type_question
from tests.browser.service_stub import HEAD

pytestmark = IN_A_BROWSER


@pytest.mark.parametrize(("status", "headline"), [(422, "The service did not answer"), (503, "The service is busy")])
def test_errors_are_said_in_words(page: Page, status: int, headline: str) -> None:
    page.route("**/v1/ask", lambda route: route.fulfill(**problem(status, "Odd", "the question is odd")))
    page.goto("/?q=x")
    expect(page.get_by_role("alert").get_by_role("heading")).to_have_text(headline)
    expect(page.locator("#problem")).to_contain_text("Odd: the question is odd")
    expect(page.locator("#problem")).to_contain_text("Request id: req-42")
    retry = page.get_by_role("button", name="Try again")
    if status == 422:
        expect(retry).to_have_count(0)
        return
    page.unroute("**/v1/ask")
    retry.click()
    expect(page.locator("#refusal")).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()


def test_a_service_that_is_away_is_said(page: Page) -> None:
    page.route("**/v1/ask", lambda route: route.abort())
    page.goto("/?q=x")
    expect(page.locator("#problem h2")).to_have_text("The service cannot be reached")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_a_key_is_asked_for_and_kept_for_the_session(page: Page) -> None:
    def guard(route: Route) -> None:
        allowed = route.request.headers.get("authorization") == "Bearer s3cret"
        route.fallback() if allowed else route.fulfill(**problem(401, "A key is needed", "send one"))

    page.route("**/v1/**", guard)
    page.goto("/?q=" + quote(HEAD))
    key = page.get_by_label("Key", exact=True)
    expect(key).to_be_focused()
    expect(page.locator("#key-message")).to_have_text("This service asks for a key.")
    key.fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#key-message")).to_have_text("That key was not accepted.")
    key.fill("s3cret")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_visible()
    expect(page.get_by_label("Search in")).to_be_visible()
    page.reload()
    expect(page.locator("#answer")).to_be_visible()
    assert "s3cret" not in page.content()


def test_a_link_that_needed_a_key_is_in_the_address_again(page: Page, base_url: str) -> None:
    def guard(route: Route) -> None:
        allowed = route.request.headers.get("authorization") == "Bearer s3cret"
        route.fallback() if allowed else route.fulfill(**problem(401, "A key is needed", "send one"))

    link = api(base_url, "/v1/ask", {"question": HEAD})["answer"]["evidence"][0]["url"]
    page.route("**/v1/**", guard)
    page.goto(link)
    page.get_by_label("Key", exact=True).fill("s3cret")
    expect(page.locator("#source")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#source-text mark")).to_be_visible()
    expect(page).to_have_url(base_url + link)
    page.reload()
    expect(page.locator("#source-text mark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{base_url}/")


def test_slow_replies_are_announced_and_a_new_question_cancels_the_old(page: Page) -> None:
    held: list[Route] = []
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.post_data or ""))
    page.route("**/v1/ask", lambda route: held.append(route), times=1)
    page.goto("/?q=slow")
    expect(page.get_by_role("status").filter(has_text="Searching the text…")).to_be_visible()
    type_question(page, HEAD)
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("#status")).to_have_text("Answer found, 92% sure. 5 passages.")
    assert [json.loads(body) for body in failed] == [{"question": "slow", "structure": True}]
