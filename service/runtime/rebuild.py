"""Rebuilds: jobs that run one at a time, each as a child process that reports its progress as lines of JSON."""

import asyncio
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import structlog

from corpus.errors import CentreQAError, ConflictError, NotFoundError
from index.edits import HTTP, Mode, source_name
from service.runtime.current import CurrentEngine
from service.runtime.rebuild_process import run_child
from service.settings import PREFIX, Settings

REMEMBERED_JOBS = 100
ADDING: Mapping[Mode, Sequence[str]] = {"add": [], "overwrite": ["--replace"], "sync": ["--sync"]}  # as flags
SECRETS = {f"{PREFIX}ADMIN_KEY", f"{PREFIX}ASK_KEY"}
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed: the name of the error's class, and its message of one line."""

    type: str
    detail: str


@dataclass(frozen=True, slots=True)
class Job:
    """How far one rebuild has come: `done` of `total` steps of this `phase`, the snapshot built, why it failed.

    `receipt` says what a removal did, as `index.changes.removal.Receipt` in JSON values.
    """

    state: Literal["queued", "running", "succeeded", "failed"] = "queued"
    phase: str | None = None
    done: int = 0
    total: int = 0
    error: JobError | None = None
    snapshot: str | None = None
    receipt: Mapping[str, object] | None = None

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.state in ("succeeded", "failed")


@dataclass(frozen=True, slots=True)
class Order:
    """What to build: these `documents`, or the `folder` where None, which is the corpus where that is None too.

    `mode` says what becomes of the active snapshot's documents. With ids to `remove` nothing is read; where
    `keep_history` is set, the snapshots stay that hold what is removed.
    """

    documents: Sequence[Mapping[str, str]] | None = None
    mode: Mode = "all"
    activate: bool = True
    folder: Path | None = None
    remove: tuple[str, ...] = ()
    keep_history: bool = False


def build_command(source: Path, order: Order, settings: Settings) -> Sequence[str]:
    """The command line that builds a snapshot from a file or folder; with a dataset, one that has to pass its gate."""
    gate = ["--dataset", str(settings.dataset.resolve())] if settings.dataset else []
    if order.remove:
        command, words = ["index", "remove"], ["--keep-history"] * order.keep_history + ["--", *order.remove]
    else:
        name = HTTP if order.documents is not None else source_name(order.folder or settings.corpus)
        words = [f"--source-name={name}", *["--no-activate"] * (not order.activate)]
        if order.mode == "all":
            command = ["eval", "release", str(source)] if gate else ["index", "build", str(source)]
        else:
            command = ["index", "add", str(source), *ADDING[order.mode]]
    # Those of `index add` and `index remove` become `eval release` themselves, with the chunking of what is active.
    ungated = ["--no-gate"] if command[1] in ("add", "remove") else []
    return [sys.executable, "-m", *command, *(gate or ungated), "--json", "--var", str(settings.var.resolve()), *words]


def publish_command(snapshot: str, order: Order, settings: Settings) -> Sequence[str]:
    """The command line that copies a built snapshot to the Milvus server."""
    server = ["--milvus", str(settings.milvus_uri), "--alias", settings.milvus_alias]
    flags = [] if order.activate else ["--no-activate"]
    flags += [] if order.keep_history else [f"--removed={document}" for document in order.remove]
    options = ["--json", *server, "--var", str(settings.var.resolve()), *flags]
    return [sys.executable, "-m", "index", "publish", snapshot, *options]


