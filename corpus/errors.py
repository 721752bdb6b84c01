"""Every error the product raises on purpose, in one tree.

    CentreQAError
    ├── InputError            what was given cannot be used        HTTP 422   exit 2
    │   ├── CorpusError       a source text was refused            HTTP 422   exit 2
    │   ├── DatasetError      a question set was refused           HTTP 422   exit 2
    │   └── NotFoundError     nothing has that name                HTTP 404   exit 2
    ├── ConflictError         not now: other work holds it         HTTP 409   exit 3
    ├── OverloadedError       too much is waiting already          HTTP 503   exit 3
    ├── UnavailableError      what is on disk cannot be served     HTTP 503   exit 3
    │   ├── SnapshotError     a snapshot is missing or damaged     HTTP 503   exit 3
    │   ├── ModelError        model files are missing or wrong     HTTP 503   exit 3
    │   └── ModelMismatch     a snapshot was made by another model HTTP 503   exit 3
    └── GateError             a release did not pass its gate      HTTP 409   exit 1

A message is one line, names the thing it is about, and ends with what to do next.
HTTP statuses are assigned once, in `service.schemas.problems`; exit codes once, here.
"""


class CentreQAError(Exception):
    """Base of the tree; `exit_code` is what a command line ends with."""

    exit_code = 3


class InputError(CentreQAError):
    """What was given cannot be used."""

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


class UnavailableError(CentreQAError):
    """What is on disk cannot be served."""


class SnapshotError(UnavailableError):
    """A snapshot is missing, damaged or incomplete."""


class ModelError(UnavailableError):
    """The model's files are missing, or are not the ones expected."""


class ModelMismatch(UnavailableError):
    """A snapshot was made by another model than the one in use."""


class GateError(CentreQAError):
    """A release did not pass its gate; the active snapshot stays."""

    exit_code = 1
