"""The library: what is searched, found by title, a page at a time."""

import re

from tests.browser.common import IN_A_BROWSER, Page, api, expect
from tests.browser.service_stub import ATTACK, HEAD, TEXTS
from tests.browser.views.samples import serve_documents

pytestmark = IN_A_BROWSER
MANY, LISTED = 10_000, 50


def test_documents_show_their_size_headings_and_metadata(page: Page, base_url: str) -> None:
    known = api(base_url, "/v1/documents/unicri-centre")
    metadata = {"author": ATTACK, "modified": "2026-01-02"}
    page.route("**/v1/documents?*", lambda route: route.fulfill(json=[known | {"metadata": metadata}]))
    page.goto("/library")
    expect(page.locator(".documents h2")).to_have_text([known["title"]])
    expect(page.locator(".documents .quiet").first).to_have_text(f"unicri-centre · {known['length']:,} characters")
    headings = [section["path"][-1] for section in known["sections"] if section["path"]]
    page.get_by_text(f"{len(headings)} headings").click()
    expect(page.locator(".outline a")).to_have_text(headings)
    page.get_by_text("Metadata").click()
    expect(page.locator(".facts-list dd")).to_have_text(list(metadata.values()))
    expect(page.locator("#view-title")).to_have_text("Library")
    expect(page).to_have_title("Library · Ask the text")


def test_a_document_opens_at_its_start_or_at_a_heading_over_the_library(page: Page) -> None:
    page.goto("/library")
    page.get_by_text(re.compile("headings$")).first.click()
    heading = page.locator(".outline a").last
    name = heading.text_content() or ""
    heading.click()
    expect(page.locator("#source-text").get_by_role("heading", name=name, exact=True)).to_be_focused()
    expect(page).to_have_url(re.compile(r"/d/.+\?view=library#"))
    page.reload()
    expect(page.locator("#source")).to_be_visible()
    expect(page.locator(".documents > li")).to_have_count(len(TEXTS))
    page.keyboard.press("Escape")
    expect(page).to_have_url("/library")
    page.locator(".documents .title").first.click()
    expect(page.locator("#source-text")).to_be_focused()
    page.go_back()
    expect(page.locator("#source")).to_be_hidden()
    expect(page).to_have_url("/library")
    page.go_forward()
    expect(page.locator("#source")).to_be_visible()


def test_many_documents_are_paged_and_found(page: Page) -> None:
    asked = serve_documents(page, MANY)
    page.goto("/library")
    listed, total = page.locator(".documents > li"), page.locator(".total")
    expect(total).to_have_text("1 to 50 of 10,000 documents")
    expect(listed).to_have_count(LISTED)
    for first in (51, 101):
        page.get_by_role("link", name="Next page").click()
        expect(total).to_have_text(f"{first} to {first + 49} of 10,000 documents")
        expect(page.locator("#view-title")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/library\?after=notes%2F00099$"))
    expect(listed).to_have_count(LISTED)
    page.get_by_role("link", name="Previous page").click()
    expect(total).to_have_text("51 to 100 of 10,000 documents")
    page.go_back()
    page.reload()
    expect(total).to_have_text("50 of 10,000 documents")  # how many are before it is not in the address
    page.get_by_role("link", name="First page").click()
    expect(total).to_have_text("1 to 50 of 10,000 documents")
    page.keyboard.press("/")
    page.keyboard.type("0777")
    expect(listed).to_have_count(11)
    expect(page.get_by_label("Find documents")).to_be_focused()
    expect(page).to_have_url("/library?q=0777")
    page.get_by_label("Find documents").fill("nothing")
    expect(total).to_have_text("No title or name holds “nothing”")
    expect(page.locator(".pages")).to_be_hidden()
    assert {query["limit"] for query in asked} == {str(LISTED), "100"}  # 100 for the filter of a question, once
    assert page.evaluate("document.querySelectorAll('*').length") < 1500


def test_a_document_can_be_asked_alone(page: Page) -> None:
    page.goto("/library")
    page.get_by_role("link", name=re.compile("^Ask this document")).first.click()
    expect(page.locator("#question")).to_be_focused()
    expect(page.get_by_label("Search in")).to_have_value("unicri-centre")
    page.keyboard.type(HEAD)
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_visible()
