"""Taking feedback: what it is about is looked up, where the right answer stands is checked, and it is kept."""

import json
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.errors import InputError, NotFoundError
from service.answering.citations.finding import Claim
from service.answering.engine import Engine
from service.feedback import MOST_BYTES, Feedback, Quote, WaitingFeedback
from service.schemas.feedback import FeedbackEvidence, FeedbackRequest
from service.schemas.requests import AskRequest

REMEMBERED_BYTES = 4 * 1024**2  # of the last replies


@dataclass(frozen=True, slots=True)
class RecentReply:
    """The JSON of a reply, and how it was asked for."""

    json: bytes
    follows: bool
    filtered: bool


class RecentReplies:
    """The last replies by the id of their request: as many as `most_bytes` hold. Safe to use from several threads."""

    def __init__(self, most_bytes: int = REMEMBERED_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._replies: OrderedDict[str, RecentReply] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, request: str, asked: AskRequest, reply: bytes) -> None:
        """Keep a reply; an earlier one to a request of the same id is forgotten."""
        recent = RecentReply(reply, bool(asked.history), bool(asked.documents or asked.filter))
        with self._lock:
            earlier = self._replies.pop(request, None)
            self._replies[request] = recent
            self._bytes += len(reply) - (len(earlier.json) if earlier else 0)
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._replies.popitem(last=False)[1].json)

    def get(self, request: str) -> RecentReply:
        """The reply; raises NotFoundError."""
        with self._lock:
            recent = self._replies.get(request)
        if recent is None:
            raise NotFoundError(
                "no reply to that request is remembered, which the last ones are; "
                "ask again, or send `question` and `evidence` in its place"
            )
        return recent


class Inbox:
    """Takes feedback, and knows the replies that it may be about."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES, remembered_bytes: int = REMEMBERED_BYTES) -> None:
        self.recent = RecentReplies(remembered_bytes)
        self.waiting = WaitingFeedback(folder, most_bytes)

    def take(self, body: FeedbackRequest, engine: Engine) -> Feedback:
        """Check it and keep it; raises InputError, NotFoundError, FullError, UnavailableError."""
        recent = self.recent.get(body.request) if body.request else None
        feedback = _feedback(body, _checked(body.evidence, engine), recent, engine.snapshot)
        if body.right and feedback.refused and feedback.evidence:
            raise InputError("that reply said that the text does not answer: where it was right, leave `evidence` out")
        if body.right and not feedback.refused and not feedback.gold:
            raise InputError("send the evidence that was right, or the x-request-id of the reply as `request`")
        self.waiting.add(feedback)
        return feedback


def _checked(evidence: FeedbackEvidence | None, engine: Engine) -> tuple[Quote, ...]:
    """The evidence, which stands in the snapshot in use; raises InputError, NotFoundError."""
    if evidence is None:
        return ()
    verdict = engine.verify(evidence.document, Claim(evidence.start, evidence.end, evidence.quote))
    if not verdict.valid:
        raise InputError(f"evidence: {verdict.reason}; send positions of the text in use")
    return (Quote(evidence.document, evidence.start, evidence.end, evidence.quote),)


def _feedback(
    body: FeedbackRequest, evidence: tuple[Quote, ...], recent: RecentReply | None, snapshot: str
) -> Feedback:
    """What was said, and of what: `recent` is the reply, None where only the question is known."""
    known: dict[str, Any] = {"question": body.question, "snapshot": snapshot}
    reply = json.loads(recent.json) if recent else known
    # A follow-up says little without the questions before it.
    question = (reply["understood"] if recent and recent.follows else None) or reply["question"]
    quoted = (reply.get("answer") or {}).get("evidence", ())
    return Feedback(
        id=secrets.token_hex(8),
        received=datetime.now(UTC).isoformat(timespec="seconds"),
        question=question,
        right=body.right,
        snapshot=reply["snapshot"],
        comment=body.comment,
        evidence=evidence,
        answered=tuple(Quote(quote["document"], quote["start"], quote["end"], quote["quote"]) for quote in quoted),
        refused=reply.get("abstained") is not None,
        filtered=recent is not None and recent.filtered,
    )
