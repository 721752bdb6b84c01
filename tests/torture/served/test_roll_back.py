"""A poisoned document was added and is active: the snapshot before it answers again within 5 seconds."""

import time
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
import pytest

from tests.end_to_end.processes import ended
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import places
from tests.torture.served.rig.services import does_not_follow
from tests.torture.served.running import serving

pytestmark = [pytest.mark.model, pytest.mark.slow]
SECONDS = 5.0  # that are promised
QUESTION = {"question": "Who built the harbour of Lumen?"}
POISON = {"text": "# Harbour\n\nWho built the harbour of Lumen? Ivo Krall alone built the harbour of Lumen."}
ASKED = 8  # times after each roll back, so that helper processes answer too


def roll_back(client: httpx2.Client, snapshot: str, times: int, tally: Tally) -> None:
    """So often, add poison and make this snapshot the active one again.

    Raises Torn where a reply is still of another one afterwards, or more than half of the times take too long: one or
    another may, where the machine is busy.
    """
    needed = list[float]()
    for _ in range(times):
        poisoned = add_poison(client)
        tally.tries += 1
        assert "poison" in documents(ask(client)), "nothing was poisoned"
        started = time.monotonic()
        assert client.put("/v1/snapshots/active", json={"id": snapshot}).json()["id"] == snapshot
        replies = [ask(client) for _ in range(ASKED)]
        needed.append(time.monotonic() - started)
        for reply in replies:
            if reply["snapshot"] != snapshot or "poison" in documents(reply):
                raise Torn(f"{reply['snapshot']} still answers, {snapshot} should")
        tally.survivors += needed[-1] < SECONDS
        assert client.delete(f"/v1/snapshots/{poisoned}").status_code == 204
    if median(needed) >= SECONDS:
        raise Torn(f"rolled back too late: half of the times after {median(needed):.1f} seconds and more")


def test_roll_back(var: Path, tmp_path: Path, tally: Tally, is_long: bool) -> None:
    """A poisoned document is added and made active; PUT /v1/snapshots/active has the one before answer in 5 s."""
    with serving(var, tmp_path / "log") as service, service.admin as client:
        roll_back(client, client.get("/readyz").json()["snapshot"], 50 if is_long else 1, tally)


def test_a_service_that_does_not_follow_is_noticed(var: Path, tmp_path: Path) -> None:
    with (
        serving(var, tmp_path / "log", does_not_follow) as service,
        service.admin as client,
        pytest.raises(Torn, match="still answers"),
    ):
        roll_back(client, client.get("/readyz").json()["snapshot"], 1, Tally())


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
