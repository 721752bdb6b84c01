"""The header of a snapshot on a Milvus server: what the snapshot says about itself."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from corpus.errors import SnapshotError
from corpus.passages import Chunking
from index.retrieval.dense import DenseTuning
from index.snapshots.manifest import Counts, File, Manifest, Model
from index.snapshots.store import SnapshotInfo

SCHEMA = 5  # of the header and all collections; raised when an older snapshot can no longer be read


@dataclass(frozen=True, slots=True)
class Header:
    """What a snapshot says about itself. Field names are the keys of its JSON.

    `rows` is how many rows each of the other collections has, `mean_terms` how many stems a passage has on average, and
    `documents` the length of documents.jsonl in code points. `confidence` is the text of confidence.json, `evaluation`
    the report that released the snapshot; each is None where there is none.
    """

    manifest: Manifest
    rows: Mapping[str, int]
    mean_terms: float
    documents: int
    confidence: str | None
    evaluation: Mapping[str, Any] | None

    def to_json(self) -> str:
        """The text of the header."""
        return json.dumps({"schema": SCHEMA, **asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> "Header":
        """Read the text of a header; raises SnapshotError."""
        try:
            data = json.loads(text)
            if data.pop("schema") != SCHEMA:
                raise SnapshotError("a snapshot on the server has another schema; publish it again")
            return cls(_manifest(data.pop("manifest")), **data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SnapshotError(f"the header of a snapshot cannot be read ({error}); publish it again") from error

    def info(self, active: bool) -> SnapshotInfo:
        """The snapshot's line in the list of snapshots."""
        return SnapshotInfo.of(self.manifest, active=active, evaluation=self.evaluation)


def _manifest(data: dict[str, Any]) -> Manifest:
    """The manifest of its JSON object; raises KeyError, TypeError, AttributeError."""
    data["model"] = Model.from_json(data["model"])
    data["chunking"] = Chunking(**data["chunking"])
    data["counts"] = Counts(**data["counts"])
    data["dense"] = DenseTuning(**data["dense"])
    data["parts"] = tuple(data["parts"])
    data["files"] = {name: File(**file) for name, file in data["files"].items()}
    return Manifest(**data)
