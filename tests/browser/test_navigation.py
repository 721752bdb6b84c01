"""Getting about: by keyboard alone, and by the address."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.common import IN_A_BROWSER, Page, Route, api, expect, type_question
from tests.browser.service_stub import HEAD, REFUSED

pytestmark = IN_A_BROWSER


def test_keyboard_alone(page: Page, base_url: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": HEAD})
    page.goto("/")
    page.locator("#theme").focus()
    page.keyboard.press("/")
    page.keyboard.type(HEAD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Answer, quoted from the text")).to_be_focused()
    passage = page.locator(".passage")
    for key, rank in [("j", 1), ("ArrowDown", 2), ("j", 3), ("k", 2), ("ArrowUp", 1), ("k", 1), ("j", 2)]:
        page.keyboard.press(key)
        expect(passage.nth(rank - 1)).to_be_focused()
    for key in ["Enter", "o"]:
        page.keyboard.press(key)
        expect(page.locator("#source-text mark").first).to_be_focused()
        assert "".join(page.locator("#source-text mark").all_text_contents()) == reply["passages"][2]["text"]
        page.keyboard.press("Escape")
        expect(page).not_to_have_url(re.compile("/d/"))
        expect(passage.nth(1)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("j/k o")
    expect(page.locator("#question")).to_have_value("j/k o")
    page.keyboard.press("ArrowDown")
    expect(passage.first).to_be_focused()


def test_back_and_forward_and_filter_are_in_the_address(page: Page) -> None:
    page.goto("/")
    type_question(page, HEAD)
    page.get_by_label("Search in").select_option("unicri-centre")
    expect(page).to_have_url("/?q=" + quote(HEAD).replace("%20", "+") + "&document=unicri-centre")
    with page.expect_response(lambda response: REFUSED in (response.request.post_data or "")) as refusal:
        type_question(page, REFUSED)
    assert refusal.value.request.post_data_json == {
        "question": REFUSED,
        "structure": True,
        "documents": ["unicri-centre"],
    }
    expect(page.locator("#refusal")).to_be_visible()
    page.go_back()
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("#question")).to_have_value(HEAD)
    page.go_back()
    expect(page.get_by_label("Search in")).to_have_value("")
    page.go_back()
    expect(page.locator("#result")).to_be_hidden()
    page.go_forward()
    expect(page.locator("#answer")).to_be_visible()


def test_a_reply_does_not_take_the_focus_from_the_next_question(page: Page) -> None:
    held: list[Route] = []
    page.route("**/v1/ask", lambda route: held.append(route))
    page.goto("/?q=" + quote(HEAD))
    box = page.get_by_label("Your question")
    box.press("Enter")
    box.fill(REFUSED)
    expect(page.locator("#status")).to_have_text("Searching the text…")
    held[-1].continue_()
    expect(page.locator("#answer")).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value(REFUSED)
    page.unroute("**/v1/ask")
    page.keyboard.press("Enter")
    expect(page.locator("#refusal")).to_be_visible()
    expect(page.locator("#verdict")).to_be_focused()


@pytest.mark.parametrize("width", [360, 1200])
def test_back_and_forward_show_what_was_shown_without_asking_anew(page: Page, width: int) -> None:
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request.post_data_json) if request.url.endswith("/ask") else None)
    page.set_viewport_size({"width": width, "height": 640})
    page.goto("/")
    type_question(page, HEAD)
    expect(page.locator("#answer")).to_be_visible()
    last = page.locator(".open").last
    last.click()
    panel = page.locator("#source")
    expect(panel).to_be_visible()
    before = page.evaluate("scrollY")
    assert before > 0
    page.go_back()
    expect(panel).to_be_hidden()
    assert page.evaluate("scrollY") == before
    type_question(page, REFUSED)
    expect(page.locator("#refusal")).to_be_visible()
    page.get_by_role("link", name=re.compile("Cooperation")).first.click()
    expect(page.locator("#question")).to_have_value("What does the text say about Cooperation?")
    assert len(asked) == 3
    page.go_back()
    expect(page.locator("#question")).to_have_value(REFUSED)
    expect(page.locator("#refusal")).to_be_visible()
    page.go_back()
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("#answer")).to_be_visible()
    page.go_back()
    expect(page.locator("#result")).to_be_hidden()
    for _ in range(2):
        page.go_forward()
    expect(page.locator("#refusal")).to_be_visible()
    assert len(asked) == 3
    # Asked by hand, it is asked anew: the texts may have changed.
    type_question(page, REFUSED)
    expect(page.locator("#refusal")).to_be_visible()
    assert len(asked) == 4


def test_questions_to_begin_with_are_made_from_headings(page: Page) -> None:
    def listing(*documents: list[str]) -> list[dict[str, Any]]:
        return [
            {"id": str(number), "title": "T", "sections": [{"path": [heading]} for heading in headings]}
            for number, headings in enumerate(documents)
        ]

    given = listing(
        ["Introduction", "Fees", "1.2 The *opening* hours", "Rules of procedure . . . . . 7"],
        ["How do I park?", "Contents"],
        ["UNICRI Centre"],
        [],
    )
    page.route("**/v1/documents?*", lambda route: route.fulfill(json=given))
    page.goto("/")
    expect(page.locator("#examples button")).to_have_text(
        [
            "What does the text say about the opening hours?",
            "How do I park?",
            "What does the text say about UNICRI Centre?",
            "What does the text say about Fees?",
        ]
    )
    page.get_by_role("button", name="How do I park?").click()
    expect(page.locator("#question")).to_have_value("How do I park?")
    expect(page.locator("#refusal")).to_be_visible()


def test_where_no_heading_says_anything_there_are_no_examples(page: Page) -> None:
    given = [{"id": "a", "title": "T", "sections": [{"path": []}, {"path": ["Contents"]}]}]
    page.route("**/v1/documents?*", lambda route: route.fulfill(json=given))
    page.goto("/")
    expect(page.locator("#scope")).to_contain_text("T")
    expect(page.locator("#examples")).to_be_hidden()
