"""Requests that are made from the OpenAPI document, one after another, each from the replies before it."""

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis import Case, Response
from schemathesis.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup
from schemathesis.python.asgi import shutdown_lifespans

from tests.torture.conftest import Tally
from tests.torture.hostile.library import Library, library

pytestmark = pytest.mark.slow
# The key that is needed to ask, and the one that is sent.
KEYS = {"no key": (None, None), "the ask key": ("ask", "ask"), "the admin key": ("ask", "admin")}
REACHED = {
    "build_snapshot 202", "get_job 200", "activate_snapshot 200", "delete_snapshot 204", "put_document 202",
    "get_document 200", "delete_document 202", "ask 200", "verify 200", "take_feedback 201",
}  # fmt: skip
"""What the series come to, with all keys: else they prove little."""
STEPS = 20  # requests of one series, at most


def is_clean(context: Any, response: Response, case: Case[Any]) -> None:
    """A server that is well answers, refuses, or says when to come back."""
    if response.status_code >= 500:
        assert response.status_code == 503, response.text
        assert response.json()["detail"]


CHECKS = [
    is_clean,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def ask_in_series(make: Callable[[], FastAPI], key: str | None, series: int, seed: int) -> Counter[str]:
    """Ask so many series of requests, each of a new application; how often each operation replied with each status."""
    replies = Counter[str]()
    schema = schemathesis.openapi.from_asgi("/openapi.json", make())

    class Machine(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.app = make()

        def teardown(self) -> None:
            shutdown_lifespans()

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
            return {"app": self.app, "headers": {"authorization": f"Bearer {key}"} if key else {}}

        def after_call(self, response: Response, case: Case[Any]) -> None:
            super().after_call(response, case)
            # A second run of the same series has to end the same.
            while response.status_code == 202 and not self.app.state.context.jobs.get(response.json()["job"]).ended:
                time.sleep(0.001)

        def validate_response(self, response: Response, case: Case[Any], *arguments: Any, **options: Any) -> None:
            replies[f"{case.operation.definition.raw['operationId']} {response.status_code}"] += 1
            case.validate_response(response, checks=CHECKS)

    settings = hypothesis.settings(
        max_examples=series,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.seed(seed)(Machine)
    Machine.run(settings=settings)
    return replies


@pytest.mark.parametrize(("ask_key", "key"), KEYS.values(), ids=KEYS)
def test_series_of_requests(
    ask_key: str | None, key: str | None, tmp_path: Path, tally: Tally, is_long: bool, seed: int
) -> None:
    """A request is made from the schema and the replies before it, without and with keys."""
    make = partial(library, tmp_path, admin_key="admin", ask_key=ask_key)
    replies = ask_in_series(make, key, series=250 if is_long else 5, seed=seed)
    tally.tries += replies.total()
    assert key != "admin" or not is_long or replies.keys() >= REACHED
    tally.survivors += replies.total()


class Broken(Library):
    """Fails on every question."""

    def ask(self, *arguments: Any, **options: Any) -> Any:
        raise RuntimeError("a bug")


def test_a_service_that_fails_is_noticed(tmp_path: Path) -> None:
    make = partial(library, tmp_path, Broken, admin_key="admin")
    with pytest.raises(FailureGroup, match="500"):
        ask_in_series(make, "admin", series=50, seed=7)


def test_a_reply_that_is_not_documented_is_noticed(tmp_path: Path) -> None:
    def make() -> FastAPI:
        app = library(tmp_path, admin_key="admin")
        app.openapi()["components"]["schemas"]["Accepted"]["required"].append("never")
        return app

    with pytest.raises(FailureGroup, match="never"):
        ask_in_series(make, "admin", series=50, seed=7)
