"""Every combination of bound address, keys, host and origin: who is let in, and who is not."""

from itertools import product

import pytest

from corpus.errors import InputError
from service.settings import Settings
from tests.service.web.common import QUESTION, Start, refused

BOUND = ("127.0.0.1", "::1", "qa.example", "0.0.0.0")  # noqa: S104
HOSTS = {
    "localhost": True,
    "127.0.0.1": True,
    "qa.example": None,
    "evil.example": False,
    "localhost.evil.example": False,
}
"""Whether a host is served: always, never, or (None) where it is the one that is bound."""
ORIGINS = (None, "null", "http://localhost", "http://evil.example")
GIVEN = (None, "ask", "admin", "wrong")


@pytest.mark.parametrize("admin_key", [None, "admin"])
@pytest.mark.parametrize("ask_key", [None, "ask"])
@pytest.mark.parametrize("bound", BOUND)
def test_who_is_let_in(start: Start, bound: str, ask_key: str | None, admin_key: str | None) -> None:
    if bound not in ("127.0.0.1", "::1") and ask_key is None:
        with pytest.raises(InputError, match="is not a loopback address"):
            Settings.load(host=bound, admin_key=admin_key)
        return
    client = start(host=bound, ask_key=ask_key, admin_key=admin_key)
    keys = {key for key in (ask_key, admin_key) if key}
    for (host, is_served), origin, given in product(HOSTS.items(), ORIGINS, GIVEN):
        headers = {"host": host}
        headers |= {"origin": origin} if origin else {}
        headers |= {"authorization": f"Bearer {given}"} if given else {}
        asked = client.post("/v1/ask", json=QUESTION, headers=headers)
        activated = client.put("/v1/snapshots/active", json={"id": "s1"}, headers=headers)
        if not (host == bound if is_served is None else is_served):
            refused(asked, 421)
            refused(activated, 421)
        else:
            assert asked.status_code == (200 if ask_key is None or given in keys else 401), headers
            allowed = 404 if admin_key is None else 200 if given == admin_key else 401
            assert activated.status_code == allowed, headers
        for reply in (asked, activated):  # no other page may read a reply
            assert not [name for name in reply.headers if name.startswith("access-control-")]
