"""Bodies that no door can use: each is refused cleanly and about as fast as any text, and others are answered."""

import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from random import Random

import pytest

from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn
from tests.torture.served.clients import Ending, Request, answers, clients
from tests.torture.served.rig.bodies import DOORS, JSON, KINDS, Body, Door, is_clean
from tests.torture.served.rig.services import believes_that_all_is_json, does_not_count
from tests.torture.served.running import KEY, Service, serving

pytestmark = [pytest.mark.model, pytest.mark.slow]
ASK = Request("POST", "/v1/ask", {"question": "What do gulls eat in winter?"}, answers)
SECONDS = 30.0  # in which anybody is answered, however busy the machine is
LETTERS = 1_000_000
TIMES = 10  # as long as a text of its size, or a million letters, is what a body may take
ADMIN_TIMES = 100  # the same for the doors of the admin, who may send a hundred times as many values
TEXT = Body(DOORS[0], DOORS[0].body(f'"{"a" * LETTERS}"').encode(), JSON)  # that long is refused in the usual time
TRIES = 5  # of which one has to be in time: others may be late where the machine is busy


def torment(service: Service, number: int, random: Random, tally: Tally, doors: Sequence[Door] = DOORS) -> None:
    """Send so many bodies, of each kind in turn, while a client asks.

    Raises Torn unless each is refused cleanly and in time, and the client is answered after each.
    """
    with clients(service.port, [ASK], 1, random) as asked:
        usual = min(timed(service, TEXT)[1] for _ in range(2 * TRIES))
        for kind in islice(cycle(KINDS), number):
            body = kind(random, random.choice(doors))
            tally.tries += 1
            # Taken anew beside each body: one quiet moment is enough to know it on a busy machine.
            usual = min(usual, timed(service, TEXT)[1])
            times = ADMIN_TIMES if body.door.is_admin else TIMES
            require_refused(service, body, times * usual * max(1, len(body.data) / LETTERS))
            asked.require_another(SECONDS)
            tally.survivors += 1
    for ending in asked.endings:
        ending.require()
        if ending.status != 200:
            raise Torn(f"who asked got a {ending.status}")


def require_refused(service: Service, body: Body, bound: float) -> None:
    """Raise Torn unless the body is refused cleanly, and once in so many seconds."""
    for _ in range(TRIES):
        reply, seconds = timed(service, body)
        if not is_clean(reply):
            raise Torn(f"no clean refusal: {reply.status} {reply.body[:300]!r} to {body}")
        if seconds <= bound:
            return
    raise Torn(f"refused too late, after {seconds:.3f} seconds instead of {bound:.3f}: {body}")


def timed(service: Service, body: Body) -> tuple[Ending, float]:
    started = time.monotonic()
    return body.send(service.port, KEY, SECONDS), time.monotonic() - started


def test_bodies(var: Path, tmp_path: Path, tally: Tally, random: Random, is_long: bool) -> None:
    """A body of too many keys or values, depth, digits, no JSON, a bomb, of a false type or length is refused."""
    with serving(var, tmp_path / "log") as service:
        torment(service, len(KINDS) * (150 if is_long else 2), random, tally)
        assert service.complaints() == []


@pytest.mark.parametrize(
    ("changed", "noticed"), [(does_not_count, "refused too late"), (believes_that_all_is_json, "no clean refusal: 500")]
)
def test_a_body_that_does_harm_is_noticed(
    changed: Callable[[], None], noticed: str, var: Path, tmp_path: Path, random: Random
) -> None:
    with serving(var, tmp_path / "log", changed) as service, pytest.raises(Torn, match=noticed):
        torment(service, 4 * len(KINDS), random, Tally(), DOORS[:1])
