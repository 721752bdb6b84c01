"""Whether the file system that tests write to has leases."""

import fcntl
from pathlib import Path


def has_leases(folder: Path) -> bool:
    """Whether this process can hold off who would write to a file of this folder."""
    path = folder / "may be leased"
    path.touch()
    with path.open() as file:
        try:
            fcntl.fcntl(file.fileno(), fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except (OSError, AttributeError):
            return False
        finally:
            path.unlink()
    return True
