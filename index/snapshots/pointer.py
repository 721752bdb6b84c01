"""CURRENT, the small file that names the active snapshot."""

from pathlib import Path

from corpus.errors import SnapshotError
from index.files import read_file, replace_file

CURRENT = "CURRENT"  # its name, under var/
MOST_BYTES = 255  # that a name may have


def read_pointer(root: Path) -> str | None:
    """The id that CURRENT names, None where there is no such file; raises SnapshotError where it names nothing."""
    path = root / CURRENT
    try:
        name = read_file(path, MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read ({error.strerror}); {_ADVICE}") from error
    text = name.decode("utf-8", "replace").strip()
    if not text or len(name) > MOST_BYTES:
        raise SnapshotError(f"{path}: {'is empty' if not text else 'is no name of a snapshot'}; {_ADVICE}")
    return text


def write_pointer(root: Path, snapshot: str) -> None:
    """Make CURRENT name this snapshot, atomically."""
    replace_file(root / CURRENT, snapshot + "\n")


_ADVICE = "run `python -m index activate` with a snapshot that `python -m index list` shows"
