"""The folder of files derived from the model's weights, each compared with its checksum before it is read.

It holds a graph for each ONNX variant, the tokenizer, vectors of the reference encoder for a few texts, and a manifest.
`index.encoding.export` makes it, `index.encoding.onnx` runs it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ModelError
from index.encoding.encoder import AS_SHIPPED, Usage
from index.encoding.weights import WEIGHTS_SHA256, identity
from index.files import digest

SCHEMA = 1  # of the folder; raised when older files can no longer be used
MANIFEST = "manifest.json"  # names the model, its use, and the SHA-256 of every other file
TOKENIZER = "tokenizer.json"  # a copy of the model's
FOLDER_CHARACTERS = 16  # of the model's SHA-256, which the folder is named by
MODEL_OPTION = "--model FOLDER"
REFERENCE = "reference.npy"  # the vectors (probes, dim) that the reference encoder gives for PROBES

# Texts that every graph must encode as the reference does: questions, names, numbers, other scripts, a long one.
PROBES = (
    "Who leads the laboratory?",
    "when was it founded",
    "How many people worked in the northern office at the end of 2019?",
    "The museum opened on 3 May 1987 in Ljubljana, Slovenia.",
    "Its annual report lists 1,204 visits, 37 workshops and a loss of €2.5 million.",
    "Dr. Amélie Nguyễn-O'Connor (born 1961) chairs the board; she was re-elected in March.",
    "Water boils at a lower temperature on a mountain because the pressure of the air is lower there.",
    "No one may be held guilty of an act that was not an offence when it was committed.",
    "Version 2.4.1 fixes CVE-2021-0001: a heap overflow in parse_header() on 32-bit systems.",
    "東京 is the Japanese name of Tokyo.",
    "Location: Geneva > Key people: two co-directors, one treasurer",
    "The river rises in the hills above the town, turns south past the old mill, and after some forty kilometres joins "
    "a larger one. Floods were common until a dam was built in 1954; since then the lower valley has grown wheat, and "
    "the fishermen who once lived on the islands have moved to the coast. A small railway, opened in 1902 and closed "
    "sixty years later, followed the bank. Its stations still stand: one is a school, another a restaurant, and the "
    "third, which had burnt down twice, is kept by the county as a shelter for walkers.",
)


@dataclass(frozen=True, slots=True)
class Derived:
    """A folder of derived files. `sha256` is that of the model; `files` has that of each file, by name."""

    folder: Path
    model: str
    sha256: str
    usage: Usage
    files: Mapping[str, str]

    @classmethod
    def open(cls, folder: Path) -> "Derived":
        """Read the manifest; raises ModelError."""
        path = folder / MANIFEST
        try:
            manifest = json.loads(path.read_text("utf-8"))
            usage, source = Usage(**manifest.get("usage", {})), manifest.get("made_from")
            derived = cls(folder, manifest["model"], manifest["sha256"], usage, dict(manifest["files"]))
            expected = WEIGHTS_SHA256 if source is None and usage == AS_SHIPPED else identity(source, usage)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{path}: cannot be read ({error}); {_advice(folder)}") from error
        if (manifest.get("schema"), derived.sha256) != (SCHEMA, expected):
            raise ModelError(f"{path}: made by another version or from other weights; {_advice(folder)}")
        return derived

    def file(self, name: str) -> Path:
        """The path of a file, after comparing its checksum; raises ModelError."""
        path = self.folder / name
        check_file(path, self.files.get(name), _advice(self.folder))
        return path


def check_file(path: Path, sha256: str | None, advice: str) -> None:
    """Raise ModelError, which ends with the advice, where the file has not this checksum or cannot be read."""
    try:
        is_right = digest(path) == sha256
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); {advice}") from error
    if not is_right:
        raise ModelError(f"{path}: is not the file that was made (checksum); {advice}")


def graph_name(variant: str) -> str:
    """The name of the file with the graph of a variant."""
    return f"{variant}.onnx"


def folder_of(models: Path, sha256: str) -> Path:
    """The folder of the files derived from a model."""
    return models / sha256[:FOLDER_CHARACTERS]


def _advice(folder: Path) -> str:
    """How an error message ends."""
    again = "run again" if folder.name == WEIGHTS_SHA256[:FOLDER_CHARACTERS] else f"build again with {MODEL_OPTION}"
    return f"delete {folder} and {again} to make it anew"
