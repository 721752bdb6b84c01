"""The snapshot in use, as metrics: which one it is, how old, and how confident it was when it was released."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from corpus.errors import CentreQAError
from index.snapshots.store import SnapshotInfo
from service.runtime.current import CurrentEngine


class ServedSnapshotCollector(Collector):
    """Looks up the snapshot in use whenever it is asked; nothing is shown while there is none."""

    def __init__(self, current: CurrentEngine) -> None:
        self._current = current
        self._info: SnapshotInfo | None = None  # of the last one that was looked up: a snapshot does not change

    @property
    def snapshot(self) -> str | None:
        """The id of the snapshot in use."""
        return self._current.snapshot

    @property
    def release_confidence(self) -> float | None:
        """The mean confidence that its gate measured; None where it has no gate, or that of an earlier version."""
        evaluation = (info.evaluation if (info := self._look_up()) else None) or {}
        value = evaluation.get("confidence")
        return value if isinstance(value, float) else None

    def collect(self) -> Iterable[Metric]:
        """Its id, as centreqa_snapshot_info{id="..."} 1, its age, and the confidence of its release."""
        family = InfoMetricFamily("centreqa_snapshot", "The snapshot in use.")
        age = GaugeMetricFamily("centreqa_snapshot_age_seconds", "Time since the snapshot in use was built.")
        release = GaugeMetricFamily("centreqa_release_confidence", "Mean confidence that the gate measured.")
        if self.snapshot is not None:
            family.add_metric([], {"id": self.snapshot})
        if info := self._look_up():
            built = datetime.fromisoformat(info.created)
            age.add_metric([], (datetime.now(UTC) - built).total_seconds())
        if (confidence := self.release_confidence) is not None:
            release.add_metric([], confidence)
        yield from (family, age, release)

    def _look_up(self) -> SnapshotInfo | None:
        snapshot = self.snapshot
        if self._info is None or self._info.id != snapshot:
            self._info = None
            with suppress(CentreQAError):
                self._info = next((info for info in self._current.store.list() if info.id == snapshot), None)
        return self._info
