"""What the tests of the page share: when they run, how they ask, and what the API itself replies."""

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

pytest.importorskip("playwright", reason="the page's tests need playwright: pip install .[dev]")
from playwright.sync_api import Dialog, Page, Route, expect

__all__ = ["CHROMIUM", "IN_A_BROWSER", "Dialog", "Page", "Route", "api", "expect", "problem", "type_question"]

CHROMIUM = Path("/usr/bin/chromium")
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"the page's tests need Chromium at {CHROMIUM}"),
]


def api(base_url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the service replies to this request: expectations are read from it."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(base_url + path, data, {"content-type": "application/json"})) as response:  # noqa: S310
        reply: dict[str, Any] = json.load(response)
        return reply


def type_question(page: Page, question: str) -> None:
    """Ask on the page, and wait for what it shows."""
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_be_visible()


def problem(status: int, title: str, detail: str) -> dict[str, Any]:
    """How to fulfil a route with a problem."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    headers = {"content-type": "application/problem+json", "x-request-id": "req-42"}
    return {"status": status, "headers": headers, "body": json.dumps(body)}
