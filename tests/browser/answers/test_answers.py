"""Answers and refusals on the page are those of the API."""

from urllib.parse import quote

import pytest

from tests.browser.common import IN_A_BROWSER, Page, api, expect, problem, type_question
from tests.browser.service_stub import ATTACK, EMOJI, HEAD, ITEM, REFUSED, ROW, Texts

pytestmark = IN_A_BROWSER
HOLDS = "✓ Word for word in the document"


@pytest.mark.parametrize("question", [HEAD, EMOJI, ITEM, ROW])
def test_the_reply_is_shown_in_the_texts_own_code_points(page: Page, base_url: str, question: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": question})
    answer, passages = reply["answer"], reply["passages"]
    page.goto("/")
    type_question(page, question)
    assert "".join(page.locator("#answer .said").all_text_contents()) == answer["text"]
    assert "".join(page.locator("#answer .short").all_text_contents()) == answer["short"]["text"]
    # The passage that the answer stands in is in the card, folded, and not listed again.
    whole = page.locator(".evidence .whole .text")
    assert "".join(whole.locator("mark").all_text_contents()) == answer["evidence"][0]["quote"]
    assert page.locator(".passage .text").all_text_contents() == [hit["text"] for hit in passages[1:]]
    assert page.locator(".passage mark").count() == 0
    assert page.locator(".passage").evaluate_all("all => all.map(each => each.dataset.rank)") == ["2", "3", "4", "5"]
    assert page.locator("#snapshot").text_content() == reply["snapshot"]


def test_figures_are_folded(page: Page, base_url: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": HEAD})
    evidence = reply["answer"]["evidence"][0]
    page.goto("/?q=" + quote(HEAD))
    position = page.get_by_text(f"{evidence['start']}–{evidence['end']}", exact=True)
    expect(position).to_be_hidden()
    page.locator(".evidence").get_by_text("Details").click()
    expect(position).to_be_visible()
    figures = page.locator(".passage").first.locator("dd")
    expect(figures.first).to_be_hidden()
    page.locator(".passage").first.get_by_text("Details").click()
    second = reply["passages"][1]
    expect(figures).to_have_text([f"{second['score']:.3f}", "0.612", "0.750", f"{second['start']}–{second['end']}"])


@pytest.mark.parametrize("question", [HEAD, EMOJI])
def test_the_words_that_answer_are_bold_and_the_level_is_said(page: Page, base_url: str, question: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": question})
    page.goto("/?q=" + quote(question))
    expect(page.locator("#answer .short")).to_have_text(reply["answer"]["short"]["text"])
    expect(page.locator(".confidence strong")).to_have_text("Sure")
    meaning = "92% of answers given like this are right, judged by questions about other texts"
    expect(page.locator(".confidence span")).to_have_text(meaning)
    assert page.get_by_role("meter").get_attribute("aria-valuenow") == "92"


def test_the_sentences_beside_the_answer_are_the_texts_own(page: Page, base_url: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": HEAD})
    first, evidence = reply["passages"][0], reply["answer"]["evidence"][0]
    page.goto("/?q=" + quote(HEAD))
    expect(page.locator("#answer")).to_be_visible()
    (before,) = page.locator("#answer .beside").all_text_contents()
    assert before.startswith("Irakli Beridze is")
    shown = page.locator("#answer").text_content() or ""
    assert shown == before + evidence["quote"]
    assert shown in first["text"]


def test_a_row_is_shown_below_its_header(page: Page) -> None:
    page.goto("/?q=" + quote(ROW))
    table = page.locator("#answer table")
    expect(table.locator("th")).to_have_text(["Berth", "Fee a day", "Note"])
    expect(table.locator("tr").nth(1).locator("td")).to_have_text(["North", "12 euro", "quiet"], use_inner_text=True)
    assert "".join(page.locator("#answer td .said:visible").all_inner_texts()) == "North12 euroquiet"
    assert page.locator("#answer .elsewhere .said").count() == 0


def test_a_refusal_says_what_to_try(page: Page, base_url: str) -> None:
    abstained = api(base_url, "/v1/ask", {"question": REFUSED})["abstained"]
    page.goto("/?document=unicri-centre&q=" + quote(REFUSED))
    expect(page.locator("#result")).to_be_visible()
    assert "".join(page.locator("#nearest .said").all_text_contents()) == abstained["nearest"]["quote"]
    expect(page.locator("#nearest .verdict")).to_have_text(HOLDS)
    expect(page.locator("#missing")).to_have_text("Leave out “gravity”, or say it in other words.")
    page.locator("#nearest a").press("Enter")
    expect(page.locator("#source-text mark")).to_have_text(abstained["nearest"]["quote"])
    page.keyboard.press("Escape")
    other = page.get_by_role("link", name="What does the text say about Cooperation?")
    other.click()
    expect(page.locator("#question")).to_have_value("What does the text say about Cooperation?")
    expect(page.get_by_label("Search in")).to_have_value("unicri-centre")
    page.get_by_role("link", name="Search in all documents").click()
    expect(page.get_by_label("Search in")).to_have_value("")
    expect(page.get_by_role("link", name="Search in all documents")).to_have_count(0)
    page.go_back()
    expect(page.get_by_label("Search in")).to_have_value("unicri-centre")


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
    expect(page.locator(".confidence")).to_contain_text(f"a chance of {round(reply['confidence'] * 100)}%")
    expect(page.get_by_role("heading", name="Closest passages")).to_be_visible()
    expect(page.locator(".passage")).to_have_count(len(reply["passages"]))
    expect(page.locator(".passage mark")).to_have_count(0)


def test_quotes_are_compared_with_the_document_at_once(page: Page, base_url: str) -> None:
    evidence = api(base_url, "/v1/ask", {"question": EMOJI})["answer"]["evidence"][0]
    with page.expect_request("**/v1/verify") as asked:
        page.goto("/?q=" + quote(EMOJI))
    sent = {name: evidence[name] for name in ("document", "start", "end", "quote")} | {"snapshot": Texts.id}
    assert asked.value.post_data_json == sent
    expect(page.locator(".verdict")).to_have_text(HOLDS)
    expect(page.locator(".card")).not_to_have_attribute("data-check", "invalid")


def test_a_quote_that_does_not_hold_is_said(page: Page, base_url: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": HEAD})
    reply["answer"]["evidence"][0]["quote"] = reply["answer"]["text"] = "He is the best Head of the Centre."
    page.route("**/v1/ask", lambda route: route.fulfill(json=reply))
    page.goto("/?q=" + quote(HEAD))
    expect(page.locator(".verdict")).to_contain_text("✗ This is not what the document says there: ")
    expect(page.locator(".card")).to_have_attribute("data-check", "invalid")


def test_a_quote_that_cannot_be_compared_can_be_compared_again(page: Page) -> None:
    page.route("**/v1/verify", lambda route: route.fulfill(**problem(503, "Busy", "ask again")))
    page.goto("/?q=" + quote(HEAD))
    expect(page.locator(".verdict")).to_contain_text("Not compared with the document: Busy: ask again")
    page.unroute("**/v1/verify")
    page.get_by_role("button", name="Compare again").click()
    expect(page.locator(".verdict")).to_have_text(HOLDS)


def test_markup_in_a_text_stays_text(page: Page) -> None:
    page.goto("/?q=" + quote(EMOJI))
    expect(page.locator("#answer")).to_contain_text(ATTACK)
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
    expect(page.locator(".passage").first.locator(".note")).to_have_text(
        [f"The version in force says otherwise: {ATTACK}", "The same stands in b:0-5, c:7-12"]
    )
    expect(page.locator(".passage .note")).to_have_count(2)
