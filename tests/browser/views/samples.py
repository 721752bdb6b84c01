"""What the service tells the views: snapshots, jobs and an evaluation, as its schemas allow."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from service.schemas.evaluation import Evaluation
from service.schemas.jobs import Job
from service.schemas.replies import Snapshot
from tests.browser.common import Page, Route, problem
from tests.browser.service_stub import ATTACK, HEAD, TEXTS

KEY = "admin-s3cret"
NEW, OLD = "20260102T030405-aaaaaa", "20260101T030405-bbbbbb"
TENTHS = [
    {"low": 0.4, "n": 4, "confidence": 0.44, "accuracy": 0.5},
    {"low": 0.9, "n": 9, "confidence": 0.95, "accuracy": 1.0},
]
MEASURES = {
    "answer_accuracy": {"n": 90, "value": 0.9, "low": 0.84, "high": 0.956},
    "hit@1": {"n": 90, "value": 0.967, "low": 0.92, "high": 1.0},
    "AUROC": {"n": 0, "value": None, "low": None, "high": None},
    "latency_p50": {"n": 90, "value": 4.25, "low": 4.0, "high": 5.0},
}
START = TEXTS["unicri-centre"].index("Irakli Beridze")
GOLD: dict[str, Any] = {"document": "unicri-centre", "start": START, "end": START + 14, "quote": "Irakli Beridze"}


def gated(passed: bool) -> dict[str, Any]:
    """The report that released a snapshot, or refused it."""
    reasons = [] if passed else [f"hit@1 fell {ATTACK}"]
    gate = {"passed": passed, "reasons": reasons, "floors": {"hit@3": 0.9}, "no_worse_than": OLD}
    return {"dataset": "centre", "questions": 129, "measures": MEASURES, "reliability": TENTHS, "gate": gate}


def snapshot(name: str, active: bool, **changes: object) -> dict[str, Any]:
    """One line of GET /v1/snapshots."""
    plain = {
        "id": name,
        "created": f"2026-01-0{1 + (name == NEW)}T03:04:05+00:00",
        "active": active,
        "documents": 2,
        "passages": 1200,
        "model": "all-MiniLM-L6-v2 (onnx-int8)",
        "bytes": 540_000,
        "recall": 1.0,
        "evaluation": None,
    }
    return Snapshot.model_validate(plain | changes).model_dump()


def failure(number: int, **changes: object) -> dict[str, Any]:
    """A question that was missed."""
    plain = {
        "id": f"q{number}",
        "question": HEAD if number == 0 else f"Question {number}?",
        "kind": "who" if number % 2 == 0 else "near-miss",
        "genre": "",
        "cause": "wrongly refused" if number % 2 == 0 else "wrongly answered",
        "signal": "",
        "expected": [GOLD] if number % 2 == 0 else [],
        "given": [GOLD],
        "abstained": "low_confidence" if number % 2 == 0 else None,
        "confidence": 0.31,
        "level": "unsure",
    }
    return plain | changes


def evaluation(failures: list[dict[str, Any]], **changes: object) -> dict[str, Any]:
    """What GET /v1/evaluation replies."""
    groups = [
        {"name": name, "questions": 65, "measures": {"answer_accuracy": {"n": 60, "value": 0.9}}}
        for name in ("near-miss", "who")
    ]
    plain = {
        "version": 1,
        "run": "20260102T040506-d4e5f6",
        "created": "2026-01-02T04:05:06+00:00",
        "dataset": "centre",
        "sha256": "0" * 64,
        "snapshot": NEW,
        "questions": 130,
        "settings": {"split": "test", "limit": None},
        "notes": ["a note"],
        "measures": MEASURES,
        "reliability": TENTHS,
        "by_kind": groups,
        "by_genre": [],
        "failed": len(failures),
        "failures": failures,
    }
    return Evaluation.model_validate_json(json.dumps(plain | changes)).model_dump()


LEFT_OUT = {"count": 3, "named": [{"file": f"{ATTACK}.pdf", "reason": "is damaged"}], "not_read": {".png": 2}}


WAITING = {
    "waiting": 30,
    "right": 12,
    "wrong": 18,
    "feedback": [
        {
            "id": "0f1e2d3c4b5a6978",
            "received": "2026-01-02T03:04:05+00:00",
            "question": HEAD,
            "right": False,
            "snapshot": NEW,
            "comment": ATTACK,
            "evidence": [GOLD],
            "answered": [],
            "refused": True,
            "filtered": False,
        }
    ],
}


@dataclass
class Served:
    """A service with two snapshots, an admin key and one job at a time, whose replies a test may change."""

    snapshots: list[dict[str, Any]] = field(
        default_factory=lambda: [
            snapshot(NEW, active=False, evaluation=gated(passed=False), left_out=LEFT_OUT),
            snapshot(OLD, active=True, evaluation=gated(passed=True)),
        ]
    )
    detail: str | None = None
    evaluation: dict[str, Any] | None = None
    has_admin_key: bool = True
    jobs: list[dict[str, Any]] = field(default_factory=list)  # what GET /v1/jobs/{id} replies, one after another
    changes: list[tuple[str, str, Any]] = field(default_factory=list)  # method, path and body of each that was let in

    def install(self, page: Page) -> "Served":
        """Have the page ask this in place of the stub."""
        for path in ("snapshots", "snapshots/active", "jobs", "jobs/*", "evaluation", "feedback*"):
            page.route(f"**/v1/{path}", self._reply)
        page.route("**/readyz", self._reply)
        return self

    def job(self, **changes: object) -> None:
        """What the next look at the job will show."""
        plain = {"state": "running", "phase": None, "done": 0, "total": 0}
        rest = {"error": None, "snapshot": None, "receipt": None}
        self.jobs.append(Job.model_validate(plain | rest | changes).model_dump())

    def _reply(self, route: Route) -> None:
        request = route.request
        path = urlsplit(request.url).path
        if request.method != "GET" or path == "/v1/feedback":
            return self._change(route, request.method, path)
        if path == "/v1/snapshots":
            return route.fulfill(json=self.snapshots)
        if path == "/readyz":
            active = next(each["id"] for each in self.snapshots if each["active"])
            return route.fulfill(json={"status": "ready", "snapshot": active, "detail": self.detail})
        if path == "/v1/jobs":
            return route.fulfill(json=[{"job": "j1", **job} for job in self.jobs[:1]])
        if path == "/v1/evaluation":
            missing = problem(404, "Nothing has that name", "no evaluation has been run yet; `python -m eval run`")
            return route.fulfill(json=self.evaluation) if self.evaluation else route.fulfill(**missing)
        return route.fulfill(json=self.jobs.pop(0) if len(self.jobs) > 1 else self.jobs[0])

    def _change(self, route: Route, method: str, path: str) -> None:
        if not self.has_admin_key:
            refused = problem(405, "Method not allowed", "/openapi.json lists the methods of this route")
            refused["body"] = refused["body"].replace("about:blank", "urn:centreqa:problem:no-method")
            return route.fulfill(**refused)
        if route.request.headers.get("authorization") != f"Bearer {KEY}":
            return route.fulfill(**problem(401, "A key is needed", "send one"))
        if method == "GET":
            return route.fulfill(json=WAITING)
        body: Any = route.request.post_data_json
        self.changes.append((method, path, body))
        if method == "PUT":
            for each in self.snapshots:
                each["active"] = each["id"] == body["id"]
            return route.fulfill(json=next(each for each in self.snapshots if each["active"]))
        if method == "DELETE":
            self.jobs.clear()
            self.job(state="failed", error={"type": "Cancelled", "detail": "it was cancelled"})
            return route.fulfill(json=self.jobs[0])
        return route.fulfill(status=202, json={"job": "j1"})


def serve_documents(page: Page, number: int) -> list[dict[str, str]]:
    """Have the library hold so many documents; gives the parameters of each request for a page of it, as they come."""
    asked: list[dict[str, str]] = []

    def reply(route: Route) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()}
        asked.append(query)
        ids = (f"notes/{each:05}" for each in range(number))
        fitting = [name for name in ids if query.get("q", "") in name]
        listed = [name for name in fitting if name > query.get("after", "")][: int(query["limit"])]
        plain: dict[str, Any] = {"sha256": "0" * 64, "length": 12345, "sections": [], "metadata": {}, "source": None}
        documents = [plain | {"id": name, "title": f"Note {name}"} for name in listed]
        route.fulfill(json=documents, headers={"x-total-count": str(len(fitting))})

    page.route("**/v1/documents?*", reply)
    return asked
