"""Snapshots are swapped while 64 clients ask: none fails, and none gets a quote of another snapshot than it is told."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from index.snapshots.store import Store
from index.stores import ServedStore
from service.answering.answer import Reply
from service.answering.engine import Engine
from service.runtime.current import CurrentEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import FakeEncoder
from tests.service.web.sockets.common import serving
from tests.torture.conftest import Tally
from tests.torture.rig.operations import Torn, build_of
from tests.torture.served.clients import Request, answers, places, send_once

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
CLIENTS = 64
PAUSE = 0.2  # seconds between two questions of a client, so that the builds have their turn
QUESTION = "Which generation is it?"
Ask = Callable[[], tuple[str, Sequence[str]]]
"""Asks once; returns the snapshot that is said to have answered, and the texts that are said to be of it."""


def ask(current: CurrentEngine) -> tuple[str, Sequence[str]]:
    engine = current.engine
    reply = engine.ask(QUESTION)
    assert reply.best_answer
    [evidence] = reply.best_answer.evidence
    text = engine.document(evidence.document).text
    assert text[evidence.start : evidence.end] == evidence.quote
    return reply.snapshot, [text]


def ask_carelessly(current: CurrentEngine) -> tuple[str, Sequence[str]]:
    """As `ask`, but takes the engine twice."""
    snapshot = current.engine.snapshot
    time.sleep(0.02)
    return snapshot, [current.engine.document("a").text]


def ask_over_http(port: int) -> tuple[str, Sequence[str]]:
    reply = request(port, Request("POST", "/v1/ask", {"question": QUESTION}, answers))
    return reply["snapshot"], [text for *_, text in places(reply)]


def request(port: int, request: Request) -> Any:
    ending = send_once(port, request, "admin")
    ending.require()
    assert ending.status == 200, ending
    return ending.json()


def open_engine(served: ServedStore, snapshot: str) -> Engine:
    return Engine(served.open(snapshot), FakeEncoder())


class LabelledLate(Engine):
    """Says that each reply is of whatever snapshot is active when it is done."""

    def __init__(self, store: ServedStore, snapshot: str) -> None:
        super().__init__(store.open(snapshot), FakeEncoder())
        self._store = store

    def ask(self, *arguments: Any, **options: Any) -> Reply:
        return replace(super().ask(*arguments, **options), snapshot=str(self._store.current()))


class Generations:
    """Texts that a store gets one after another, by snapshot."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.texts: dict[str, str] = {}
        self.store.activate(self.build())

    def build(self) -> str:
        """Publish another text, and have it known before it is active; returns the snapshot."""
        text = f"# Generations\n\nIt is generation {len(self.texts)}."
        snapshot = build_of(self.store, {"a": text}, activate=False).snapshot
        self.texts[snapshot] = text
        return snapshot


def swap(generations: Generations, activate: Callable[[str], object], ask: Ask, swaps: int, tally: Tally) -> None:
    """Make each of so many snapshots the active one, and roll every second one back, while all clients ask."""
    store, ended = generations.store, threading.Event()

    def client(_: int) -> int:
        asked = 0
        try:
            while not ended.wait(PAUSE):
                snapshot, texts = ask()
                if any(text not in generations.texts[snapshot] for text in texts) or not texts:
                    raise Torn(f"{snapshot} answered with {texts}")
                asked += 1
        finally:
            ended.set()
        return asked

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client, number) for number in range(CLIENTS)]
        try:
            for number in range(1, swaps + 1):
                if ended.is_set():  # a client has failed
                    break
                before = str(store.current())
                activate(generations.build())
                if number % 2:
                    activate(before)
                store.prune(4)
        finally:
            ended.set()
    tally.tries = tally.survivors = sum(asked.result() for asked in clients)


def swap_engines(
    store: Store, ask: Callable[[CurrentEngine], tuple[str, Sequence[str]]], swaps: int, tally: Tally
) -> None:
    generations, current = Generations(store), CurrentEngine(store, open_engine)
    current.follow()
    swap(generations, current.activate, lambda: ask(current), swaps, tally)


def swap_over_http(store: Store, open_engine: Callable[[ServedStore, str], Engine], swaps: int, tally: Tally) -> None:
    generations, current = Generations(store), CurrentEngine(store, open_engine)
    current.follow()
    settings = Settings.load(var=store.root, admin_key="admin", deadline=600)  # however busy the machine is
    with serving(create_app(current, settings)) as served:

        def activate(snapshot: str) -> None:
            request(served.port, Request("PUT", "/v1/snapshots/active", {"id": snapshot}))

        swap(generations, activate, lambda: ask_over_http(served.port), swaps, tally)


def test_swaps(store: Store, tally: Tally, is_long: bool) -> None:
    """A question is asked while snapshots are swapped under 64 clients."""
    swap_engines(store, ask, 400 if is_long else 40, tally)


def test_an_engine_that_is_taken_twice_mixes_snapshots(store: Store) -> None:
    with pytest.raises(Torn):
        swap_engines(store, ask_carelessly, 20, Tally())


def test_swaps_over_http(store: Store, tally: Tally, is_long: bool) -> None:
    """A question is asked over HTTP while snapshots are swapped under 64 clients."""
    swap_over_http(store, open_engine, 200 if is_long else 8, tally)


def test_a_reply_that_names_the_active_snapshot_mixes_snapshots(store: Store) -> None:
    with pytest.raises(Torn):
        swap_over_http(store, LabelledLate, 20, Tally())
