"""Files that ask for much: each is refused with its name, or read in bounds; the files around it are built."""

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from corpus.building.packages import open_archive
from corpus.errors import CorpusError
from corpus.formats import OTHERS, SUFFIXES, TEXTS, delimited
from corpus.reading.folder import read_folder
from corpus.reading.isolation import Limits, Parsers
from corpus.reading.names import LEFT_OUT
from index.build import build
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.torture.conftest import Tally
from tests.torture.hostile.bombs import BOMBS, ENDED

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
LIMITS = Limits(seconds=240, memory=600 << 20)  # far from what a slow machine takes, and less than the bombs ask for
MOST = 1_000_000  # characters of what is read


def test_every_format_has_its_bombs() -> None:
    modules = {suffix: (OTHERS | TEXTS)[suffix] for suffix in SUFFIXES}
    assert {modules[suffix] for suffix in BOMBS} == set(modules.values())


@pytest.mark.parametrize("suffix", BOMBS)
def test_a_file_that_asks_for_much(suffix: str, tmp_path: Path, tally: Tally) -> None:
    """A small file inflates, multiplies, nests or counts without end; it is refused or read in bounds."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("a", "z"):  # before the bombs and after them
        (folder / f"{name}.html").write_text("<p>A good text.", "utf-8")
    for name, bomb in BOMBS[suffix].items():
        tally.tries += 1
        with (folder / f"{name}{suffix}").open("wb") as file:
            made = bomb.make()
            file.truncate(made) if isinstance(made, int) else file.write(made)
    store = Store(tmp_path / "var")
    report = build(store, read_folder(folder, limits=LIMITS), FakeEncoder())
    snapshot = store.open()
    texts = {record.info.id: snapshot.document(record.info.id).text for record in snapshot.documents}
    assert texts["a.html"] == texts["z.html"] == "A good text."
    reasons = {left.file: left.reason for left in report.left_out}
    for name, bomb in BOMBS[suffix].items():
        file_name = f"{name}{suffix}"
        if bomb.said is None:
            assert 0 < len(texts[name if suffix in LEFT_OUT else file_name]) < MOST
        else:
            assert re.search(bomb.said, reasons[file_name]), reasons
        tally.survivors += 1


def test_what_takes_memory_is_refused_by_the_limit_and_by_nothing_else() -> None:
    nodes = b"<!--x-->" * 4_000_000 + b"<p>MARK"
    with Parsers(Limits(seconds=240, memory=200 << 20)) as parsers:
        with pytest.raises(CorpusError, match=ENDED):
            parsers.read(".html", nodes)
        assert parsers.read(".html", b"<p>MARK").text == "MARK"
    with Parsers(Limits(seconds=240, memory=16 << 30)) as parsers:
        assert parsers.read(".html", nodes).text == "MARK"


def test_without_limits_an_archive_is_unpacked() -> None:
    bomb = BOMBS[".docx"]["zip"].make()
    assert isinstance(bomb, bytes)
    with open_archive(bomb, max_unpacked=1 << 40, max_xml=1 << 40) as opened, ZipFile(BytesIO(bomb)) as whole:
        assert opened.namelist() == whole.namelist()


def test_without_limits_a_table_has_a_million_columns() -> None:
    (block,) = delimited.parse("a," * 1_000_000, max_columns=2_000_000).blocks
    assert block.end == 2_000_000
