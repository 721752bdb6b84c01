"""How far a rebuild has come, as its child process reports it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal


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
