"""How far an unfinished build came, so that the next build can take over what was encoded."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from corpus.errors import SnapshotError
from index.files import read_file, replace_file
from index.storage.token_vectors import TokenParts
from index.storage.vectors import VectorTable

TAKEN = ("key", "first_sentence", "sentences", "first_token", "tokens")  # of what `PASSAGE` says, what is taken over
PARTIAL = "partial.json"
"""The file that holds the checkpoint. Publishing a snapshot removes it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All about the first `rows` passages of a folder is on the disk.

    `identity` is what decides the vectors, as JSON values: see `index.build.BuildIdentity`. `passages` and `sentences`
    are how many rows those columns have, `dim` is the length of a vector. `parts` are the rows of each part of the
    token vectors; the first `shared` of these rows belong to another folder too. `sha256` is that of all that can be
    taken over, which is read `block` passages at a time.
    """

    identity: Mapping[str, object]
    dim: int
    passages: int
    sentences: int
    parts: Sequence[int]
    shared: int
    rows: int
    block: int
    sha256: str = ""

    def save(self, folder: Path) -> None:
        """Write it beside the columns, atomically: a crash leaves the last checkpoint or this one."""
        replace_file(folder / PARTIAL, json.dumps(asdict(self)))


class RowDigest:
    """The SHA-256 of what a build can take over of a table's first passages. It grows with them."""

    def __init__(self) -> None:
        self._sha256 = sha256()
        self._rows = 0

    def of(self, table: VectorTable, point: Checkpoint) -> str:
        """That of what the checkpoint describes, hexadecimal; only rows that are new since the last time are read."""
        for first in range(self._rows, point.rows, point.block):
            last = min(first + point.block, point.rows)
            passages = table.passages[first:last]
            start = int(passages["first_sentence"][0])
            sentences = slice(start, start + int(passages["sentences"].sum()))
            codes, scales = table.sentence_vectors.codes[sentences], table.sentence_vectors.scales[sentences]
            columns = [passages[name] for name in TAKEN]
            columns += [table.vectors[first:last], codes, scales, table.sentences["tokens"][sentences]]
            for tokens in table.tokens_of(first + np.flatnonzero(passages["first_token"] >= point.shared)):
                columns += [tokens.codes, tokens.scales]
            for column in columns:
                self._sha256.update(np.ascontiguousarray(column).data)
            self._rows = last
        whole = self._sha256.copy()
        whole.update(json.dumps(asdict(replace(point, sha256=""))).encode())
        return whole.hexdigest()


def resume(folder: Path, identity: Mapping[str, object]) -> VectorTable | None:
    """The vectors that an interrupted build left in a folder; None where a build of this identity cannot use them.

    That is also where something was damaged since. Passages whose token vectors that build shared with a snapshot are
    not found: nobody has compared the checksum of those files since.
    """
    try:
        point = Checkpoint(**json.loads(read_file(folder / PARTIAL)))
        if point.identity != identity:
            return None
        tokens = TokenParts(folder, point.dim, point.parts, grown=True)  # the files go on after the checkpoint
        table = VectorTable(
            folder,
            point.dim,
            point.passages,
            point.sentences,
            tokens,
            complete_rows=point.rows,
            shared_tokens=point.shared,
        )
        return table if RowDigest().of(table, point) == point.sha256 else None
    except (OSError, ValueError, TypeError, IndexError, OverflowError, SnapshotError):
        return None
