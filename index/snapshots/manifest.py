"""The manifest: what a snapshot says about itself, as a typed value that is checked when it is read."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import ModelMismatch, SnapshotError
from corpus.passages import Chunking
from index.encoding.encoder import AS_SHIPPED, Encoder, Usage
from index.files import digests, read_file
from index.retrieval.dense import DenseTuning

SCHEMA = 6  # of manifest.json and all that it describes; raised when an older snapshot can no longer be read
MANIFEST = "manifest.json"
CONFIDENCE = "confidence.json"
_ADVICE = "activate another snapshot or build again"
MOST_BYTES = 1 << 24  # that are read of a manifest, which has some kilobytes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Model:
    """The encoder that made the vectors. A snapshot cannot be searched with another one, whatever it is called.

    `variant` is what runs the weights (see `Encoder.variant`), `dim` the length of a vector, `usage` how the model is
    used, which JSON leaves out where it is as the shipped model's.
    """

    name: str = field(compare=False)
    sha256: str
    variant: str
    dim: int
    usage: Usage = AS_SHIPPED

    @classmethod
    def of(cls, encoder: Encoder) -> "Model":
        """The model that an encoder runs."""
        return cls(encoder.model, encoder.sha256, encoder.variant, encoder.dim, encoder.usage)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Model":
        """The model of its JSON object; raises KeyError, TypeError."""
        hints: Mapping[str, type] = cls.__annotations__
        values: dict[str, Any] = {name: _typed(data[name], hint) for name, hint in hints.items() if name != "usage"}
        return cls(**values, usage=Usage(**data.get("usage", {})))

    def to_json(self) -> dict[str, object]:
        """The model as JSON values."""
        return {name: value for name, value in asdict(self).items() if name != "usage" or self.usage != AS_SHIPPED}

    def __str__(self) -> str:
        return f"{self.name} ({self.variant}, {self.sha256[:12]})"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each a snapshot holds. `tokens` is 0 where token vectors are not kept."""

    documents: int
    passages: int
    sentences: int
    tokens: int
    blocks: int


@dataclass(frozen=True, slots=True)
class File:
    """What a file must be: its size in bytes and its SHA-256, hexadecimal."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a finished folder holds, as the build knows it: the part of a manifest that is not found by reading files.

    `parts` are the rows of each part of the token vectors. `shared` are the files that belong to another snapshot too,
    as that snapshot's manifest describes them.
    """

    model: Model
    chunking: Chunking
    counts: Counts
    dense: DenseTuning
    parts: tuple[int, ...]
    shared: Mapping[str, File]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says about itself. Field names are the keys of manifest.json.

    `created` is ISO 8601 in UTC. `parts` are the rows of each part of the token vectors. `files` are all files but the
    manifest, by their path in the folder.
    """

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
        """The text of manifest.json. It ends with a checksum of all the rest."""
        return json.dumps({**self._values(), "sha256": self._digest()}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def new(cls, contents: Contents, written: Mapping[str, File]) -> "Manifest":
        """The manifest of a snapshot with a new id, made of these contents and the files that were written for it.

        Shared files keep the checksum that the other snapshot's manifest gives them, whatever has happened to them
        since.
        """
        now = datetime.now(UTC)
        return cls(
            schema=SCHEMA,
            id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
            created=now.isoformat(timespec="microseconds"),
            model=contents.model,
            chunking=contents.chunking,
            counts=contents.counts,
            dense=contents.dense,
            parts=contents.parts,
            files=dict(sorted({**contents.shared, **written}.items())),
        )

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read and check manifest.json; raises SnapshotError."""
        path = folder / MANIFEST
        try:
            data = json.loads(read_file(path, MOST_BYTES))
            if data["schema"] != SCHEMA:
                raise SnapshotError(f"{path}: has schema {data['schema']}, not {SCHEMA}; run `python -m index build`")
            manifest = cls(
                schema=SCHEMA,
                id=_typed(data["id"], str),
                created=_typed(data["created"], str),
                model=Model.from_json(data["model"]),
                chunking=_record(Chunking, data["chunking"]),
                counts=_record(Counts, data["counts"]),
                dense=_record(DenseTuning, data["dense"]),
                parts=tuple(_typed(rows, int) for rows in _typed(data["parts"], list)),
                files={name: _record(File, file) for name, file in data["files"].items()},
            )
            if data["sha256"] != manifest._digest():
                raise SnapshotError(f"{path}: is damaged (its checksum differs); {_ADVICE}")
            return manifest
        except FileNotFoundError as error:
            raise SnapshotError(f"{path}: is missing; {_ADVICE}") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
            raise SnapshotError(f"{path}: cannot be read ({error}); {_ADVICE}") from error

    def require(self, encoder: Encoder, mend: str) -> None:
        """Raise ModelMismatch where another encoder made the vectors; `mend` is the end of its message: what to do."""
        if self.model != Model.of(encoder):
            raise ModelMismatch(f"snapshot {self.id} was made by {self.model}, not {Model.of(encoder)}; {mend}")

    def verify(self, folder: Path) -> None:
        """Compare the size and SHA-256 of every file; raises SnapshotError naming one that differs."""
        if self.id != folder.name:
            raise SnapshotError(f"{folder}: is not the manifest of this folder but of {self.id}; rename it back")
        files = {folder / name: file for name, file in self.files.items()}
        try:
            # What has another size is not read: it may be gigantic.
            whole = [path for path, file in files.items() if path.is_file() and path.stat().st_size == file.bytes]
            sha256s = dict(zip(whole, digests(whole), strict=True))
        except OSError as error:
            raise SnapshotError(f"{error.filename}: cannot be read ({error.strerror}); {_ADVICE}") from error
        for path, file in files.items():
            if not path.is_file():
                raise SnapshotError(f"{path}: is missing; {_ADVICE}")
            if sha256s.get(path) != file.sha256:
                reason = "checksum" if path in sha256s else "size"
                raise SnapshotError(f"{path}: is damaged (its {reason} differs); {_ADVICE}")

    def _digest(self) -> str:
        """SHA-256 of all that the manifest says, hexadecimal."""
        return sha256(json.dumps(self._values(), sort_keys=True).encode()).hexdigest()

    def _values(self) -> dict[str, object]:
        return {**asdict(self), "model": self.model.to_json()}


def _typed(value: object, expected: type[T]) -> T:
    """The value, where it has exactly this type; raises TypeError."""
    if type(value) is not expected:
        raise TypeError(f"{value!r} is not {expected.__name__}")
    return value


def _record(expected: type[T], data: Mapping[str, Any]) -> T:
    """A dataclass of plain values from its JSON object; raises KeyError, TypeError."""
    hints: Mapping[str, type] = expected.__annotations__
    return expected(**{name: _typed(data[name], hint) for name, hint in hints.items()})
