"""Right or wrong, below a reply; and where the right answer stands, selected in the source."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.common import IN_A_BROWSER, Page, expect, problem
from tests.browser.service_stub import EMOJI, HEAD, REFUSED, REQUEST_ID, TEXTS

pytestmark = IN_A_BROWSER

# Selects words in the open source as a person does who drags over them, with the blank after them.
SELECT = """(words) => {
  const texts = document.createTreeWalker(document.getElementById("source-text"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const at = texts.currentNode.data.indexOf(words);
    if (at >= 0) {
      getSelection().setBaseAndExtent(texts.currentNode, at, texts.currentNode, at + words.length);
      return;
    }
  }
}"""


def select(page: Page, words: str) -> None:
    """Select words in the open source, once they are shown."""
    expect(page.locator("#source-text")).to_contain_text(words.strip())
    page.evaluate(SELECT, words)


def sent(page: Page, button: str) -> dict[str, Any]:
    """What the page sends when the button is pressed."""
    with page.expect_request("**/v1/feedback") as request:
        page.get_by_role("button", name=button, exact=True).click()
    body: dict[str, Any] = json.loads(request.value.post_data or "")
    return body


@pytest.mark.parametrize(("question", "asked"), [(HEAD, "Is this answer right?"), (REFUSED, "Is it right that")])
def test_right_is_one_press(page: Page, question: str, asked: str) -> None:
    page.goto("/?q=" + quote(question))
    expect(page.locator(".feedback")).to_contain_text(asked)
    assert sent(page, "Right") == {"request": REQUEST_ID, "right": True}
    expect(page.locator(".feedback")).to_contain_text("Thank you")
    expect(page.get_by_role("button", name="Wrong", exact=True)).to_be_hidden()


def test_wrong_says_where_the_right_answer_stands(page: Page) -> None:
    page.goto("/?q=" + quote(EMOJI))
    page.get_by_role("button", name="Wrong", exact=True).click()
    page.locator(".evidence a").click()
    here = page.locator("#answer-here")
    expect(here).to_be_disabled()
    words = "😀 was first. "
    select(page, words)
    here.click()
    expect(page.locator("#source")).to_be_hidden()
    expect(page.locator(".feedback blockquote")).to_have_text(words.strip())
    expect(page.get_by_label("What is wrong, if you like")).to_be_focused()
    page.keyboard.type("It was Zoë.")
    body = sent(page, "Send")
    name = "notes/naïve café 100%?#"
    start = TEXTS[name].index(words)
    evidence = {"document": name, "start": start, "end": start + len(words) - 1, "quote": words.strip()}
    assert body == {"request": REQUEST_ID, "right": False, "comment": "It was Zoë.", "evidence": evidence}
    expect(page.locator(".feedback")).to_contain_text("Thank you")
    page.locator(".evidence a").click()
    expect(here).to_be_hidden()


def test_words_are_found_where_not_all_of_the_text_is_shown(page: Page) -> None:
    page.goto("/?q=" + quote(EMOJI))
    page.get_by_role("button", name="Wrong", exact=True).click()
    page.locator(".evidence a").click()
    expect(page.locator("#source-text mark")).to_be_focused()
    page.locator("#source-text .markup").first.evaluate("(marks) => marks.remove()")
    select(page, "🎉🎉 was")
    page.locator("#answer-here").click()
    expect(page.locator(".feedback blockquote")).to_have_text("🎉🎉 was")
    evidence = sent(page, "Send")["evidence"]
    assert TEXTS[evidence["document"]][evidence["start"] : evidence["end"]] == "🎉🎉 was"


def test_words_that_do_not_stand_in_one_piece_are_not_taken(page: Page) -> None:
    page.goto("/?q=" + quote(EMOJI))
    page.get_by_role("button", name="Wrong", exact=True).click()
    page.locator(".evidence a").click()
    expect(page.locator("#source-text mark")).to_be_focused()
    page.locator("#source-text").evaluate("(text) => text.append('not of the text')")
    select(page, "not of the")
    page.locator("#answer-here").click()
    expect(page.locator("#source .fault")).to_contain_text("select fewer")
    expect(page.locator("#source")).to_be_visible()


def test_wrong_may_say_no_more(page: Page) -> None:
    page.goto("/?q=" + quote(HEAD))
    page.get_by_role("button", name="Wrong", exact=True).click()
    assert sent(page, "Send") == {"request": REQUEST_ID, "right": False, "comment": ""}


def test_words_are_asked_for_only_while_a_reply_is_called_wrong(page: Page) -> None:
    page.goto("/?q=" + quote(HEAD))
    wrong = page.get_by_role("button", name="Wrong", exact=True)
    wrong.click()
    expect(wrong).to_have_attribute("aria-expanded", "true")
    page.get_by_label("Your question").fill(EMOJI)
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_contain_text("party")
    page.locator(".evidence a").click()
    expect(page.locator("#source-text mark")).to_be_focused()
    select(page, "was first")
    expect(page.locator("#answer-here")).to_be_hidden()


def test_what_was_not_kept_can_be_sent_again(page: Page) -> None:
    page.goto("/?q=" + quote(HEAD))
    full = problem(507, "No more can be kept", "run `python -m eval adopt`")
    page.route("**/v1/feedback", lambda route: route.fulfill(**full))
    sent(page, "Right")
    expect(page.locator(".feedback")).to_contain_text("No more can be kept: run `python -m eval adopt`")
    page.unroute("**/v1/feedback")
    sent(page, "Right")
    expect(page.locator(".feedback")).to_contain_text("Thank you")
