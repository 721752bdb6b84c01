"""The page in a real browser, against a stub of the service."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.browser.service_stub import ServiceStub

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SWITCHES += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """The address of a stub of the service."""
    with ThreadingHTTPServer(("127.0.0.1", 0), ServiceStub) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium. It ends with the module: while it runs, no other test can run an event loop in this thread."""
    from playwright.sync_api import sync_playwright

    from tests.browser.common import CHROMIUM

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser", base_url: str) -> "Iterator[Page]":
    """A fresh page; at the end nothing but refused replies was logged, no script ran, and no other origin was asked."""
    context = browser.new_context(base_url=base_url, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    logged: list[str] = []
    requested: list[str] = []
    page.on("console", lambda message: logged.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: logged.append(str(error)))
    page.on("request", lambda request: requested.append(request.url))
    yield page
    assert page.evaluate("window.attacked") is None
    assert [line for line in logged if not line.startswith("Failed to load resource")] == []
    assert [url for url in requested if not url.startswith(f"{base_url}/")] == []
    context.close()
