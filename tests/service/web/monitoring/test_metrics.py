"""What /metrics counts, and that the README lists all of it."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from service.runtime.current import CurrentEngine
from tests.fakes import FakeStore, open_fake_engine
from tests.service.web.common import QUESTION, Start
from tests.test_documents import README, table

RELEASE = {"confidence": 0.75, "gate": {"passed": True}}


def shown(client: TestClient) -> dict[str, float]:
    """Every sample of /metrics, by its name and labels."""
    lines = client.get("/metrics").text.splitlines()
    samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in samples}


def released(start: Start, evaluation: Mapping[str, Any] | None = RELEASE) -> TestClient:
    """A client of an application whose snapshot has this report of its gate."""
    return start(current=CurrentEngine(FakeStore(evaluation=evaluation), open_fake_engine))


def test_requests_are_counted_by_route_and_answers_by_what_came_of_them(client: TestClient) -> None:
    for question in ("Who?", "budget?", "unreadable?"):
        client.post("/v1/ask", json={"question": question})
    client.get("/v1/documents/unknown")
    client.get("/wp-admin")
    for path in ("/", "/d/notes/centre", "/pages/app.js"):
        client.get(path)
    client.request("BREW", "/v1/ask")
    samples = shown(client)
    for sample, count in (
        ('centreqa_requests_total{method="POST",route="/v1/ask",status="200"}', 3),
        ('centreqa_requests_total{method="GET",route="/v1/documents/{document:path}",status="404"}', 1),
        ('centreqa_requests_total{method="GET",route="unmatched",status="404"}', 1),
        ('centreqa_requests_total{method="GET",route="page",status="200"}', 3),
        ('centreqa_requests_total{method="OTHER",route="/v1/ask",status="405"}', 1),
        ('centreqa_answers_total{level="sure"}', 2),
        ('centreqa_abstentions_total{code="low_confidence"}', 1),
        ('centreqa_confidence_bucket{le="0.1"}', 1),
        ("centreqa_confidence_count", 3),
        ("centreqa_reader_failures_total", 1),
        ('centreqa_snapshot_info{id="s1"}', 1),
        ("centreqa_waiting", 0),
        ("centreqa_seats", 2),
        ("centreqa_seats_taken", 0),
    ):
        assert samples[sample] == count, sample


def test_stages_are_timed_and_what_is_remembered_is_not(client: TestClient) -> None:
    for question in ("Who?", "Who again?"):
        client.post("/v1/ask", json={"question": question})
    client.post("/v1/ask/batch", json={"questions": ["Who?"]})
    client.post("/v1/search", json={"query": "who"})
    samples = shown(client)
    assert samples['centreqa_stage_seconds_count{stage="encode"}'] == 3
    assert samples['centreqa_stage_seconds_sum{stage="search"}'] == pytest.approx(0.006)
    assert (samples["centreqa_cache_hits_total"], samples["centreqa_cache_misses_total"]) == (1, 3)
    assert samples["centreqa_confidence_count"] == 3


def test_the_age_of_the_snapshot_counts_from_its_build(client: TestClient, start: Start) -> None:
    assert shown(client)["centreqa_snapshot_age_seconds"] > 0
    assert not [name for name in shown(start(load=False)) if name.startswith("centreqa_snapshot")]


def test_confidence_is_compared_with_what_the_gate_measured(start: Start) -> None:
    client = released(start)
    assert shown(client)["centreqa_release_confidence"] == 0.75
    for _ in range(29):
        client.post("/v1/ask", json=QUESTION)
    assert "centreqa_confidence_drift" not in shown(client)
    client.post("/v1/ask", json={"question": "budget?"})
    mean = (29 * 0.9 + 0.07) / 30
    assert shown(client)["centreqa_confidence_drift"] == pytest.approx(mean - 0.75)


@pytest.mark.parametrize("evaluation", [None, {"gate": {"passed": True}}, {"confidence": "high"}])
def test_without_a_gate_there_is_nothing_to_compare(start: Start, evaluation: Mapping[str, Any] | None) -> None:
    client = released(start, evaluation)
    for _ in range(40):
        client.post("/v1/ask", json=QUESTION)
    assert not {"centreqa_release_confidence", "centreqa_confidence_drift"} & set(shown(client))


def test_the_readme_lists_every_metric_with_its_labels(start: Start) -> None:
    client = released(start)
    for question in ("Who?", "budget?"):
        for _ in range(20):
            client.post("/v1/ask", json={"question": question})
    told = {}
    for cells in table(README, "metric"):
        for name, labels in re.findall(r"`(\w+)(?:\{([\w, ]+)\})?`", cells[0]):
            told[name] = set(re.findall(r"\w+", labels))
    found = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        if family.name.endswith("_created"):
            continue  # the library's own: since when a counter counts
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        name = family.name.removesuffix(suffix) + suffix
        assert family.samples or name == "centreqa_written_total", name  # which needs a language model
        found[name] = {label for sample in family.samples for label in sample.labels} - {"le"}
    assert found.pop("centreqa_written_total") <= told.pop("centreqa_written_total")
    assert found == told
