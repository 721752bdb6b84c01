"""What a snapshot says about itself: a typed value, checked when it is read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import ModelMismatch, SnapshotError
from corpus.passages import Chunking
from index.encoding.encoder import Encoder
from index.files import digests
from index.retrieval.dense import DenseTuning

SCHEMA = 4


CONFIDENCE = "confidence.json"


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Model:
    """The encoder that made the vectors: opening a snapshot with another one is refused."""

    name: str
    sha256: str
    variant: str
    dim: int

    @classmethod
    def of(cls, encoder: Encoder) -> "Model":
        """What an encoder's vectors are named by."""
        return cls(encoder.model, encoder.sha256, encoder.variant, encoder.dim)

    def __str__(self) -> str:
        return f"{self.name} ({self.variant}, {self.sha256[:12]})"


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of each kind; `tokens` are those of all passages, 0 where token vectors are not kept."""

    documents: int
    passages: int
    sentences: int
    tokens: int


@dataclass(frozen=True, slots=True)
class File:
    """What a file must be: its size and SHA-256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says about itself: `created` is ISO 8601 in UTC, `parts` the rows of each part of the tokens."""

    schema: int
    id: str
    created: str
    model: Model
    chunking: Chunking
    counts: Counts
    dense: DenseTuning
    parts: tuple[int, ...]
    files: Mapping[str, File]

    @property
    def bytes(self) -> int:
        """Size of all files on disk."""
        return sum(file.bytes for file in self.files.values())

    def to_json(self) -> str:
        """The text of manifest.json, which ends with its own checksum."""
        return json.dumps({**asdict(self), "sha256": self._digest()}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read and check manifest.json; raises SnapshotError."""
        path = folder / "manifest.json"
        try:
            data = json.loads(path.read_text("utf-8"))
            if data["schema"] != SCHEMA:
                raise SnapshotError(f"{path}: has schema {data['schema']}, not {SCHEMA}; build the index again")
            manifest = cls(
                schema=SCHEMA,
                id=_typed(data["id"], str),
                created=_typed(data["created"], str),
                model=_record(Model, data["model"]),
                chunking=_record(Chunking, data["chunking"]),
                counts=_record(Counts, data["counts"]),
                dense=_record(DenseTuning, data["dense"]),
                parts=tuple(_typed(rows, int) for rows in _typed(data["parts"], list)),
                files={name: _record(File, file) for name, file in data["files"].items()},
            )
            if data["sha256"] != manifest._digest():
                raise SnapshotError(
                    f"{path}: is damaged (its checksum differs); activate another snapshot or build again"
                )
            return manifest
        except FileNotFoundError as error:
            raise SnapshotError(f"{path}: is missing; activate another snapshot or build again") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
            raise SnapshotError(
                f"{path}: cannot be read ({error}); activate another snapshot or build again"
            ) from error

    def require(self, encoder: Encoder, mend: str) -> None:
        """Raises ModelMismatch, which ends with how to `mend` it, where another encoder made the vectors."""
        if self.model != Model.of(encoder):
            raise ModelMismatch(f"snapshot {self.id} was made by {self.model}, not {Model.of(encoder)}; {mend}")

    def verify(self, folder: Path) -> None:
        """Compare the size and SHA-256 of every file; raises SnapshotError naming the first that differs."""
        if self.id != folder.name:
            raise SnapshotError(f"{folder}: is not the manifest of this folder but of {self.id}; rename it back")
        paths = [folder / name for name in self.files]
        there = [path for path in paths if path.is_file()]
        found = dict(zip(there, digests(there), strict=True))
        for path, file in zip(paths, self.files.values(), strict=True):
            if path not in found:
                raise SnapshotError(f"{path}: is missing; activate another snapshot or build again")
            if path.stat().st_size != file.bytes or found[path] != file.sha256:
                raise SnapshotError(
                    f"{path}: is damaged (its checksum differs); activate another snapshot or build again"
                )

    def _digest(self) -> str:
        """Checksum of all that the manifest says."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def _typed(value: object, kind: type[T]) -> T:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is not {kind.__name__}")
    return value


def _record(kind: type[T], data: Mapping[str, Any]) -> T:
    hints: Mapping[str, type] = kind.__annotations__
    return kind(**{name: _typed(data[name], hint) for name, hint in hints.items()})
