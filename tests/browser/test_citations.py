"""Links to quotes: they open here, say what became of the quote, and go with it wherever it is copied."""

import json
import re
from typing import Any
from urllib.parse import quote as percent_encoded

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.answering.citations.links import link_to
from tests.browser.common import IN_A_BROWSER, Page, api, expect, problem, type_question
from tests.browser.service_stub import EMOJI, HEAD, TEXTS, Texts, evidence_of
from tests.service.answering.citations.signs import TEXTS as ANY_TEXTS

pytestmark = IN_A_BROWSER


def evidence_for(base_url: str, question: str = HEAD) -> dict[str, Any]:
    evidence: dict[str, Any] = api(base_url, "/v1/ask", {"question": question})["answer"]["evidence"][0]
    return evidence


def link(evidence: dict[str, Any], **changes: str) -> str:
    """The address of the evidence, with some of it changed."""
    fields = {name: str(evidence[name]) for name in ("start", "end", "quote", "prefix", "suffix", "sha256")}
    return link_to(evidence["document"], fields | changes)


@pytest.mark.parametrize("question", [HEAD, EMOJI])
def test_a_link_opens_at_its_quote(page: Page, base_url: str, question: str) -> None:
    evidence = evidence_for(base_url, question)
    assert link(evidence) == evidence["url"]
    page.goto(evidence["url"])
    expect(page.locator("#source-text mark")).to_have_text(evidence["quote"])
    expect(page.locator("#source-text mark")).to_be_focused()
    expect(page.locator("#source-notice")).to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(page).to_have_url(f"{base_url}/")


def test_a_document_alone_opens_at_its_beginning(page: Page) -> None:
    page.goto("/d/" + percent_encoded(list(TEXTS)[1]))
    expect(page.locator("#source-text")).to_contain_text("Nothing else 𝔞.")
    assert page.locator("#source-text").text_content() == list(TEXTS.values())[1]
    expect(page.locator("#source-text")).to_be_focused()
    expect(page.locator("#source-text mark")).to_have_count(0)


def test_what_cannot_be_in_a_link_is_left_out(page: Page, base_url: str) -> None:
    evidence = evidence_for(base_url)
    page.goto(link(evidence, start="-1", end="9" * 20, sha256="none"))
    expect(page.locator("#source-notice")).to_contain_text("the quote moved")
    expect(page.locator("#source-text mark")).to_have_text(evidence["quote"])
    page.goto("/d/%E0%A4%A#start=1")
    expect(page.locator("#source-title")).to_have_text("%E0%A4%A")


MOVED = "the quote moved, and is marked where it stands now."
OTHER = {"sha256": "0" * 64}


@pytest.mark.parametrize(
    ("changes", "said", "marked"),
    [
        (OTHER, "The text has changed since: the quote still stands here.", True),
        (
            OTHER | {"start": "3"},
            "The text has changed since: the quote moved, and is marked where it stands now.",
            True,
        ),
        ({"start": "3"}, "The link is not right: the quote moved, and is marked where it stands now.", True),
        (OTHER | {"quote": "Not there at all"}, "The text has changed since: the quote is gone.", False),
    ],
)
def test_an_old_link_says_what_became_of_the_quote(
    page: Page, base_url: str, changes: dict[str, str], said: str, marked: bool
) -> None:
    evidence = evidence_for(base_url)
    page.goto(link(evidence, **changes))
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
    assert page.locator("#source-text mark").all_text_contents() == ([evidence["quote"]] if marked else [])


def test_a_link_to_a_document_that_was_removed_says_so(page: Page, base_url: str) -> None:
    evidence = evidence_for(base_url)
    gone = link_to("removed", {name: str(evidence[name]) for name in ("start", "end", "quote", "sha256")})
    page.route("**/v1/documents/removed*", lambda route: route.fulfill(**problem(404, "Nothing has that name", "none")))
    page.goto(gone)
    expect(page.get_by_role("status").filter(has_text="it was removed, or the link is not right")).to_be_visible()
    expect(page.locator("#source-title")).to_have_text("removed")
    expect(page.locator("#source-text")).to_be_empty()
    expect(page.locator("#problem")).to_be_hidden()
    expect(page).to_have_url(base_url + gone)
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{base_url}/")
    page.goto(evidence["url"])
    expect(page.locator("#source-notice")).to_be_empty()


BEFORE = """(mark) => {
  const range = document.createRange();
  range.setStart(document.querySelector("#source-text"), 0);
  range.setEndBefore(mark);
  return range.toString().length;
}"""  # UTF-16 units of the text before what is marked


def test_of_several_places_the_likeliest_is_marked(page: Page) -> None:
    name = "unicri-centre"
    text = TEXTS[name]
    start = text.rindex("Centre")
    evidence = evidence_of(name, start, start + 6)
    page.goto(link(evidence, start="0", end="6", **OTHER))
    expect(page.locator("#source-notice")).to_contain_text(f"the quote stands {text.count('Centre')} times.")
    before = page.locator("#source-text mark").evaluate(BEFORE)
    assert before == len(text[:start].encode("utf-16-le")) // 2


def test_what_comes_nearest_to_a_quote_that_is_gone_is_marked(page: Page, base_url: str) -> None:
    evidence = evidence_for(base_url)
    page.goto(link(evidence, quote=evidence["quote"].replace("founding", "first"), **OTHER))
    expect(page.locator("#source-notice")).to_have_text(
        "The text has changed since: the quote is gone. What comes nearest is marked."
    )
    expect(page.locator("#source-text mark")).to_contain_text(evidence["quote"])


