"""Files that ask for much: each is refused with its name, or read in bounds; the files around it are built."""

import re
import time
from io import BytesIO
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from corpus.building import tables
from corpus.building.builder import Builder
from corpus.building.packages import open_archive
from corpus.building.tables import Cell, spread
from corpus.errors import CorpusError
from corpus.formats import OTHERS, SUFFIXES, TEXTS, delimited, html, markdown, pdf, read, xlsx
from corpus.reading.folder import read_folder
from corpus.reading.isolation import Limits, Parsers
from corpus.reading.names import LEFT_OUT
from index.build import build
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.torture.conftest import Tally
from tests.torture.hostile.bombs import BOMBS, ENDED, cell, repeated

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
LIMITS = Limits(seconds=240, memory=600 << 20)  # far from what a slow machine takes, and less than the bombs ask for
MOST = 1_000_000  # characters of what is read
NO_LIMIT = 1 << 40


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
    documents = [snapshot.document(record.info.id) for record in snapshot.documents]
    assert max(len(str(document.info.metadata)) for document in documents) < MOST
    texts = {document.id: document.text for document in documents}
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


@pytest.mark.parametrize(
    ("suffix", "name", "said", "module", "limit"),
    [(".pdf", "pages", "20000", pdf, "MAX_PAGES"), (".csv", "quote", "field limit", delimited, "MAX_CELL")],
)
def test_what_a_limit_refuses_is_read_without_it(
    suffix: str, name: str, said: str, module: ModuleType, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = BOMBS[suffix][name].make()
    assert isinstance(data, bytes)
    with pytest.raises(CorpusError, match=said):
        read(data, suffix)
    monkeypatch.setattr(module, limit, NO_LIMIT)
    assert len(read(data, suffix).text) > 100_000


def test_without_limits_an_archive_is_unpacked() -> None:
    bomb = BOMBS[".docx"]["zip"].make()
    assert isinstance(bomb, bytes)
    with open_archive(bomb, max_unpacked=NO_LIMIT, max_xml=NO_LIMIT) as opened, ZipFile(BytesIO(bomb)) as whole:
        assert opened.namelist() == whole.namelist()


def test_without_limits_a_table_has_a_million_columns() -> None:
    (block,) = delimited.parse("a," * 1_000_000, max_columns=2_000_000).blocks
    assert block.end == 2_000_000


def test_without_a_limit_a_document_has_any_length() -> None:
    words = "word " * 10_000_001
    with pytest.raises(CorpusError, match="more than 50000000 characters"):
        Builder().paragraph(words)
    assert Builder(max_characters=NO_LIMIT).paragraph(words)


def test_without_the_limit_of_a_file_it_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "size.txt").write_bytes(b"words " * 10_000_000)
    with pytest.raises(CorpusError, match="60000000 bytes"):
        list(read_folder(tmp_path, strict=True))
    (source,) = read_folder(tmp_path, max_bytes=100_000_000)
    assert len(source.text) >= 59_999_999


def test_without_a_limit_the_rows_of_a_sheet_are_counted_on_and_on(monkeypatch: pytest.MonkeyPatch) -> None:
    data = cell("A1048577", 1_048_577)
    with pytest.raises(CorpusError, match="1048576 rows"):
        read(data, ".xlsx")
    monkeypatch.setattr(xlsx, "MAX_ROWS", NO_LIMIT)
    assert read(data, ".xlsx").text == "MARK"


def test_without_a_limit_merged_cells_cover_all_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    workbook, data = Workbook(), BytesIO()
    for number in range(9):
        workbook.worksheets[0].append([None if number else "MARK", number])
    workbook.worksheets[0].merge_cells("A1:A9")
    workbook.save(data)
    assert read(data.getvalue(), ".xlsx").text.count("MARK") == 9
    monkeypatch.setattr(xlsx, "MAX_COVERED", 3)
    assert read(data.getvalue(), ".xlsx").text.count("MARK") == 1 + 3


def test_without_limits_a_cell_covers_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [[Cell("MARK", columns=999_999)]]
    assert len(spread(cells)[0]) == 1000
    monkeypatch.setattr(tables, "MAX_SPAN", NO_LIMIT)
    assert len(spread(cells)[0]) == 999_999


def test_without_a_check_front_matter_says_one_thing_many_times(monkeypatch: pytest.MonkeyPatch) -> None:
    assert markdown.front_matter(repeated(4_000)) == {}
    monkeypatch.setattr(markdown, "_is_plain", lambda source: True)
    assert sum(map(len, markdown.front_matter(repeated(4_000)).values())) == 4_001 * 30_000


def test_without_a_check_the_depth_of_elements_costs_its_square(monkeypatch: pytest.MonkeyPatch) -> None:
    def seconds(depth: int) -> float:
        started = time.thread_time()
        read(b"<div>" * depth + b"MARK", ".html")
        return time.thread_time() - started

    with pytest.raises(CorpusError, match="10000 deep"):
        seconds(10_001)
    monkeypatch.setattr(html, "check_depth", lambda text: None)
    assert min(seconds(16_000) for _ in range(2)) > 6 * min(seconds(4_000) for _ in range(2))
