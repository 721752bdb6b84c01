"""What a reply took, stage by stage."""

from collections.abc import Callable

import pytest

from index.snapshots.store import Store
from service.answering.engine import Engine
from service.answering.stages import Effort, Stopwatch
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

TEXTS = {"centre": "The head of the Centre is Irakli Beridze. It is in The Hague."}
QUESTION = "Who is the head of the Centre?"


@pytest.fixture
def engine(fill: Callable[..., Store], encoder: FakeEncoder) -> Engine:
    return Engine(fill(TEXTS).open(), encoder, remembered=8, reader=FakeReader(Beridze=5.0))


def test_a_reply_says_what_each_stage_took(engine: Engine) -> None:
    reply, unread, found = engine.ask(QUESTION), engine.ask(QUESTION, read=False), engine.search(QUESTION)
    assert set(reply.effort.seconds) == {"encode", "search", "read"}
    assert set(unread.effort.seconds) == set(found.effort.seconds) == {"encode", "search"}
    for each in (reply, unread, found):
        assert all(seconds > 0 for seconds in each.effort.seconds.values())
        assert 1000 * sum(each.effort.seconds.values()) <= each.took_ms
        assert not each.effort.remembered


def test_what_is_remembered_took_nothing(engine: Engine) -> None:
    for ask in (engine.ask, engine.search):
        assert ask(QUESTION).effort.seconds
        assert ask(QUESTION).effort == Effort({}, remembered=True)


def test_a_stage_that_comes_twice_is_added_up_also_where_it_fails() -> None:
    stopwatch = Stopwatch(iter((0.0, 1.0, 2.0, 4.0, 8.0)).__next__)
    with stopwatch.time("search"):
        pass
    with pytest.raises(ZeroDivisionError), stopwatch.time("search"):
        divmod(1, 0)
    assert stopwatch.seconds == {"search": 1.0 + 4.0}
