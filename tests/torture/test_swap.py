"""Snapshots are swapped while 64 clients ask: none fails, and none gets a quote of another snapshot than it is told."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.snapshots.store import Store
from index.stores import ServedStore
from service.answering.engine import Engine
from service.runtime.current import CurrentEngine
from tests.fakes import FakeEncoder
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn, build_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
CLIENTS = 64
PAUSE = 0.05  # seconds between two questions of a client, so that the builds have their turn
Ask = Callable[[CurrentEngine], tuple[str, str]]


def ask(current: CurrentEngine) -> tuple[str, str]:
    """The snapshot that answered, and the text that its evidence is in."""
    engine = current.engine
    reply = engine.ask("Which generation is it?")
    assert reply.best_answer
    [evidence] = reply.best_answer.evidence
    text = engine.document(evidence.document).text
    assert text[evidence.start : evidence.end] == evidence.quote
    return reply.snapshot, text


def ask_carelessly(current: CurrentEngine) -> tuple[str, str]:
    """As `ask`, but takes the engine twice."""
    snapshot = current.engine.snapshot
    time.sleep(0.02)
    return snapshot, current.engine.document("a").text


def swap(store: Store, ask: Ask, swaps: int, tally: Tally) -> None:
    """Make each of so many snapshots the active one, and roll every second one back, while all clients ask."""

    def open_engine(served: ServedStore, snapshot: str) -> Engine:
        return Engine(served.open(snapshot), FakeEncoder())

    texts: dict[str, str] = {}
    build_text(store, 0, texts)
    current = CurrentEngine(store, open_engine)
    current.follow()
    ended = threading.Event()

    def client(_: int) -> int:
        asked = 0
        while not ended.wait(PAUSE):
            snapshot, text = ask(current)
            if texts[snapshot] != text:
                raise Torn(f"{snapshot} answered with {text}")
            asked += 1
        return asked

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client, number) for number in range(CLIENTS)]
        try:
            for number in range(1, swaps + 1):
                before = str(store.current())
                build_text(store, number, texts)
                current.follow()
                if number % 2:
                    store.activate(before)
                    current.follow()
                store.prune(4)
        finally:
            ended.set()
    tally.tries = tally.survivors = sum(asked.result() for asked in clients)


def build_text(store: Store, number: int, texts: dict[str, str]) -> None:
    """Publish another text, and have it known before it is active."""
    text = f"# Generations\n\nIt is generation {number}."
    snapshot = build_of(store, {"a": text}, activate=False).snapshot
    texts[snapshot] = text
    store.activate(snapshot)


def test_swaps(store: Store, tally: Tally, is_long: bool) -> None:
    """A question is asked while snapshots are swapped under 64 clients."""
    swap(store, ask, 200 if is_long else 6, tally)


def test_an_engine_that_is_taken_twice_mixes_snapshots(store: Store) -> None:
    with pytest.raises(Torn):
        swap(store, ask_carelessly, 20, Tally())
