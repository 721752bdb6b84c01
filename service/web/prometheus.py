"""What /metrics shows. Each application has its own registry, so that two in one process do not share numbers."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from service.answering.answer import Reply
from service.runtime.render import RenderedReply

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Metrics:
    """Counts requests and answers; looks up the snapshot, the queue and the helpers whenever it is rendered."""

    def __init__(
        self, snapshot: Callable[[], str | None], waiting: Callable[[], int], helpers: Callable[[], int]
    ) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "centreqa_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "centreqa_request_seconds", "Time to answer.", ("route",), buckets=BUCKETS, registry=self.registry
        )
        self.answers = Counter("centreqa_answers", "Questions that got an answer.", registry=self.registry)
        self.abstentions = Counter("centreqa_abstentions", "Questions refused.", ("code",), registry=self.registry)
        self.reader_failures = Counter(
            "centreqa_reader_failures", "Questions that the reader failed on.", registry=self.registry
        )
        self.written = Counter(
            "centreqa_written", "Questions that a written answer was wanted for.", ("outcome",), registry=self.registry
        )
        Gauge("centreqa_processes", "Processes that help to answer.", registry=self.registry).set_function(helpers)
        Gauge("centreqa_waiting", "Questions that wait for a worker.", registry=self.registry).set_function(waiting)
        self.registry.register(_Snapshot(snapshot))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; `route` is a template such as `/v1/jobs/{job}`, which limits the number of series."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def replied(self, reply: Reply | RenderedReply) -> None:
        """Count one question, by what came of it."""
        if reply.refused:
            self.abstentions.labels(reply.refused).inc()
        else:
            self.answers.inc()
        if reply.reader_failed:
            self.reader_failures.inc()

    def wrote(self, reply: Reply) -> None:
        """Count one question that a written answer was wanted for: it got one, or the quoted reply stands."""
        is_written = reply.answer is not None and reply.answer.kind == "generated"
        self.written.labels("written" if is_written else "quoted").inc()

    def render(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)


class _Snapshot(Collector):
    """The snapshot in use, as an info metric: centreqa_snapshot_info{id="..."} 1."""

    def __init__(self, snapshot: Callable[[], str | None]) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterable[Metric]:
        """One series, or none while nothing is loaded."""
        snapshot = self._snapshot()
        family = InfoMetricFamily("centreqa_snapshot", "The snapshot in use.")
        if snapshot is not None:
            family.add_metric([], {"id": snapshot})
        yield family
