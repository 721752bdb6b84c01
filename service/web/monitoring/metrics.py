"""What /metrics shows. Each application has its own registry, so that two in one process do not share numbers."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from service.answering.answer import Reply
from service.runtime.current import CurrentEngine
from service.runtime.render import Outcome
from service.runtime.workers.pool import Pool
from service.web.monitoring.drift import ConfidenceDrift
from service.web.monitoring.served import ServedSnapshotCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
STAGE_BUCKETS = (0.00025, 0.0005, *BUCKETS)  # seconds: encoding a question takes less than a millisecond
SHARES = tuple(tenths / 10 for tenths in range(1, 11))  # of confidence


class Metrics:
    """Counts requests and answers; looks up the snapshot, the queue and the helpers whenever it is rendered."""

    def __init__(self, current: CurrentEngine, pool: Pool) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "centreqa_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self.seconds = Histogram(
            "centreqa_request_seconds", "Time to answer.", ("route",), buckets=BUCKETS, registry=registry
        )
        self.stages = Histogram(
            "centreqa_stage_seconds", "Time of a stage.", ("stage",), buckets=STAGE_BUCKETS, registry=registry
        )
        self.answers = Counter("centreqa_answers", "Questions that got an answer.", ("level",), registry=registry)
        self.abstentions = Counter("centreqa_abstentions", "Questions refused.", ("code",), registry=registry)
        self.confidence = Histogram(
            "centreqa_confidence", "Confidence of the best answer found.", buckets=SHARES, registry=registry
        )
        self.reader_failures = Counter(
            "centreqa_reader_failures", "Questions that the reader failed on.", registry=registry
        )
        self.written = Counter(
            "centreqa_written", "Questions that a written answer was wanted for.", ("outcome",), registry=registry
        )
        self.hits = Counter("centreqa_cache_hits", "Replies that were remembered.", registry=registry)
        self.misses = Counter("centreqa_cache_misses", "Replies that were not.", registry=registry)
        for name, text, value in (
            ("waiting", "Questions that wait for a seat.", lambda: pool.waiting),
            ("seats", "Questions that can be answered at a time.", lambda: pool.seats),
            ("seats_taken", "Questions that are being answered.", lambda: pool.seats_taken),
            ("processes", "Processes that help to answer.", lambda: sum(not helper.gone for helper in pool.helpers)),
        ):
            Gauge(f"centreqa_{name}", text, registry=registry).set_function(value)
        served = ServedSnapshotCollector(current)
        self.drift = ConfidenceDrift(served)
        registry.register(served)
        registry.register(self.drift)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; `route` is a template such as `/v1/jobs/{job}`, which limits the number of series."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def replied(self, outcome: Outcome) -> None:
        """Count one question or search, by what came of it."""
        (self.hits if outcome.remembered else self.misses).inc()
        for stage, seconds in outcome.stages.items():
            self.stages.labels(stage).observe(seconds)
        if outcome.confidence is None:
            return
        self.confidence.observe(outcome.confidence)
        self.drift.add(outcome.confidence)
        if outcome.refused:
            self.abstentions.labels(outcome.refused).inc()
        else:
            self.answers.labels(outcome.level).inc()
        if outcome.reader_failed:
            self.reader_failures.inc()

    def wrote(self, reply: Reply, seconds: float) -> None:
        """Count one question that a written answer was wanted for: it got one, or the quoted reply stands."""
        self.stages.labels("write").observe(seconds)
        is_written = reply.answer is not None and reply.answer.kind == "generated"
        self.written.labels("written" if is_written else "quoted").inc()

    def render(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)
