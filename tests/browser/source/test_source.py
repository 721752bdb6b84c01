"""The source beside an answer: where it opens."""

import re
from urllib.parse import quote

import pytest

from tests.browser.common import IN_A_BROWSER, Page, api, expect
from tests.browser.service_stub import EMOJI, HEAD

pytestmark = IN_A_BROWSER


@pytest.mark.parametrize("question", [HEAD, EMOJI])
def test_source_opens_at_the_quote(page: Page, base_url: str, question: str) -> None:
    evidence = api(base_url, "/v1/ask", {"question": question})["answer"]["evidence"][0]
    document = api(base_url, "/v1/documents/" + quote(evidence["document"]))
    page.goto("/?q=" + quote(question))
    page.locator(".evidence a").click()
    mark = page.locator("#source-text mark")
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport()
    assert mark.text_content() == evidence["quote"] == document["text"][evidence["start"] : evidence["end"]]
    assert page.locator("#source-text").text_content() == document["text"]
    labels = [section["path"][-1] if section["path"] else document["title"] for section in document["sections"]]
    assert page.locator("#source-sections button").all_text_contents() == labels
    page.get_by_role("button", name=labels[-1], exact=True).click()
    expect(page.get_by_role("heading", name=labels[-1], exact=True)).to_be_focused()
    link = page.url
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(page.locator(".evidence a")).to_be_focused()
    expect(page).not_to_have_url(re.compile("/d/"))
    page.goto(link)
    expect(mark).to_be_in_viewport()


def test_a_single_document_needs_no_filter_and_can_be_read(page: Page, base_url: str) -> None:
    first = api(base_url, "/v1/documents/unicri-centre")
    page.route("**/v1/documents?*", lambda route: route.fulfill(json=[first]))
    page.goto("/")
    expect(page.locator("#scope")).to_have_text(f"{first['title']}Read it")
    expect(page.get_by_label("Search in")).to_be_hidden()
    page.get_by_role("link", name="Read it").click()
    expect(page.locator("#source-title")).to_have_text(first["title"])
    expect(page.locator("#source-text")).to_be_focused()
    expect(page.locator("#source-text mark")).to_have_count(0)
