"""Fixtures that many tests share: stores made with an encoder that needs no model."""

import faulthandler
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.sources import make_document
from index.build import build
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

SECONDS_TO_END = 60


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Ends the run, and says where each thread is, if one that a test has left does not end."""
    faulthandler.dump_traceback_later(SECONDS_TO_END, exit=True)


@pytest.fixture
def encoder() -> FakeEncoder:
    """A new encoder, so that a test can count what it encoded."""
    return FakeEncoder()


@pytest.fixture(scope="session")
def with_models(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """A function that puts the files of the shipped encoder into a var/: exporting them takes ten seconds."""
    exported = tmp_path_factory.mktemp("exported")

    def with_models(var: Path) -> Path:
        from index.encoding.open import open_encoder

        open_encoder(exported)
        shutil.copytree(exported, var / "models")
        return var

    return with_models


@pytest.fixture
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes fsync and msync do nothing: these tests lose nothing if the machine crashes."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setattr(np.memmap, "flush", lambda column: None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store of the test's own, which waits for no other process."""
    return Store(tmp_path / "var", patience=0)


@pytest.fixture
def fill(store: Store, encoder: FakeEncoder) -> Callable[..., Store]:
    """A function that builds texts, given by id, into the test's own store and activates them."""

    def fill(texts: dict[str, str], **options: Any) -> Store:
        build(store, [make_document(name, text) for name, text in texts.items()], encoder, **options)
        return store

    return fill
