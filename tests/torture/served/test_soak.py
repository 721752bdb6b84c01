"""What the soak would say of a service that fails. `make soak` itself takes as long as one likes, and no test."""

import json
from dataclasses import replace

import pytest

from tests.torture.rig.operations import Torn
from tests.torture.served.clients import Ending
from tests.torture.served.soak import GENERATION, Usage, require_one_snapshot

BEFORE = Usage(memory=200 * 1024**2, disk=10 * 1024**2, descriptors=60, processes=3)
TEXTS = {"s1": "Lamps of generation 1.", "s2": "Lamps of generation 2."}


def test_what_grows_is_noticed() -> None:
    replace(BEFORE, memory=BEFORE.memory + 1, descriptors=BEFORE.descriptors + 1).require_no_more_than(BEFORE)
    for name in ("memory", "disk", "descriptors", "processes"):
        with pytest.raises(Torn):
            replace(BEFORE, **{name: 2 * getattr(BEFORE, name)}).require_no_more_than(BEFORE)


def test_a_text_of_another_snapshot_is_noticed() -> None:
    require_one_snapshot(reply("s1", TEXTS["s1"]), TEXTS)
    with pytest.raises(Torn, match="s1 holds"):
        require_one_snapshot(reply("s1", TEXTS["s2"]), TEXTS)


def reply(snapshot: str, text: str) -> Ending:
    passage = {"document": "lamps", "start": 0, "end": len(text), "text": text}
    return Ending(GENERATION, 0.0, 200, {}, json.dumps({"snapshot": snapshot, "passages": [passage]}).encode())
