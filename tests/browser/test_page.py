"""The page in a real browser, against canned replies that follow the contract; expectations are read from the API."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit
from urllib.request import Request, urlopen

import pytest

from corpus.sections import find_sections

pytest.importorskip("playwright", reason="the page's tests need playwright: pip install .[dev]")
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"the page's tests need Chromium at {CHROMIUM}"),
]

PAGES = Path(__file__).parents[2] / "service" / "web" / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]

HEAD = "Who is the head of the Centre?"
EMOJI = "Which party 🎉 was held?"
REFUSED = "What is the annual budget of the Centre?"
ATTACK = "<script>window.attacked = 1</script><img src=x onerror='window.attacked = 1'>"
TEXTS = {
    "unicri-centre": (Path(__file__).parents[2] / "corpus" / "texts" / "unicri-centre.txt").read_text(encoding="utf-8"),
    "notes/naïve café 100%?#": "= Notes 🎉 =\n\n== 👩‍🚀 & <b>Friends</b> ==\n\n"
    f"Zoë 😀 was first. A party 🎉🎉 was held in 🇳🇱 for 👩‍🚀s. {ATTACK} was printed.\n\n== Later ==\n\nNothing else 𝔞.",
}
SENTENCES = {
    HEAD: ("unicri-centre", "He is the founding Head of the Centre", "human rights."),
    EMOJI: ("notes/naïve café 100%?#", "A party", "👩‍🚀s."),
}


def document(name: str) -> dict[str, Any]:
    text = TEXTS[name]
    title, found = find_sections(text)
    sections = [{"path": list(one.path), "start": one.start, "end": one.end} for one in found]
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"id": name, "title": title, "sha256": digest, "length": len(text), "sections": sections, "text": text}


def passages() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in map(document, TEXTS):
        for section in one["sections"]:
            start, end = section["start"], section["end"]
            found.append({"document": one["id"], "title": one["title"], "section": section["path"]})
            found[-1] |= {
                "id": f"{one['id']}:{start}-{end}",
                "start": start,
                "end": end,
                "text": one["text"][start:end],
            }
            found[-1] |= {"signals": {"dense": 0.612345, "lexical": 0.75}}
    return found


def ask(body: dict[str, Any]) -> dict[str, Any]:
    question, only = body["question"], body.get("documents", list(TEXTS))
    hits = [one for one in passages() if one["document"] in only]
    reply = {
        "question": question,
        "understood": "What is gravity?" if question == REFUSED else None,
        "confidence": 0.0731,
        "answer": None,
        "snapshot": "20250101T000000-stub",
        "took_ms": 4.26,
    }
    if question in SENTENCES:
        name, first, last = SENTENCES[question]
        start = TEXTS[name].index(first)
        end = TEXTS[name].index(last, start) + len(last)
        hits.sort(key=lambda hit: not (hit["document"] == name and hit["start"] <= start < hit["end"]))
        evidence = {"document": name, "start": start, "end": end, "quote": TEXTS[name][start:end], "passage": 1}
        reply["answer"] = {"text": evidence["quote"], "kind": "extractive", "evidence": [evidence]}
        reply |= {"confidence": 0.9234, "abstained": None}
    else:
        message = "The text does not say: the closest passages are too far from the question."
        reply["abstained"] = {"code": "low_confidence", "message": message}
    scores = enumerate(hits[: body.get("top_k", 5)], 1)
    return reply | {"passages": [hit | {"rank": rank, "score": 1 - rank / 10} for rank, hit in scores]}


def verify(body: dict[str, Any]) -> dict[str, Any]:
    valid = TEXTS[body["document"]][body["start"] : body["end"]] == body["quote"]
    return {"valid": valid, "reason": "the quote stands at this position" if valid else "other text stands there"}


class Stub(BaseHTTPRequestHandler):
    """Serves the page as the real app does, content security policy included, and canned replies."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        file = PAGES / ("index.html" if path == "/" else path.removeprefix("/pages/"))
        if path == "/v1/documents":
            short = [{k: v for k, v in document(name).items() if k != "text"} for name in TEXTS]
            self.reply(json.dumps(short).encode(), "application/json")
        elif path.startswith("/v1/documents/"):
            self.reply(json.dumps(document(path.removeprefix("/v1/documents/"))).encode(), "application/json")
        else:
            self.reply(file.read_bytes(), TYPES[file.suffix])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.reply(json.dumps({"/v1/ask": ask, "/v1/verify": verify}[self.path](body)).encode(), "application/json")

    def reply(self, body: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("content-type", f"{media_type}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("content-security-policy", "default-src 'self'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, base_url: str) -> Iterator[Page]:
    """A fresh page; at the end nothing but refused replies was logged, no script ran, and no other origin was asked."""
    context = browser.new_context(base_url=base_url, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    logged: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: logged.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: logged.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert page.evaluate("window.attacked") is None
    assert [line for line in logged if not line.startswith("Failed to load resource")] == []
    assert [url for url in asked if not url.startswith(f"{base_url}/")] == []
    context.close()


def api(base_url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(base_url + path, data, {"content-type": "application/json"})) as reply:  # noqa: S310
        found: dict[str, Any] = json.load(reply)
        return found


def type_question(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_be_visible()


def problem(status: int, title: str, detail: str) -> dict[str, Any]:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    headers = {"content-type": "application/problem+json", "x-request-id": "req-42"}
    return {"status": status, "headers": headers, "body": json.dumps(body)}


@pytest.mark.parametrize("question", [HEAD, EMOJI])
def test_answer_and_highlight_are_the_texts_own_code_points(page: Page, base_url: str, question: str) -> None:
    reply = api(base_url, "/v1/ask", {"question": question})
    evidence = reply["answer"]["evidence"][0]
    page.goto("/")
    type_question(page, question)
    assert page.locator("#answer").text_content() == reply["answer"]["text"]
    assert page.locator(".passage .text").all_text_contents() == [one["text"] for one in reply["passages"]]
    assert page.locator(".passage mark").all_text_contents() == [evidence["quote"]]
    assert page.locator(".passage .offsets").all_text_contents() == [
        f"{one['start']}–{one['end']}" for one in reply["passages"]
    ]
    assert page.get_by_role("meter").get_attribute("aria-valuenow") == str(round(reply["confidence"] * 100))
    where = " › ".join([reply["passages"][0]["title"], *reply["passages"][0]["section"]])
    assert page.locator(".evidence cite").text_content() == f"{where}{evidence['start']}–{evidence['end']}"
    assert page.locator("#snapshot").text_content() == reply["snapshot"]


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
    expect(page).not_to_have_url(re.compile("source="))
    page.goto(link)
    expect(mark).to_be_in_viewport()


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
        expect(passage.nth(1)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("j/k o")
    expect(page.locator("#question")).to_have_value("j/k o")
    page.keyboard.press("ArrowDown")
    expect(passage.first).to_be_focused()


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


def test_a_single_document_needs_no_filter_and_can_be_read(page: Page, base_url: str) -> None:
    first = api(base_url, "/v1/documents/unicri-centre")
    page.route("**/v1/documents", lambda route: route.fulfill(json=[first]))
    page.goto("/")
    expect(page.locator("#scope")).to_have_text(f"{first['title']}Read it")
    expect(page.get_by_label("Search in")).to_be_hidden()
    page.get_by_role("link", name="Read it").click()
    expect(page.locator("#source-title")).to_have_text(first["title"])
    expect(page.locator("#source-text")).to_be_focused()
    expect(page.locator("#source-text mark")).to_have_count(0)


def test_a_changed_text_is_said(page: Page, base_url: str) -> None:
    evidence = api(base_url, "/v1/ask", {"question": HEAD})["answer"]["evidence"][0]
    changed = api(base_url, "/v1/documents/" + quote(evidence["document"]))
    changed["text"] = "!" + changed["text"]
    page.route("**/v1/documents/*", lambda route: route.fulfill(json=changed))
    page.goto("/?q=" + quote(HEAD))
    page.locator(".evidence a").click()
    expect(page.locator("#source-notice")).to_contain_text("The text has changed since this answer")


def test_markup_in_a_text_stays_text(page: Page) -> None:
    page.goto("/?q=" + quote(EMOJI))
    expect(page.locator(".passage .text").first).to_contain_text(ATTACK)
    page.locator(".evidence a").click()
    expect(page.locator("#source-text")).to_contain_text(ATTACK)
    assert page.locator("#result script, #result img, #result b, #source script, #source img, #source b").count() == 0


def test_back_and_forward_and_filter_are_in_the_address(page: Page) -> None:
    page.goto("/")
    type_question(page, HEAD)
    page.get_by_label("Search in").select_option("unicri-centre")
    expect(page).to_have_url("/?q=" + quote(HEAD).replace("%20", "+") + "&document=unicri-centre")
    with page.expect_response(lambda response: REFUSED in (response.request.post_data or "")) as asked:
        type_question(page, REFUSED)
    assert asked.value.request.post_data_json == {"question": REFUSED, "documents": ["unicri-centre"]}
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
    assert [json.loads(body) for body in failed] == [{"question": "slow"}]


def test_the_curl_line_is_copied_and_safe_for_a_shell(page: Page, base_url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/?q=" + quote("What's new?"))
    page.get_by_text("Ask from a terminal").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#copied")).to_have_text("Copied")
    line = f"curl -s {base_url}/v1/ask -H 'content-type: application/json' -d '" + "{\"question\":\"What'\\''s new?\"}'"
    assert page.evaluate("navigator.clipboard.readText()") == line


def test_the_theme_is_remembered_until_it_is_the_systems_again(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/")
    toggle = page.get_by_role("button", name="Dark theme")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    toggle.click()
    dark = page.evaluate(background)
    page.reload()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(background) == dark != light
    toggle.click()
    assert page.evaluate("localStorage.length") == 0
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(background) == dark


CONTRASTS = """() => {
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => rgb(c).slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) {
    const color = getComputedStyle(e).backgroundColor;
    if (rgb(color)[3] !== 0) return color;
  } };
  const top = document.querySelector("dialog[open]") ?? document.body;
  return [...top.querySelectorAll("*")].filter((e) => e.checkVisibility()
      && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => [light(getComputedStyle(e).color), light(behind(e)), e.outerHTML.slice(0, 80)])
    .map(([a, b, html]) => [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), html]);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_text_contrast_is_aa_and_nothing_overflows(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for state in ["", quote(EMOJI), quote(REFUSED)]:
        page.goto(f"/?q={state}")
        if state:
            expect(page.locator("#result")).to_be_visible()
        assert [found for found in page.evaluate(CONTRASTS) if found[0] < 4.5] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".open").first.click()
    expect(page.locator("#source-text mark").first).to_be_focused()
    assert [found for found in page.evaluate(CONTRASTS) if found[0] < 4.5] == []
