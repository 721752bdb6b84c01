"""Whether the service is asked other questions than its release was judged by: then it is more, or less, confident."""

from collections import deque
from collections.abc import Iterable
from typing import Protocol

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

WINDOW = 200  # questions, the last ones, whose confidence is averaged
LEAST = 30  # questions before anything is shown


class Release(Protocol):
    """The snapshot in use, and the mean confidence that its gate measured; None where there is none."""

    @property
    def snapshot(self) -> str | None:
        """The id of the snapshot."""

    @property
    def release_confidence(self) -> float | None:
        """The mean over the questions of its gate, answered or refused."""


class ConfidenceDrift(Collector):
    """Mean confidence of the last questions, minus that of the release; starts anew with another snapshot."""

    def __init__(self, release: Release, window: int = WINDOW, least: int = LEAST) -> None:
        self._release = release
        self._least = least
        self._snapshot: str | None = None
        self._last = deque[float](maxlen=window)

    def add(self, confidence: float) -> None:
        """Take the confidence of one reply, an answer or a refusal."""
        if self._snapshot != self._release.snapshot:
            self._snapshot = self._release.snapshot
            self._last.clear()
        self._last.append(confidence)

    def collect(self) -> Iterable[Metric]:
        """The gauge; without a value where there is nothing to compare, or too little."""
        family = GaugeMetricFamily("centreqa_confidence_drift", "Mean confidence of late, minus the release's own.")
        last, release = list(self._last), self._release.release_confidence
        if release is not None and len(last) >= self._least and self._snapshot == self._release.snapshot:
            family.add_metric([], sum(last) / len(last) - release)
        yield family
