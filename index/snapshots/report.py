"""The report that released a snapshot: a file that is added after publishing, with its checksum in the manifest."""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from index.files import clear_temporaries, read_file, replace_file
from index.snapshots.manifest import MANIFEST, File, Manifest

EVALUATION = "evaluation.json"


def write_report(folder: Path, report: Mapping[str, Any]) -> None:
    """Put the report beside the files of a snapshot, in place of an earlier one; raises ValueError, SnapshotError.

    The manifest lists it only while it is whole, so a crash leaves a snapshot that opens.
    """
    text = json.dumps(report, indent=1, allow_nan=False) + "\n"
    manifest = Manifest.read(folder)
    others = {name: file for name, file in manifest.files.items() if name != EVALUATION}
    if len(others) < len(manifest.files):
        replace_file(folder / MANIFEST, replace(manifest, files=others).to_json())
    replace_file(folder / EVALUATION, text)
    described = File(len(text.encode()), sha256(text.encode()).hexdigest())
    files = dict(sorted({**others, EVALUATION: described}.items()))
    replace_file(folder / MANIFEST, replace(manifest, files=files).to_json())


def clear_report(folder: Path) -> None:
    """Delete what a process that was killed in `write_report` left in the folder of a snapshot."""
    for name in (EVALUATION, MANIFEST):
        clear_temporaries(folder / name)


def read_report(folder: Path, manifest: Manifest) -> Mapping[str, Any] | None:
    """The report that released a snapshot; None where the manifest lists none, or where it was changed since."""
    return read_listed(folder, manifest, EVALUATION)


def read_listed(folder: Path, manifest: Manifest, name: str) -> Mapping[str, Any] | None:
    """The JSON object in a file of a snapshot; None where the manifest lists no such file, or it was changed since."""
    listed = manifest.files.get(name)
    if listed is None:
        return None
    try:
        data = read_file(folder / name, listed.bytes + 1)
        values = json.loads(data) if sha256(data).hexdigest() == listed.sha256 else None
    except (OSError, ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
