"""Rebuilds: each is one child process that reports its progress as JSON lines, one at a time."""

import asyncio
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import structlog

from corpus.errors import CentreQAError, ConflictError, NotFoundError
from service.runtime.current import Live
from service.settings import PREFIX, Settings

KEPT = 100
LINE_LIMIT = 1024**2
GRACE = 5.0
SECRETS = {f"{PREFIX}ADMIN_KEY", f"{PREFIX}ASK_KEY"}
ROOT = Path(__file__).resolve().parents[2]
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed: the name of the error's class, and its one line."""

    type: str
    detail: str


@dataclass(frozen=True, slots=True)
class Job:
    """How far one rebuild has come; `done` of `total` counts within `phase`."""

    state: Literal["queued", "running", "succeeded", "failed"] = "queued"
    phase: str | None = None
    done: int = 0
    total: int = 0
    error: JobError | None = None
    snapshot: str | None = None

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.state in ("succeeded", "failed")


@dataclass(frozen=True, slots=True)
class Order:
    """What to build: the `documents` (the corpus folder where None), alone or `add`ed to the active snapshot's."""

    documents: Sequence[Mapping[str, str]] | None = None
    add: bool = False
    activate: bool = True


class Jobs:
    """Starts rebuilds and remembers the last of them. Used from one event loop."""

    def __init__(self, live: Live, settings: Settings) -> None:
        self._live = live
        self._settings = settings
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def get(self, job: str) -> Job:
        """One job; raises NotFoundError."""
        if job not in self._jobs:
            raise NotFoundError("there is no such job; the service remembers the last ones since it was started")
        return self._jobs[job]

    def start(self, order: Order) -> str:
        """Start a rebuild and return its name; raises ConflictError while another one runs."""
        running = [name for name, job in self._jobs.items() if not job.ended]
        if running:
            raise ConflictError(f"job {running[0]} is still running; wait for it to end, then try again")
        name = secrets.token_hex(8)
        self._jobs[name] = Job()
        while len(self._jobs) > KEPT:
            del self._jobs[next(iter(self._jobs))]
        task = asyncio.create_task(self._run(name, order))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return name

    async def close(self) -> None:
        """End what runs, child process included."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, name: str, order: Order) -> None:
        self._update(name, state="running")
        try:
            await self._rebuild(name, order)
            if order.activate and self._jobs[name].error is None:
                await asyncio.to_thread(self._live.reload)
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
        private = self._settings.var.resolve() / "jobs"
        await asyncio.to_thread(private.mkdir, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=private) as folder:
            source = self._settings.corpus.resolve()
            if order.documents is not None:
                source = await asyncio.to_thread(_write, order.documents, Path(folder))
            await self._follow(name, command(source, order, self._settings))
            if self._settings.milvus_uri and self._jobs[name].error is None:
                await self._follow(name, publishing(str(self._jobs[name].snapshot), order, self._settings))
            if error := self._jobs[name].error:
                # Where the private file lies is nobody's business.
                self._update(name, error=replace(error, detail=error.detail.replace(f"{folder}/", "")))

    async def _follow(self, name: str, arguments: Sequence[str]) -> None:
        """Run the child to its end, its lines applied to the job as they come."""
        child = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
            cwd=ROOT,
            env=environment(os.environ, self._settings),
        )
        assert child.stdout is not None  # noqa: S101
        assert child.stderr is not None  # noqa: S101
        try:
            _, complaint = await asyncio.gather(self._listen(name, child.stdout), _last_line(child.stderr))
            status = await child.wait()
        finally:
            await _end(child)
        if (status or self._jobs[name].snapshot is None) and self._jobs[name].error is None:
            detail = complaint or f"the build ended with status {status} and named no snapshot"
            self._update(name, error=JobError("BuildError", detail))

    async def _listen(self, name: str, lines: asyncio.StreamReader) -> None:
        async for line in lines:
            self._jobs[name] = apply(self._jobs[name], line)

    def _update(self, name: str, **changes: object) -> Job:
        job = self._jobs[name] = replace(self._jobs[name], **changes)  # type: ignore[arg-type]
        return job


def command(source: Path, order: Order, settings: Settings) -> list[str]:
    """The child's command line; with a dataset the release has to pass its gate."""
    gate = settings.dataset
    build = ["index", "build", str(source)]
    if gate is not None:
        build = ["eval", "release", str(source), "--dataset", str(gate.resolve())]
    flags = [flag for flag, given in (("--add", order.add), ("--no-activate", not order.activate)) if given]
    return [sys.executable, "-m", *build, "--json", "--var", str(settings.var.resolve()), *flags]


def publishing(snapshot: str, order: Order, settings: Settings) -> list[str]:
    """The command line that copies what was built to the Milvus server."""
    where = [
        "--milvus",
        str(settings.milvus_uri),
        "--alias",
        settings.milvus_alias,
        "--var",
        str(settings.var.resolve()),
    ]
    flags = [] if order.activate else ["--no-activate"]
    return [sys.executable, "-m", "index", "publish", snapshot, "--json", *where, *flags]


def environment(inherited: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """What the child inherits: everything but the keys, which it has no use for."""
    kept = {name: value for name, value in inherited.items() if name.upper() not in SECRETS}
    return kept | {f"{PREFIX}ENCODER": settings.encoder}


def apply(job: Job, line: bytes) -> Job:
    """The job after one line of the child's output; what is not a report changes nothing."""
    try:
        report: object = json.loads(line)
    except ValueError:
        return job
    match report:
        case {"phase": str(phase), "done": int(done), "total": int(total)}:
            return replace(job, phase=phase, done=done, total=total)
        case {"snapshot": str(snapshot)}:
            return replace(job, snapshot=snapshot)
        case {"error": {"type": str(kind), "detail": str(detail)}}:
            return replace(job, error=JobError(kind, detail))
    return job


def _write(documents: Sequence[Mapping[str, str]], folder: Path) -> Path:
    path = folder / "documents.jsonl"
    with path.open("x", encoding="utf-8") as file:
        file.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    return path


async def _last_line(lines: asyncio.StreamReader) -> str:
    """The last line that says something; reading on keeps the child from blocking on a full pipe."""
    last = b""
    async for line in lines:
        last = line.strip() or last
    return last.decode("utf-8", "replace").removeprefix("error: ")


async def _end(child: asyncio.subprocess.Process) -> None:
    """Terminate the child where it still runs; kill it where it does not listen."""
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), GRACE)
    except TimeoutError:
        child.kill()
        await child.wait()
