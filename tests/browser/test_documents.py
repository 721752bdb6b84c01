"""Choosing the document to search in, among few and among many."""

import json
from urllib.parse import parse_qs, urlsplit

from tests.browser.common import IN_A_BROWSER, Page, Route, expect
from tests.browser.service_stub import TEXTS

pytestmark = IN_A_BROWSER
MANY = 10_000


def serve_many(page: Page) -> list[dict[str, str]]:
    """Have the list hold many documents; gives the parameters of each request for it, as they come."""
    asked: list[dict[str, str]] = []

    def reply(route: Route) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()}
        asked.append(query)
        ids = [f"notes/{number:05}" for number in range(MANY)]
        fitting = [{"id": name, "title": f"Note {name}"} for name in ids if query.get("q", "") in name]
        listed = fitting[: int(query["limit"])]
        headers = {"x-total-count": str(len(fitting)), "content-type": "application/json"}
        route.fulfill(body=json.dumps(listed), headers=headers)

    page.route("**/v1/documents?*", reply)
    return asked


def test_few_documents_are_all_on_offer(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#filter option")).to_have_count(1 + len(TEXTS))
    expect(page.locator("#find")).to_be_hidden()
    expect(page.locator("#scope")).to_have_text(f"{len(TEXTS)} documents")


def test_of_many_documents_only_some_are_fetched_and_the_others_found(page: Page) -> None:
    asked = serve_many(page)
    page.goto("/")
    expect(page.locator("#scope")).to_have_text(f"{MANY} documents")
    expect(page.locator("#filter option").last).to_have_text("9900 more: type a part of the name")
    assert asked == [{"limit": "100"}]
    page.locator("#find").fill("0777")
    expect(page.locator("#filter option")).to_have_count(1 + 11)
    page.locator("#filter").select_option("notes/07771")
    page.locator("#find").fill("nothing")
    expect(page.locator("#filter option")).to_have_text(["All documents", "notes/07771"])
    expect(page.locator("#filter")).to_have_value("notes/07771")
    assert {query["limit"] for query in asked} == {"100"}


def test_a_document_in_the_address_stays_chosen_though_it_is_not_listed(page: Page) -> None:
    serve_many(page)
    page.goto("/?document=notes/09999")
    expect(page.locator("#filter option")).to_have_count(1 + 1 + 100 + 1)
    expect(page.locator("#filter")).to_have_value("notes/09999")
