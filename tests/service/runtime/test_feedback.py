"""The last replies: as many as there is room for."""

import pytest

from corpus.errors import NotFoundError
from service.runtime.feedback import RecentReplies
from service.schemas.requests import AskRequest

ASKED = AskRequest(question="Who?")


def test_the_oldest_replies_make_room() -> None:
    recent = RecentReplies(most_bytes=30)
    for name in "abcd":
        recent.keep(name, ASKED, b"x" * 10)
    with pytest.raises(NotFoundError, match="ask again"):
        recent.get("a")
    assert [recent.get(name).json for name in "bcd"] == [b"x" * 10] * 3


def test_a_reply_that_is_replaced_gives_its_room_back() -> None:
    recent = RecentReplies(most_bytes=30)
    recent.keep("other", ASKED, b"x" * 10)
    for _ in range(5):
        recent.keep("same", ASKED, b"x" * 20)
    assert len(recent.get("other").json) == 10
    recent.keep("huge", ASKED, b"x" * 31)
    for name in ("other", "same", "huge"):
        with pytest.raises(NotFoundError):
            recent.get(name)


def test_how_it_was_asked_is_remembered() -> None:
    recent = RecentReplies()
    recent.keep("a", AskRequest(question="And?", history=["Who?"], filter={"author": "Ada"}), b"{}")
    recent.keep("b", ASKED, b"{}")
    assert [(recent.get(name).follows, recent.get(name).filtered) for name in "ab"] == [(True, True), (False, False)]
