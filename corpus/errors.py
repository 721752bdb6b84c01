"""Every error the product raises on purpose, in one tree.

    CentreQAError
    ├── InputError            the input cannot be used             HTTP 422   exit 2
    │   ├── CorpusError       a source text was refused            HTTP 422   exit 2
    │   ├── DatasetError      a question set was refused           HTTP 422   exit 2
    │   └── NotFoundError     nothing has that name                HTTP 404   exit 2
    ├── ConflictError         other work holds what this needs     HTTP 409   exit 3
    ├── OverloadedError       too many requests are waiting        HTTP 503   exit 3
    ├── DeadlineError         a question took too long             HTTP 503   exit 3
    ├── FullError             no more can be kept                  HTTP 507   exit 3
    ├── UnavailableError      the files or a server cannot be used HTTP 503   exit 3
    │   ├── SnapshotError     a snapshot is missing or damaged     HTTP 503   exit 3
    │   ├── ModelError        model files are missing or wrong     HTTP 503   exit 3
    │   ├── ModelMismatch     another model made the snapshot      HTTP 503   exit 3
    │   └── WritingError      a language model gave no answer      HTTP 503   exit 3
    └── GateError             a release did not pass its gate      HTTP 409   exit 1

A message is one line. It names the thing that is wrong and ends with what to do next.
HTTP statuses are assigned in `service.schemas.problems` and nowhere else, exit codes here and nowhere else.
"""


class CentreQAError(Exception):
    """Base of the tree. `exit_code` is the exit code of a command that ends with this error."""

    exit_code = 3


class InputError(CentreQAError):
    """The input cannot be used."""

    exit_code = 2


class CorpusError(InputError):
    """A source text was refused."""


class DatasetError(InputError):
    """A question set was refused."""


class NotFoundError(InputError):
    """Nothing has that name."""


class ConflictError(CentreQAError):
    """Other work holds what this needs; try again later."""


class OverloadedError(CentreQAError):
    """Too many requests are waiting already; try again later."""


class DeadlineError(CentreQAError):
    """A question took longer than it may; the same one will again."""


class FullError(CentreQAError):
    """What is kept here has reached its limit, or the disk is full; nothing was lost, and nothing added."""


class UnavailableError(CentreQAError):
    """Files on disk, or a server that is needed, cannot be used."""


class SnapshotError(UnavailableError):
    """A snapshot is missing, damaged or incomplete."""


class ModelError(UnavailableError):
    """The model's files are missing or are not the expected ones."""


class ModelMismatch(UnavailableError):
    """Another model than the one in use made the snapshot."""


class WritingError(UnavailableError):
    """A language model cannot be asked, or gave nothing that can be used; the quoted answer stands."""


class GateError(CentreQAError):
    """A release did not pass its gate. The active snapshot stays active."""

    exit_code = 1
