"""Applications whose language model plays a part."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.language_server import LanguageServer, Part, Writing, checked, playing
from tests.service.web.common import Start


@pytest.fixture
def writing(start: Start) -> Iterator[Writing]:
    """Starts an application whose language model plays these parts."""
    with ExitStack() as stack:

        def writing(*parts: Part, **settings: Any) -> tuple[TestClient, LanguageServer]:
            server = stack.enter_context(playing(*parts))
            return start(current=checked(), llm_base_url=server.url, llm_model="tiny", **settings), server

        yield writing
