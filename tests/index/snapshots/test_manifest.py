"""A manifest is read only where all of it is right."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import SnapshotError
from index.encoding.encoder import Usage
from index.snapshots.manifest import Manifest
from index.snapshots.snapshot import Snapshot
from tests.index.snapshots.samples import FILES


def test_no_byte_of_the_manifest_can_change_unseen(folder: Path) -> None:
    path = folder / "manifest.json"
    good = path.read_bytes()
    unseen = []
    for offset in range(0, len(good), 7):
        path.write_bytes(good[:offset] + bytes([good[offset] ^ 1]) + good[offset + 1 :])
        try:
            Snapshot.open(folder)
        except SnapshotError:
            continue
        unseen.append(good[:offset].rpartition(b"\n")[2])
    assert unseen == []


@pytest.mark.parametrize("garbage", [b"", b"{", b"\xff", b"[]", b"null", b"7", b'"text"', b"[" * 100_000, None])
def test_a_manifest_that_is_none(folder: Path, garbage: bytes | None) -> None:
    path = folder / "manifest.json"
    path.unlink()
    if garbage is not None:
        path.write_bytes(garbage)
    with pytest.raises(SnapshotError, match=r"manifest\.json: (is missing|cannot be read).*build again\Z"):
        Manifest.read(folder)


FIELDS = [
    ("schema",),
    ("id",),
    ("created",),
    *(("model", name) for name in ("name", "sha256", "variant", "dim")),
    *(("chunking", name) for name in ("max_tokens", "min_tokens", "overlap", "version")),
    *(("counts", name) for name in ("documents", "passages", "sentences", "blocks", "tokens")),
    *(("dense", name) for name in ("kind", "lists", "probes", "recall", "queries")),
    *(("files", "text.bin", name) for name in ("bytes", "sha256")),
    ("model",),
    ("chunking",),
    ("counts",),
    ("dense",),
    ("parts",),
    ("files",),
]
MISSING = object()


@pytest.mark.parametrize("value", [MISSING, None, 1.5, [1]], ids=["missing", "null", "float", "list"])
@pytest.mark.parametrize("field", FIELDS, ids="-".join)
def test_a_manifest_with_a_wrong_or_missing_value(folder: Path, field: tuple[str, ...], value: object) -> None:
    path = folder / "manifest.json"
    data = json.loads(path.read_text())
    *parents, last = field
    holder = data
    for name in parents:
        holder = holder[name]
    if value is MISSING:
        del holder[last]
    else:
        holder[last] = value
    path.write_text(json.dumps(data))
    with pytest.raises(
        SnapshotError, match=r"manifest\.json: (cannot be read|has schema|is damaged).*(again|build`)\Z"
    ):
        Manifest.read(folder)


def test_a_manifest_that_leaves_out_a_file(folder: Path) -> None:
    path = folder / "manifest.json"
    data = json.loads(path.read_text())
    del data["files"]["vectors.bin"]
    path.write_text(json.dumps(data))
    with pytest.raises(SnapshotError, match=r"manifest\.json: is damaged"):
        Manifest.read(folder)


@pytest.mark.parametrize("schema", [5, 7])
def test_another_schema_says_to_build_again(folder: Path, schema: int) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"schema": 6', f'"schema": {schema}'))
    with pytest.raises(SnapshotError, match=rf"has schema {schema}, not 6; run `python -m index build`\Z"):
        Manifest.read(folder)


def test_a_manifest_reads_back(published: Path, tmp_path: Path) -> None:
    manifest = Manifest.read(published)
    (tmp_path / "manifest.json").write_text(manifest.to_json())
    assert Manifest.read(tmp_path) == manifest
    assert "usage" not in json.loads(manifest.to_json())["model"]  # as in snapshots from before there were other models
    assert manifest.bytes == sum((published / name).stat().st_size for name in FILES)


def test_how_a_model_is_used_reads_back(published: Path, tmp_path: Path) -> None:
    manifest = Manifest.read(published)
    other = replace(manifest, model=replace(manifest.model, usage=Usage("cls", "query: ", "passage: ", 512)))
    path = tmp_path / "manifest.json"
    path.write_text(other.to_json())
    assert Manifest.read(tmp_path) == other != manifest
    for found, put in (('"cls"', '"mean"'), ('"usage"', '"use"'), ('"pooling"', '"pool"')):
        path.write_text(other.to_json().replace(found, put))
        with pytest.raises(SnapshotError, match=r"manifest\.json: (cannot be read|is damaged)"):
            Manifest.read(tmp_path)


@pytest.mark.parametrize("counted", ["documents", "passages", "sentences", "blocks", "tokens"])
@pytest.mark.parametrize("off", [-1, 1])
def test_counts_that_are_not_those_of_the_files(folder: Path, counted: str, off: int) -> None:
    manifest = Manifest.read(folder)
    counts = replace(manifest.counts, **{counted: getattr(manifest.counts, counted) + off})
    (folder / "manifest.json").write_text(replace(manifest, counts=counts).to_json())
    with pytest.raises(SnapshotError, match="build again"):
        Snapshot.open(folder)
