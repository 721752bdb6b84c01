"""Themes, contrast and narrow screens."""

from typing import Literal
from urllib.parse import quote

import pytest

from tests.browser.common import IN_A_BROWSER, Page, expect
from tests.browser.service_stub import EMOJI, REFUSED

pytestmark = IN_A_BROWSER


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
        assert [element for element in page.evaluate(CONTRASTS) if element[0] < 4.5] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".open").first.click()
    expect(page.locator("#source-text mark").first).to_be_focused()
    assert [element for element in page.evaluate(CONTRASTS) if element[0] < 4.5] == []
