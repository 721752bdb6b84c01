"""A page elsewhere gives its own name the address of this machine: the browser lets it ask, the service refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from service.runtime.current import CurrentEngine
from service.settings import Settings
from service.web.app import create_app
from tests.browser.common import CHROMIUM, IN_A_BROWSER
from tests.browser.conftest import SWITCHES
from tests.fakes import FakeStore, open_fake_engine
from tests.listening import listening

pytestmark = IN_A_BROWSER


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The port of a service on this machine."""
    current = CurrentEngine(FakeStore(), open_fake_engine)
    current.reload()
    app = create_app(current, Settings.load(var=tmp_path))
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none")
    with listening(uvicorn.Server(config)) as port:
        yield port


def test_a_foreign_name_for_this_machine_reads_no_document(port: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        switches = [*SWITCHES, "--host-resolver-rules=MAP evil.example 127.0.0.1"]
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=switches)
        page = chromium.new_page()
        found = {}
        for host in ("localhost", "evil.example"):
            response = page.goto(f"http://{host}:{port}/v1/documents")
            assert response is not None
            found[host] = (response.status, response.text())
        chromium.close()
    assert found["localhost"][0] == 200
    assert "notes/centre" in found["localhost"][1]
    assert found["evil.example"][0] == 421
    assert "notes/centre" not in found["evil.example"][1]
