"""Files that ask for much: each is refused with its name, or read in bounds; the files around it are built."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from corpus.documents import Document
from corpus.errors import CorpusError
from corpus.formats import OTHERS, SUFFIXES, TEXTS
from corpus.reading.folder import read_folder
from corpus.reading.isolation import Limits, Parsers
from corpus.reading.names import LEFT_OUT
from corpus.reading.report import Reading
from index.build import build
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.torture.conftest import Tally
from tests.torture.hostile.bombs import BOMBS, MEMORY, Bomb
from tests.torture.hostile.rig import GOOD, Harmed
from tests.torture.hostile.unguarded import NO_LIMIT, in_child

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
LIMITS = Limits(seconds=240, memory=600 << 20)  # far from what a slow machine takes, and less than the bombs ask for
MOST = 1_000_000  # characters of what is read
LONGEST = 10_000  # characters of a passage


def test_every_format_has_its_bombs() -> None:
    modules = {suffix: (OTHERS | TEXTS)[suffix] for suffix in SUFFIXES}
    assert {modules[suffix] for suffix in BOMBS} == set(modules.values())


def require_bounded(suffix: str, bombs: Mapping[str, Bomb], folder: Path, limits: Limits = LIMITS) -> None:
    """Build these bombs between two good texts; raises Harmed unless each is refused with its name, or in bounds."""
    texts = folder / "texts"
    texts.mkdir()
    for name in ("a", "z"):  # before the bombs and after them
        (texts / f"{name}.html").write_text(f"<p>{GOOD}", "utf-8")
    for name, bomb in bombs.items():
        with (texts / f"{name}{suffix}").open("wb") as file:
            made = bomb.make()
            file.truncate(made) if isinstance(made, int) else file.write(made)
    store, reading = Store(folder / "var"), read_folder(texts, limits=limits)
    named = {name if suffix in LEFT_OUT else f"{name}{suffix}": bomb for name, bomb in bombs.items()}
    started = time.process_time()
    try:
        report = build(store, Reading(bounded(reading, named), reading.report), FakeEncoder())
    except RecursionError as error:
        raise Harmed("ends the build: RecursionError") from error
    if time.process_time() - started > limits.seconds:
        raise Harmed(f"takes more than {limits.seconds:g} seconds to build")
    reasons = {left.file: left.reason for left in report.left_out}
    for name, bomb in bombs.items():
        reason = reasons.get(f"{name}{suffix}")
        if reason is not None and (bomb.said is None or not re.search(bomb.said, reason)):
            raise Harmed(f"{name}{suffix} is left out: {reason}")
    snapshot = store.open()
    read = {record.info.id for record in snapshot.documents}
    if read != {"a.html", "z.html"} | {name for name, bomb in named.items() if bomb.said is None}:
        raise Harmed(f"only {sorted(read)} are read")
    for name in read:
        longest = max((len(passage.text) for passage in snapshot.passages(name)), default=0)
        if longest > LONGEST:
            raise Harmed(f"{name} has a passage of {longest} characters")


def bounded(documents: Iterable[Document], bombs: Mapping[str, Bomb]) -> Iterator[Document]:
    """The documents; raises Harmed at one that should be refused, or is too large. `bombs` are those by their ids."""
    for document in documents:
        name, bomb = document.id, bombs.get(document.id)
        metadata = sum(len(value) for _, value in document.info.metadata)
        if bomb is None and document.text != GOOD:
            raise Harmed(f"{name} holds {document.text[:40]!r}")
        if bomb is not None and bomb.said is not None:
            raise Harmed(f"{name} is read")
        if not 0 < len(document.text) < MOST:
            raise Harmed(f"{name} has {len(document.text)} characters")
        if metadata > MOST:
            raise Harmed(f"{name} has {metadata} characters of metadata")
        yield document


@pytest.mark.parametrize("suffix", BOMBS)
def test_a_file_that_asks_for_much(suffix: str, tmp_path: Path, tally: Tally) -> None:
    """A small file inflates, multiplies, nests or counts without end; it is refused or read in bounds."""
    tally.tries += len(BOMBS[suffix])
    require_bounded(suffix, BOMBS[suffix], tmp_path)
    tally.survivors += len(BOMBS[suffix])


@pytest.mark.parametrize(
    ("suffix", "name"),
    [(suffix, name) for suffix, bombs in BOMBS.items() for name, bomb in bombs.items() if bomb.harm],
)
def test_without_its_own_limit_each_does_harm(
    suffix: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_long: bool
) -> None:
    bomb, memory = BOMBS[suffix][name], LIMITS.memory
    if bomb.is_slow and not is_long:
        pytest.skip("in long mode only")
    if bomb.without is None:
        memory = NO_LIMIT
    elif suffix in OTHERS:
        in_child(bomb.without, tmp_path / "path", monkeypatch)
    else:
        bomb.without(monkeypatch.setattr)
    with pytest.raises(Harmed, match=str(bomb.harm)):
        require_bounded(suffix, {name: bomb}, tmp_path, Limits(bomb.seconds, memory))


def test_what_takes_memory_is_refused_by_the_limit_and_by_nothing_else() -> None:
    nodes = b"<!--x-->" * 4_000_000 + b"<p>MARK"
    with Parsers(Limits(seconds=240, memory=200 << 20)) as parsers:
        with pytest.raises(CorpusError, match=rf"{MEMORY}|^cannot be read .SelectolaxError: Can't parse HTML"):
            parsers.read(".html", nodes)
        assert parsers.read(".html", b"<p>MARK").text == "MARK"
    with Parsers(Limits(seconds=240, memory=16 << 30)) as parsers:
        assert parsers.read(".html", nodes).text == "MARK"


@pytest.mark.parametrize("suffix", LEFT_OUT)
def test_without_the_limit_of_a_file_it_is_read_whole(suffix: str, tmp_path: Path, is_long: bool) -> None:
    if suffix == ".md" and not is_long:
        pytest.skip("in long mode only")
    (tmp_path / f"size{suffix}").write_bytes(b"words " * 10_000_000)
    with pytest.raises(CorpusError, match="60000000 bytes"):
        list(read_folder(tmp_path, strict=True))
    (source,) = read_folder(tmp_path, max_bytes=100_000_000)
    assert len(source.text) >= 59_999_999
