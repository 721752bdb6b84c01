"""Drift of confidence: over which replies, and when it starts anew."""

import pytest

from service.web.monitoring.drift import ConfidenceDrift


class Release:
    """The snapshot in use, which the test replaces."""

    snapshot: str | None = "s1"
    release_confidence: float | None = 0.5


def values(drift: ConfidenceDrift) -> list[float]:
    return [sample.value for metric in drift.collect() for sample in metric.samples]


def test_only_the_last_replies_count() -> None:
    drift = ConfidenceDrift(Release(), window=4, least=2)
    for confidence in (0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0):
        drift.add(confidence)
    assert values(drift) == [0.5]


def test_another_snapshot_starts_anew() -> None:
    release = Release()
    drift = ConfidenceDrift(release, window=4, least=2)
    for _ in range(4):
        drift.add(1.0)
    release.snapshot, release.release_confidence = "s2", 0.75
    assert values(drift) == []
    drift.add(0.25)
    assert values(drift) == []
    drift.add(0.25)
    assert values(drift) == [-0.5]


def test_few_replies_say_nothing() -> None:
    drift = ConfidenceDrift(Release())
    for _ in range(29):
        drift.add(0.7)
    assert values(drift) == []
    drift.add(0.7)
    assert values(drift) == pytest.approx([0.2])
