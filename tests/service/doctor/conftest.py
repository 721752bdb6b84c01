"""What these tests share with those of the application."""

import os

import pytest

from tests.service.web.conftest import start as start


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CENTREQA_")]:
        monkeypatch.delenv(name)
