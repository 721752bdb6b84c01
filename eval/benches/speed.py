"""How fast the service is beside its own encoder and its nearest peer: all in one run, on this machine.

Every figure is the median of several rounds, in which the services take turns. The spread over the rounds says how
noisy the machine was.
"""

import json
import os
import platform
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from statistics import median

from corpus.errors import UnavailableError
from eval.benches.builds import measure_build, measure_rebuilds
from eval.benches.load import (
    HttpRequest,
    Service,
    free_port,
    latencies,
    resident_megabytes,
    running,
    seconds_for,
    share_right,
    throughput,
)
from eval.benches.speed_report import CLIENTS, FEW, MANY, Figures, check_right, print_report, take_medians, write_report
from eval.benches.synthetic import Texts
from eval.benches.txtai import prepare_peer
from eval.benches.workload import Workload, read_workload
from index.console import show_progress
from index.encoding.encoder import Encoder
from index.encoding.open import open_encoder
from index.machine import available_threads

OWN = "own"  # the product's name in the figures
DEPTH = 10  # documents that are asked for
CHECKED = 50  # questions by which a service is checked
FIRST = 5  # of those, by which its start is timed
LONGER = 5  # times as many questions are asked where the clients are many
BATCH = 64  # questions that the encoder is given at a time


def bench_speed(
    texts: Path | None,
    folder: Path,
    *,
    peer: bool,
    questions: int,
    rounds: int,
    rebuilt: int,
) -> None:
    """Measure, write FOLDER/bench.json and print the tables.

    `texts` is as `read_workload` takes it. `questions` are asked in each measurement; the texts that are rebuilt with a
    hundredth changed have `rebuilt` passages. Raises GateError where a service does not find what it should.
    """
    workload = read_workload(texts)
    folder.mkdir(parents=True, exist_ok=True)
    machine, figures = _machine(), Figures()
    with show_progress() as progress:  # ends before anything is timed
        encoder = open_encoder(folder / "own" / "models", progress=progress)
    services = [_product(folder)]
    if peer:
        try:
            services.append(prepare_peer(folder, workload.documents, DEPTH))
        except UnavailableError as error:
            print(f"The peer is left out: {error}.", flush=True)
    labelled = workload.questions
    for number in range(rounds):
        for name, value in measure_build(workload.documents, encoder, folder / "own").items():
            _note(figures, name, value)
        # Each round asks other questions, so that no reply can come from what was remembered.
        round_questions = [labelled[row % len(labelled)].question for row in range(number, number + 4 * questions)][::4]
        _measure_encoder(encoder, round_questions, figures)
        for service in services:
            _measure_service(service, workload, round_questions, figures)
    figures |= measure_rebuilds(Texts(workload.documents), rebuilt, encoder, folder / "rebuilt", rounds)
    write_report(figures, workload, machine | {"load after": os.getloadavg()[0]}, folder / "bench.json")
    print_report(figures, workload, machine)
    check_right(take_medians(figures))


def _product(folder: Path) -> Service:
    """The product, set to remember no answers: every question is answered anew."""
    port = free_port()
    return Service(
        OWN,
        (sys.executable, "-m", "service", "serve", "--port", str(port), "--var", str(folder / "own")),
        {"CENTREQA_REMEMBERED": "0"},
        port,
        lambda question: HttpRequest("POST", "/v1/search", json.dumps({"query": question, "top_k": DEPTH})),
        lambda reply: [passage["document"] for passage in reply["passages"]],
        folder / "own.log",
    )


def _asked(service: Service) -> Service:
    """The same service, which is asked for an answer: with reading and all."""
    return replace(
        service, request_for=lambda question: HttpRequest("POST", "/v1/ask", json.dumps({"question": question}))
    )


def _measure_encoder(encoder: Encoder, questions: Sequence[str], figures: Figures) -> None:
    """The encoder alone on the same questions: one at a time, and in batches."""
    times = [seconds_for(lambda: encoder.encode_queries([question])) for question in questions]  # noqa: B023
    _note(figures, "encoder p50 ms", 1000 * median(times))
    batches = [questions[start : start + BATCH] for start in range(0, len(questions), BATCH)]
    seconds = seconds_for(lambda: [encoder.encode_queries(batch) for batch in batches])
    _note(figures, "encoder /s", len(questions) / seconds)


def _measure_service(service: Service, workload: Workload, questions: Sequence[str], figures: Figures) -> None:
    """Start it, check that it finds what it should, then time and weigh it."""
    labelled = workload.questions[:: max(1, len(workload.questions) // CHECKED)]
    with running(service, labelled[:FIRST]) as started:
        _note(figures, f"{service.name} start s", started.start_seconds)
        _note(figures, f"{service.name} right", share_right(service, labelled))
        _note(figures, f"{service.name} p50 ms", median(latencies(service, questions)))
        for clients in CLIENTS:
            _measure_throughput(service, questions, clients, figures)
        if service.name == OWN:
            for clients in (FEW, MANY):
                _measure_throughput(service, [*questions] * LONGER, clients, figures)
            _note(figures, f"{OWN} ask p50 ms", median(latencies(_asked(service), questions)))
        if (size := resident_megabytes(started.process)) is not None:
            _note(figures, f"{service.name} MB", size)


def _measure_throughput(service: Service, questions: Sequence[str], clients: int, figures: Figures) -> None:
    measured = throughput(service, questions, clients)
    _note(figures, f"{service.name} {clients} req/s", measured.per_second)
    _note(figures, f"{service.name} {clients} errors", measured.failed)


def _note(figures: Figures, name: str, value: float) -> None:
    figures.setdefault(name, []).append(value)


def _machine() -> dict[str, object]:
    """The machine as it is before the bench."""
    processor = platform.processor() or platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        processor = next(names, processor)
    return {
        "processor": processor,
        "cores": available_threads(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load before": os.getloadavg()[0],
    }
