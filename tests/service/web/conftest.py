"""Applications around an engine that needs no model."""

import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.runtime.current import CurrentEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import FakeStore, open_fake_engine
from tests.service.web.common import BUILDS, Start


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Starts applications whose rebuilds take no time."""

    def start(
        load: bool = True, current: CurrentEngine | None = None, command: str = BUILDS, **settings: object
    ) -> TestClient:
        current = current or CurrentEngine(FakeStore(), open_fake_engine)
        if load:
            current.reload()
        build = [sys.executable, "-c", command]
        return TestClient(create_app(current, Settings.load(var=tmp_path, **settings), build_command=lambda *_: build))

    return start


@pytest.fixture
def client(start: Start) -> TestClient:
    """A client of an application with the default settings."""
    return start()