def test_back_and_forward_close_and_open_the_text(page: Page, base_url: str) -> None:
    evidence = evidence_for(base_url)
    page.goto("/")
    type_question(page, HEAD)
    asked = page.url
    mark, panel = page.locator("#source-text mark"), page.locator("#source")
    page.locator(".evidence a").click()
    expect(mark).to_be_focused()
    assert page.url.split("#")[1] == evidence["url"].split("#")[1]
    page.go_back()
    expect(panel).to_be_hidden()
    expect(page).to_have_url(asked)
    expect(page.locator("#answer")).to_be_visible()
    page.go_forward()
    expect(mark).to_have_text(evidence["quote"])
    page.keyboard.press("Escape")
    expect(page).to_have_url(asked)
    expect(page.locator(".evidence a")).to_be_focused()
    page.go_back()
    expect(page).to_have_url(f"{base_url}/")
    other = link(evidence_of("unicri-centre", 0, 6))
    page.goto(evidence["url"])
    page.evaluate("(to) => { location.hash = to }", other.split("#")[1])
    expect(mark).to_have_text(["= ", "UNIC"])
    page.go_back()
    expect(mark).to_have_text(evidence["quote"])


def test_a_quote_is_copied_with_its_source_by_keyboard(page: Page, base_url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    evidence = evidence_for(base_url, EMOJI)
    page.goto("/?q=" + percent_encoded(EMOJI))
    page.locator(".evidence a").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    group = page.get_by_role("group", name="Copy this quote as")
    copied = {}
    for button in group.get_by_role("button").all():
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        expect(group.get_by_role("status")).to_have_text("Copied")
        copied[button.text_content()] = page.evaluate("navigator.clipboard.readText()")
    url, title = base_url + evidence["url"], "Notes 🎉 › 👩‍🚀 & <b>Friends</b>"
    where = f"{title}, characters {evidence['start']} to {evidence['end']}"
    in_markdown = re.sub("([&<>])", r"\\\1", where)
    in_latex = where.replace("&", r"\&").replace("<", r"\textless{}").replace(">", r"\textgreater{}")
    assert copied == {
        "Quote with source": f"“{evidence['quote']}”\n\nSource: {where}\n{url}\n",
        "Markdown": f"> {evidence['quote']}\n\nSource: [{in_markdown}]({url})\n",
        "BibTeX": f"@misc{{naivecafe100-{evidence['sha256'][:8]}-{evidence['start']},\n  title = {{{{Notes 🎉}}}},\n"
        f"  note = {{{in_latex}; SHA-256 of the text {evidence['sha256']}; snapshot {Texts.id}}},\n"
        f"  annotation = {{{evidence['quote']}}},\n  url = {{{url}}},\n}}\n",
        "Link": url,
    }


def test_what_cannot_be_copied_is_shown_selected(page: Page, base_url: str) -> None:
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.goto("/?q=" + percent_encoded(HEAD))
    page.locator(".copying summary").click()
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator(".copied")).to_have_text("Selected: press Ctrl+C")
    assert page.evaluate("getSelection().toString()") == base_url + evidence_for(base_url)["url"]


HOSTILE = "a*b_c [x](y) <i> `q` {}}{ \\ ~^ 100% & $5 #1\n# no heading\n- no item\n1. no item\n    no code"


def test_nothing_in_a_quote_is_taken_for_markdown_or_latex(page: Page) -> None:
    page.goto("/")
    given = {"document": "a", "title": "T", "section": [], "start": 0, "end": 9, "sha256": "0" * 64, "url": "/d/a"}
    copied = page.evaluate(
        "async (e) => { const { FORMATS } = await import('/pages/citation.js');"
        "return Object.fromEntries(Object.entries(FORMATS).map(([n, f]) => [n, f(e, { snapshot: 's_1' })])) }",
        given | {"quote": HOSTILE},
    )
    from markdown_it import MarkdownIt

    shown = MarkdownIt().parse(copied["Markdown"])
    around = ["blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close"]
    assert [token.type for token in shown if token.level == 0] == around
    (inline,) = [token for token in shown if token.type == "inline" and token.level == 2]
    text = "".join("\n" if child.type == "hardbreak" else child.content for child in inline.children or ())
    assert {child.type for child in inline.children or ()} <= {"text", "text_special", "hardbreak"}
    assert text == HOSTILE.replace("    no code", "no code")
    annotation = next(line for line in copied["BibTeX"].splitlines() if "annotation" in line)
    body = annotation.removeprefix("  annotation = {").removesuffix("},")
    assert body.count("{") == body.count("}")
    assert not re.search(r"(?<!\\)[$&#_%]", body)


def test_positions_are_right_in_javascript(page: Page) -> None:
    page.goto("/")

    def check(text: str, ends: tuple[int, int], name: str) -> None:
        start, end = sorted(at % (len(text) + 1) for at in ends)
        units = [len(text[:at].encode("utf-16-le")) // 2 for at in (start, end)]
        found = page.evaluate(
            "async ([text, [start, end], [start16, end16], at]) => {"
            "const { slice } = await import('/pages/text.js');"
            "const { linkTo, readLink } = await import('/pages/citation.js');"
            "const link = linkTo(at), url = new URL(link, location.origin);"
            "return [slice(text, start, end), text.slice(start16, end16), link, JSON.stringify(readLink(url))] }",
            [text, [start, end], units, {"document": name, "start": start, "end": end, "quote": text}],
        )
        fields = {"start": str(start), "end": str(end), "quote": text}
        at = {"document": name, "start": start, "end": end, "quote": text}
        assert found[:3] == [text[start:end], text[start:end], link_to(name, fields)]
        assert json.loads(found[3]) == at

    positions = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))
    names = st.text("aé%?#&+' (*)!~/🎉", min_size=1).filter(lambda name: name.strip("/. ") == name and "//" not in name)
    settings(max_examples=100, deadline=None)(given(ANY_TEXTS, positions, names)(check))()
