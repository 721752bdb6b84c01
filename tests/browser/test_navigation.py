"""Getting about: by keyboard alone, and by the address."""

import re
from urllib.parse import quote

from tests.browser.common import IN_A_BROWSER, Page, api, expect, type_question
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
        assert "".join(page.locator("#source-text mark").all_text_contents()) == reply["passages"][1]["text"]
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
    assert refusal.value.request.post_data_json == {"question": REFUSED, "documents": ["unicri-centre"]}
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
