"""How far an unfinished build came, so that the next build can take over what was encoded."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import SnapshotError
from index.files import replace_file
from index.storage.token_vectors import TokenParts
from index.storage.vectors import VectorTable

PARTIAL = "partial.json"
"""The file that holds the checkpoint. Publishing a snapshot removes it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All about the first `rows` passages of a folder is on the disk.

    `identity` is what decides the vectors, as JSON values: see `index.build.BuildIdentity`. `passages` and `sentences`
    are how many rows those columns have, `dim` is the length of a vector. `parts` are the rows of each part of the
    token vectors; the first `shared` of these rows belong to another folder too.
    """

    identity: Mapping[str, object]
    dim: int
    passages: int
    sentences: int
    parts: Sequence[int]
    shared: int
    rows: int

    def save(self, folder: Path) -> None:
        """Write it beside the columns, atomically: a crash leaves the last checkpoint or this one."""
        replace_file(folder / PARTIAL, json.dumps(asdict(self)))


def resume(folder: Path, identity: Mapping[str, object]) -> VectorTable | None:
    """The vectors that an interrupted build left in a folder; None where a build of this identity cannot use them.

    Passages whose token vectors that build shared with a snapshot are not found in it: nobody has compared the checksum
    of those files since.
    """
    try:
        point = Checkpoint(**json.loads((folder / PARTIAL).read_text("utf-8")))
        if point.identity != identity:
            return None
        tokens = TokenParts(folder, point.dim, point.parts, grown=True)  # the files go on after the checkpoint
        return VectorTable(
            folder,
            point.dim,
            point.passages,
            point.sentences,
            tokens,
            complete_rows=point.rows,
            shared_tokens=point.shared,
        )
    except (OSError, ValueError, TypeError, SnapshotError):
        return None
