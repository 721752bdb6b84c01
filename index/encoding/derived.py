"""The folder of files derived from the model's weights, each checked before it is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ModelError
from index.encoding.weights import WEIGHTS_SHA256
from index.files import digest

MANIFEST = "manifest.json"


TOKENIZER = "tokenizer.json"


REFERENCE = "reference.npy"


SCHEMA = 1


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
    """A folder of derived files: `files` are the SHA-256 of each by name."""

    folder: Path
    model: str
    sha256: str
    files: Mapping[str, str]

    @classmethod
    def open(cls, folder: Path) -> "Derived":
        """Read the manifest; raises ModelError."""
        path = folder / MANIFEST
        try:
            manifest = json.loads(path.read_text("utf-8"))
            derived = cls(folder, manifest["model"], manifest["sha256"], dict(manifest["files"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}: cannot be read ({error}); {_again(folder)}") from error
        if (manifest.get("schema"), derived.sha256) != (SCHEMA, WEIGHTS_SHA256):
            raise ModelError(f"{path}: made by another version or from other weights; {_again(folder)}")
        return derived

    def file(self, name: str) -> Path:
        """Where a file lies, after comparing its checksum; raises ModelError."""
        path = self.folder / name
        try:
            right = digest(path) == self.files.get(name)
        except OSError as error:
            raise ModelError(f"{path}: cannot be read ({error.strerror}); {_again(self.folder)}") from error
        if not right:
            raise ModelError(f"{path}: is not the file that was made (checksum); {_again(self.folder)}")
        return path


def _again(folder: Path) -> str:
    return f"delete {folder} and run again to make it anew"
