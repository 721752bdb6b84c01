"""One small snapshot, and copies of it to damage."""

import shutil
from pathlib import Path

import pytest

from corpus.sources import make_document
from index.build import build
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.index.snapshots.samples import TEXTS


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One snapshot that no test changes."""
    store = Store(tmp_path_factory.mktemp("var"))
    report = build(store, [make_document(name, text) for name, text in TEXTS.items()], FakeEncoder())
    return store.folder(report.snapshot)


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(published, tmp_path / published.name))
