"""Rebuilds: jobs that run one at a time, each as a child process that reports its progress as lines of JSON."""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from corpus.errors import CentreQAError, ConflictError, NotFoundError
from index.edits import HTTP, Mode, source_name
from service.runtime.current import CurrentEngine
from service.runtime.job import Job, JobError, apply_report
from service.runtime.private_folder import PrivateFolder, clear_private_folders, private_folder
from service.runtime.rebuild_process import run_child
from service.settings import PREFIX, Settings

REMEMBERED_JOBS = 100
ADDING: Mapping[Mode, Sequence[str]] = {"add": [], "overwrite": ["--replace"], "sync": ["--sync"]}  # as flags
SECRETS = {f"{PREFIX}ADMIN_KEY", f"{PREFIX}ASK_KEY"}
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


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
        self._private = settings.var.resolve() / "jobs"
        self._jobs: dict[str, Job] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by name, of jobs that can still be cancelled
        self._reasons: dict[str, str] = {}  # why a job was cancelled

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
        self._tasks[name] = asyncio.create_task(self._run(name, order))
        return name

    async def cancel(self, name: str) -> Job:
        """End a job and its child process; raises NotFoundError, and ConflictError where it is too late for that."""
        if self.get(name).snapshot is not None or name not in self._tasks:
            raise ConflictError(f"job {name} has done its work already; GET /v1/jobs/{name} says how it ended")
        await self._end(name, "it was cancelled; start the rebuild again when it is wanted")
        return self.get(name)

    async def close(self) -> None:
        """End the job that runs, and its child process."""
        for name in list(self._tasks):
            await self._end(name, "the service was stopped; start the rebuild again")

    def clear(self) -> None:
        """Delete what jobs left that were killed with their service."""
        with suppress(OSError):  # a folder that cannot be written to keeps nothing from being served
            clear_private_folders(self._private)

    async def _end(self, name: str, reason: str) -> None:
        task, self._reasons[name] = self._tasks[name], reason
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _run(self, name: str, order: Order) -> None:
        self._update(name, state="running")
        seconds = self._settings.job_seconds
        try:
            async with asyncio.timeout(seconds) as limit:
                await self._rebuild(name, order)
            if order.activate and self._jobs[name].error is None:
                await asyncio.to_thread(self._current.reload)
        except asyncio.CancelledError:
            self._update(name, error=JobError("Cancelled", self._reasons.pop(name, "the service was stopped")))
        except TimeoutError as error:
            advice = f"it took more than {seconds:g} seconds; send less at a time, or raise CENTREQA_JOB_SECONDS"
            detail = advice if limit.expired() else str(error)
            self._update(name, error=JobError("TimeLimit" if limit.expired() else "TimeoutError", detail))
        except CentreQAError as error:
            self._update(name, error=JobError(type(error).__name__, str(error)))
        except Exception as error:
            log.exception("job failed", job=name)
            self._update(name, error=JobError(type(error).__name__, "the service's log has the details"))
        finally:
            del self._tasks[name]
            job = self._update(name, state="failed" if self._jobs[name].error else "succeeded")
            log.info(
                "job ended", job=name, state=job.state, snapshot=job.snapshot, error=job.error and job.error.detail
            )

    async def _rebuild(self, name: str, order: Order) -> None:
        """Build, and publish where a Milvus server is used; what goes wrong becomes the job's error."""
        await asyncio.to_thread(self.clear)
        with private_folder(self._private, name) as folder:
            source = (order.folder or self._settings.corpus).resolve()
            if order.documents is not None:
                source = await asyncio.to_thread(_write, order.documents, folder.path)
            await self._run_child(name, self._build_command(source, order, self._settings), folder)
            if self._settings.milvus_uri and self._jobs[name].error is None:
                command = publish_command(str(self._jobs[name].snapshot), order, self._settings)
                await self._run_child(name, command, folder)

    async def _run_child(self, name: str, command: Sequence[str], folder: PrivateFolder) -> None:
        """Run the command to its end, its reports applied to the job as they come."""

        def take_line(line: bytes) -> None:
            self._put(name, apply_report(self._jobs[name], line))

        ending = await run_child(command, child_environment(os.environ, self._settings), take_line, [folder.lock])
        job = self._jobs[name]
        if (ending.status or job.snapshot is None) and job.error is None:
            detail = ending.complaint or f"the build ended with status {ending.status} and named no snapshot"
            self._update(name, error=JobError("BuildError", detail))

    def _update(self, name: str, **changes: object) -> Job:
        return self._put(name, replace(self._jobs[name], **changes))  # type: ignore[arg-type]

    def _put(self, name: str, job: Job) -> Job:
        """Keep how far a job has come. A client must not learn where files lie, the private ones least of all."""
        if job.error:
            detail = job.error.detail.replace(f"{self._private / name}/", "")
            job = replace(job, error=replace(job.error, detail=self._settings.public(detail)))
        self._jobs[name] = job
        return job


def _write(documents: Sequence[Mapping[str, str]], folder: Path) -> Path:
    path = folder / "documents.jsonl"
    with path.open("x", encoding="utf-8") as file:
        file.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    return path