def child_environment(inherited: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """The child's environment: what this process inherited without its keys, which the child has no use for."""
    kept = {name: value for name, value in inherited.items() if name.upper() not in SECRETS}
    model = {f"{PREFIX}MODEL": str(settings.model.resolve())} if settings.model else {}
    return kept | {f"{PREFIX}ENCODER": settings.encoder} | model


class Jobs:
    """Starts rebuilds and remembers the last `REMEMBERED_JOBS`. Used from one event loop."""

    def __init__(
        self,
        current: CurrentEngine,
        settings: Settings,
        build_command: Callable[[Path, Order, Settings], Sequence[str]] = build_command,
    ) -> None:
        """`build_command` gives the command line of the child, which ends its output with a snapshot or an error."""
        self._current = current
        self._settings = settings
        self._build_command = build_command
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def get(self, job: str) -> Job:
        """The job of this name; raises NotFoundError."""
        if job not in self._jobs:
            raise NotFoundError("there is no such job; the service remembers the last ones since it was started")
        return self._jobs[job]

    def newest(self) -> Sequence[tuple[str, Job]]:
        """The name of each job and how far it has come, newest first."""
        return list(reversed(self._jobs.items()))

    def start(self, order: Order) -> str:
        """Start a rebuild and return the name of its job; raises ConflictError while another one runs."""
        running = [name for name, job in self._jobs.items() if not job.ended]
        if running:
            raise ConflictError(f"job {running[0]} is still running; wait for it to end, then try again")
        name = secrets.token_hex(8)
        self._jobs[name] = Job()
        while len(self._jobs) > REMEMBERED_JOBS:
            del self._jobs[next(iter(self._jobs))]
        task = asyncio.create_task(self._run(name, order))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return name

    async def close(self) -> None:
        """End the job that runs, and its child process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, name: str, order: Order) -> None:
        self._update(name, state="running")
        try:
            await self._rebuild(name, order)
            if order.activate and self._jobs[name].error is None:
                await asyncio.to_thread(self._current.reload)
        except asyncio.CancelledError:
            self._update(name, error=JobError("Cancelled", "the service was stopped; start the rebuild again"))
            raise
        except CentreQAError as error:
            self._update(name, error=JobError(type(error).__name__, str(error)))
        except Exception as error:
            log.exception("job failed", job=name)
            self._update(name, error=JobError(type(error).__name__, "the service's log has the details"))
        finally:
            job = self._update(name, state="failed" if self._jobs[name].error else "succeeded")
            log.info(
                "job ended", job=name, state=job.state, snapshot=job.snapshot, error=job.error and job.error.detail
            )

    async def _rebuild(self, name: str, order: Order) -> None:
        """Build, and publish where a Milvus server is used; what goes wrong becomes the job's error."""
        private = self._settings.var.resolve() / "jobs"
        await asyncio.to_thread(private.mkdir, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=private) as folder:
            source = (order.folder or self._settings.corpus).resolve()
            if order.documents is not None:
                source = await asyncio.to_thread(_write, order.documents, Path(folder))
            await self._run_child(name, self._build_command(source, order, self._settings))
            if self._settings.milvus_uri and self._jobs[name].error is None:
                await self._run_child(name, publish_command(str(self._jobs[name].snapshot), order, self._settings))
            if error := self._jobs[name].error:
                # A client must not learn where the private file lies.
                self._update(name, error=replace(error, detail=error.detail.replace(f"{folder}/", "")))

    async def _run_child(self, name: str, command: Sequence[str]) -> None:
        """Run the command to its end, its reports applied to the job as they come."""

        def take_line(line: bytes) -> None:
            self._jobs[name] = apply_report(self._jobs[name], line)

        ending = await run_child(command, child_environment(os.environ, self._settings), take_line)
        job = self._jobs[name]
        if (ending.status or job.snapshot is None) and job.error is None:
            detail = ending.complaint or f"the build ended with status {ending.status} and named no snapshot"
            self._update(name, error=JobError("BuildError", detail))

    def _update(self, name: str, **changes: object) -> Job:
        job = self._jobs[name] = replace(self._jobs[name], **changes)  # type: ignore[arg-type]
        return job


def apply_report(job: Job, line: bytes) -> Job:
    """The job after one line of the child's output; a line that is no report changes nothing."""
    try:
        report: object = json.loads(line)
    except ValueError:
        return job
    match report:
        case {"phase": str(phase), "done": int(done), "total": int(total)}:
            return replace(job, phase=phase, done=done, total=total)
        case {"snapshot": str(snapshot), "receipt": dict(receipt)}:
            return replace(job, snapshot=snapshot, receipt=receipt)
        case {"snapshot": str(snapshot)}:
            return replace(job, snapshot=snapshot)
        case {"error": {"type": str(error_type), "detail": str(detail)}}:
            return replace(job, error=JobError(error_type, detail))
    return job


def _write(documents: Sequence[Mapping[str, str]], folder: Path) -> Path:
    path = folder / "documents.jsonl"
    with path.open("x", encoding="utf-8") as file:
        file.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    return path
