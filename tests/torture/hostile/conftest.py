"""A folder to fill with what does harm."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.hostile.rig import GOOD, SECRET


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with one good text, beside one that nobody may read."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD, "utf-8")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text(SECRET, "utf-8")
    yield folder
    # Python's own way to delete folders calls itself for each level of them.
    subprocess.run(["rm", "-rf", folder], check=True)
