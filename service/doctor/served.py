"""Checks of what is served: the active snapshot, the encoder that made it, the reader."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from corpus.errors import CentreQAError
from index.changes.watch import last_failure
from index.encoding.derived import Derived, folder_of
from index.encoding.open import made_by, open_encoder
from index.encoding.weights import locate_model
from index.snapshots.manifest import Manifest, Model
from service.answering.reader.reader import OFF, open_reader
from service.doctor.findings import Finding
from service.doctor.machine import check_disk
from service.settings import Settings


def check_served(settings: Settings) -> Iterable[Finding]:
    """Every checksum of what is served, each network tried on this processor, and room for the next build."""
    manifest = None
    try:
        manifest = settings.open_store().open().manifest  # compares every checksum
    except CentreQAError as error:
        yield Finding("snapshot", "problem", str(error))
    if manifest:
        yield _describe(manifest)
        yield _try("encoder", lambda: _check_encoder(settings, manifest.model))
    else:
        yield _try("encoder", lambda: f"{locate_model().name}, as shipped")
    yield _try("reader", lambda: _check_reader(settings.reader))
    if failure := last_failure(settings.var):
        yield Finding("watch", "problem", f"{failure}; mend the file, or the folder's content")
    yield check_disk(settings.var, manifest.bytes if manifest else 0)


def _describe(manifest: Manifest) -> Finding:
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.created)
    counts = f"{manifest.counts.documents} documents, {manifest.counts.passages} passages"
    text = f"{manifest.id}: {counts}, {age.days} days old; {len(manifest.files)} files have their checksums"
    values = {"id": manifest.id, "created": manifest.created, "model": manifest.model.to_json()}
    return Finding("snapshot", "ok", text, values)


def _check_encoder(settings: Settings, model: Model) -> str:
    """What made the vectors, once its files have their checksums and it encodes right here; raises ModelError."""
    models = settings.var / "models"
    if model.variant != "torch":
        derived = Derived.open(folder_of(models, model.sha256))
        for name in derived.files:
            derived.file(name)
    open_encoder(models, model.variant, threads=1, model_path=made_by(models, model.sha256))
    return f"{model}: its files have their checksums, and it encodes right on this processor"


def _check_reader(setting: str) -> str:
    """Which reader reads, once its files have their checksums and it reads right here; raises ModelError."""
    reader = open_reader(setting)
    if reader is None:
        return f"{OFF}: answers come from words and vectors alone"
    return f"{setting} ({reader.sha256[:12]}): its files have their checksums, and it reads right on this processor"


def _try(check: str, look: Callable[[], str]) -> Finding:
    """What `look` says, or the error that it raises."""
    try:
        return Finding(check, "ok", look())
    except CentreQAError as error:
        return Finding(check, "problem", str(error))
