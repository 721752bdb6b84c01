"""Answers and refusals on the page are those of the API."""

from urllib.parse import quote

import pytest

from tests.browser.common import IN_A_BROWSER, Page, api, expect, type_question
from tests.browser.service_stub import ATTACK, EMOJI, HEAD, REFUSED

pytestmark = IN_A_BROWSER


@pytest.mark.parametrize("question", [HEAD, EMOJI])
def test_answer_and_highlight_are_the_texts_own_code_points(page: Page, base_url: str, question: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": question})
    evidence = reply["answer"]["evidence"][0]
    page.goto("/")
    type_question(page, question)
    assert page.locator("#answer").text_content() == reply["answer"]["text"]
    assert page.locator(".passage .text").all_text_contents() == [hit["text"] for hit in reply["passages"]]
    assert page.locator(".passage mark").all_text_contents() == [evidence["quote"]]
    assert page.locator(".passage .offsets").all_text_contents() == [
        f"{hit['start']}–{hit['end']}" for hit in reply["passages"]
    ]
    assert page.get_by_role("meter").get_attribute("aria-valuenow") == str(round(reply["confidence"] * 100))
    where = " › ".join([reply["passages"][0]["title"], *reply["passages"][0]["section"]])
    assert page.locator(".evidence cite").text_content() == f"{where}{evidence['start']}–{evidence['end']}"
    assert page.locator("#snapshot").text_content() == reply["snapshot"]


@pytest.mark.parametrize("question", [HEAD, EMOJI])
def test_the_words_that_answer_are_bold_and_the_level_is_said(page: Page, base_url: str, question: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": question})
    page.goto("/?q=" + quote(question))
    expect(page.locator("#answer strong")).to_have_text(reply["answer"]["short"]["text"])
    meaning = "Sure: the chance that this answer is right, judged by questions about other texts"
    expect(page.locator(".confidence span")).to_have_text(meaning)


def test_a_refusal_helps(page: Page, base_url: str) -> None:
    abstained = api(base_url, "/v1/ask", {"question": REFUSED})["abstained"]
    page.goto("/?q=" + quote(REFUSED))
    expect(page.locator("#nearest a")).to_have_text(abstained["nearest"]["quote"])
    page.locator("#nearest a").press("Enter")
    expect(page.locator("#source-text mark")).to_have_text(abstained["nearest"]["quote"])


def test_a_name_that_no_text_holds_can_be_replaced(page: Page, base_url: str) -> None:
    meant = api(base_url, "/v1/ask", {"question": REFUSED})["did_you_mean"]
    page.goto("/?q=" + quote(REFUSED))
    page.locator("#did-you-mean a").click()
    expect(page.locator("#question")).to_have_value(meant)
    expect(page.locator("#did-you-mean")).to_have_count(0)


def test_refusal_is_shown_as_one(page: Page, base_url: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": REFUSED})
    page.goto("/")
    page.get_by_role("button", name=REFUSED).click()
    expect(page.locator("#refusal")).to_have_text(reply["abstained"]["message"])
    expect(page.locator("#verdict")).to_have_text("No answer")
    expect(page.locator("#understood")).to_have_text("Understood as: What is gravity?")
    expect(page.locator("#answer")).to_have_count(0)
    expect(page.locator(".confidence strong")).to_have_text(f"{round(reply['confidence'] * 100)}%")
    expect(page.get_by_role("heading", name="Closest passages")).to_be_visible()
    expect(page.locator(".passage")).to_have_count(len(reply["passages"]))
    expect(page.locator(".passage mark")).to_have_count(0)


def test_a_quote_can_be_checked(page: Page, base_url: str) -> None:
    evidence = api(base_url, "/v1/ask", {"question": HEAD})["answer"]["evidence"][0]
    verdict = api(base_url, "/v1/verify", {key: evidence[key] for key in ("document", "start", "end", "quote")})
    page.goto("/?q=" + quote(HEAD))
    page.get_by_role("button", name="Check this quote").click()
    expect(page.locator(".verdict")).to_have_text(f"✓ {verdict['reason']}")
    page.route("**/v1/verify", lambda route: route.fulfill(json={"valid": False, "reason": "it was changed"}))
    page.get_by_role("button", name="Check this quote").click()
    expect(page.locator(".verdict")).to_have_text("✗ it was changed")


def test_markup_in_a_text_stays_text(page: Page) -> None:
    page.goto("/?q=" + quote(EMOJI))
    expect(page.locator(".passage .text").first).to_contain_text(ATTACK)
    page.locator(".evidence a").click()
    expect(page.locator("#source-text")).to_contain_text(ATTACK)
    assert page.locator("#result script, #result img, #result b, #source script, #source img, #source b").count() == 0


def test_the_curl_line_is_copied_and_safe_for_a_shell(page: Page, base_url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/?q=" + quote("What's new?"))
    page.get_by_text("Ask from a terminal").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#copied")).to_have_text("Copied")
    line = f"curl -s {base_url}/v1/ask -H 'content-type: application/json' -d '" + "{\"question\":\"What'\\''s new?\"}'"
    assert page.evaluate("navigator.clipboard.readText()") == line


def test_copies_and_a_newer_version_are_named(page: Page, base_url: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": HEAD})
    reply["passages"][1] |= {"copies": ["b:0-5", "c:7-12"], "superseded_by": ATTACK}
    page.route("**/v1/ask", lambda route: route.fulfill(json=reply))
    page.goto("/?q=" + quote(HEAD))
    expect(page.locator(".passage").nth(1).locator(".note")).to_have_text(
        [f"A newer version says otherwise: {ATTACK}", "The same stands in b:0-5, c:7-12"]
    )
    expect(page.locator(".note")).to_have_count(2)
