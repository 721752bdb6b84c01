"""An index that is built once for all of these tests."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.torture.served.running import build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, with_models: Callable[[Path], Path]) -> Path:
    root = tmp_path_factory.mktemp("built")
    build(with_models(root / "var"), root / "texts")
    return root / "var"


@pytest.fixture(scope="module")
def var(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder var/ of the module's own, with an index of `TEXTS`."""
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("own") / "var"))
