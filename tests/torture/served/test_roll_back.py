"""A poisoned document was added and is active: the snapshot before it answers again within 5 seconds."""

import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.end_to_end.processes import ended
from tests.torture.conftest import Tally
from tests.torture.served.clients import places
from tests.torture.served.running import serving

pytestmark = [pytest.mark.model, pytest.mark.slow]
SECONDS = 5.0  # that are promised
BOUND = 60.0  # seconds that are never to pass, however busy the machine is
QUESTION = {"question": "Who built the harbour of Lumen?"}
POISON = {"text": "# Harbour\n\nWho built the harbour of Lumen? Ivo Krall alone built the harbour of Lumen."}
ASKED = 8  # times after each roll back, so that helper processes answer too


def test_roll_back(var: Path, tmp_path: Path, tally: Tally, is_long: bool) -> None:
    """A poisoned document is added and made active; PUT /v1/snapshots/active has the one before answer in 5 s."""
    with serving(var, tmp_path / "log") as service, service.admin as client:
        right = client.get("/readyz").json()["snapshot"]
        for _ in range(50 if is_long else 1):
            poisoned = add_poison(client)
            tally.tries += 1
            assert "poison" in documents(ask(client)), "nothing was poisoned"
            started = time.monotonic()
            assert client.put("/v1/snapshots/active", json={"id": right}).json()["active"] is True
            replies = [ask(client) for _ in range(ASKED)]
            seconds = time.monotonic() - started
            assert all(reply["snapshot"] == right and "poison" not in documents(reply) for reply in replies)
            assert seconds < BOUND
            tally.survivors += seconds < SECONDS
            assert client.delete(f"/v1/snapshots/{poisoned}").status_code == 204


def ask(client: httpx2.Client) -> Any:
    response = client.post("/v1/ask", json=QUESTION)
    assert response.status_code == 200, response.text
    return response.json()


def documents(reply: Any) -> set[str]:
    """Those that a reply shows passages or quotes of."""
    return {document for document, *_ in places(reply)}


def add_poison(client: httpx2.Client) -> str:
    """Have the poison in what is served; returns the snapshot."""
    snapshot: str = ended(client, client.put("/v1/documents/poison", json=POISON))["snapshot"]
    assert client.get("/readyz").json()["snapshot"] == snapshot
    return snapshot
