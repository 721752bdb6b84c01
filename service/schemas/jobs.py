"""The JSON of jobs: how far a rebuild has come, what it did and left out. Imports no web framework."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from service.schemas import examples

_READ = ConfigDict(from_attributes=True)


def _shown(example: JsonDict) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"example": example})


class Accepted(BaseModel):
    """The name of a job that was started."""

    model_config = ConfigDict(json_schema_extra={"example": {"job": examples.JOB_NAME}})

    job: str


class JobError(BaseModel):
    """Why a job failed."""

    model_config = _READ

    type: str
    detail: str


class RemovedText(BaseModel):
    """One text that a removed document had."""

    model_config = _READ

    id: str
    sha256: str


class Receipt(BaseModel):
    """What a removal did."""

    model_config = _shown(examples.RECEIPT)

    removed: Annotated[list[RemovedText], Field(description="The texts that are gone.")]
    deleted: Annotated[list[str], Field(description="The snapshots that held one of them, and are gone too.")]
    kept: Annotated[list[str], Field(description="Snapshots that still hold one: history was to be kept.")]
    copies: Annotated[list[str], Field(description="Documents of the active snapshot that say the same.")]


class Job(BaseModel):
    """How far a rebuild has come; `snapshot` is what it made, `error` why it failed, `receipt` what a removal did."""

    model_config = _shown(examples.JOB)

    state: Literal["queued", "running", "succeeded", "failed"]
    phase: str | None
    done: int
    total: int
    error: JobError | None
    snapshot: str | None
    receipt: Receipt | None


class ListedJob(Job):
    """A job with its name."""

    model_config = _shown({"job": examples.JOB_NAME, **examples.JOB})

    job: str

    @classmethod
    def of(cls, name: str, job: object) -> Self:
        """From the name and the state of a job."""
        return cls(job=name, **Job.model_validate(job).model_dump())


class FileLeftOut(BaseModel):
    """A file of the source that could not be read, and why."""

    model_config = _READ

    file: str
    reason: str


class FilesLeftOut(BaseModel):
    """What a build did not read of its source: `count` files, of which `named` are the first, and other formats."""

    model_config = _READ

    count: int
    named: list[FileLeftOut]
    not_read: Annotated[dict[str, int], Field(description="How many files have a suffix that is not read.")]
