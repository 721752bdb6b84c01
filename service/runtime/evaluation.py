"""The last evaluation that `python -m eval` left under var/, for the page."""

from pathlib import Path

from pydantic import ValidationError

from corpus.errors import NotFoundError, UnavailableError
from index.files import read_file
from service.schemas.evaluation import Evaluation

OVERVIEW = "overview.json"  # in the folder of a run, as `eval.reporting.overview` writes it
MAX_BYTES = 8 * 1024**2  # some times the largest that is written


def last_evaluation(var: Path, max_bytes: int = MAX_BYTES) -> Evaluation:
    """The newest run that has an overview; raises NotFoundError, and UnavailableError where its file is damaged."""
    # The names of runs begin with the time.
    paths = (folder / OVERVIEW for folder in sorted((var / "eval").glob("[0-9]*T[0-9]*-*"), reverse=True))
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise NotFoundError("no evaluation has been run yet; `make eval` or `python -m eval run` makes one")
    name, again = path.parent.name, "run `python -m eval run` again"
    try:
        data = read_file(path, max_bytes + 1)
    except OSError as error:
        raise UnavailableError(f"evaluation {name}: cannot be read ({error.strerror}); {again}") from error
    if len(data) > max_bytes:
        raise UnavailableError(f"evaluation {name}: its overview is larger than {max_bytes} bytes; {again}")
    try:
        return Evaluation.model_validate_json(data)
    except ValidationError as error:
        raise UnavailableError(f"evaluation {name}: its overview is damaged or of another version; {again}") from error
