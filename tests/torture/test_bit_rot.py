"""Files of a store are damaged: an error of the product's own, or no difference; never another text or quote."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from corpus.errors import CentreQAError
from index.build import build
from index.files import read_file
from index.snapshots import manifest, pointer
from index.snapshots.manifest import CONFIDENCE, MANIFEST, Manifest
from index.snapshots.pointer import CURRENT
from index.snapshots.snapshot import Snapshot
from index.snapshots.store import Store
from index.storage.checkpoint import RowDigest
from index.stores import ServedStore
from service.answering.confidence import SHIPPED
from service.answering.engine import Engine
from service.runtime.current import CurrentEngine
from tests.encoders import FailingEncoder
from tests.fakes import FakeEncoder
from tests.index.builds import EACH, documents_of
from tests.torture.conftest import Tally
from tests.torture.rig.bounds import bounded
from tests.torture.rig.damage import DAMAGES, flip, flipped, replaced
from tests.torture.rig.operations import FIRST, SECOND, SMALL, Mended, Torn, annotate, build_of, fact

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
SMALL_FILE = 1024  # bytes, up to which each byte of a file is damaged
QUESTIONS = ("What is fact 2 of the harbour?", "What is fact 3 of the pier?", "Which facts has the tower?")
SOON = 1.0  # seconds, many times what a start takes
Open = Callable[[ServedStore, str], Engine]


def open_verified(store: ServedStore, snapshot: str) -> Engine:
    return Engine(store.open(snapshot), FakeEncoder())


def open_blindly(store: ServedStore, snapshot: str) -> Engine:
    assert isinstance(store, Store)
    folder = store.folder(snapshot)
    return Engine(Snapshot(folder, Manifest.read(folder)), FakeEncoder())


class Service:
    """What a service answers from a store that holds two snapshots, `texts` by their ids."""

    def __init__(self, store: Store) -> None:
        store.root.mkdir()
        (store.root / CONFIDENCE).write_bytes(SHIPPED.read_bytes())
        build_of(store, FIRST)
        first = str(store.current())
        build_of(store, SECOND)
        annotate(store)
        self.store = store
        self.texts = {first: FIRST, str(store.current()): SECOND}
        published = sorted(path for path in store.root.glob("snapshots/**/*") if path.is_file())
        self.files = [store.root / CURRENT, *published]

    def start(self, open_engine: Open = open_verified, seconds: float = 60) -> None:
        """Raise Torn unless a start serves one of the two as it is, in time. A start that is refused says why."""
        with bounded(seconds):
            self._start(open_engine)

    def _start(self, open_engine: Open) -> None:
        current = CurrentEngine(self.store, open_engine)
        current.follow()
        if "could not be opened" in (current.error or ""):
            raise Torn("an error that is not the product's own")
        if current.snapshot is None:
            if current.error is None:
                raise Torn("nothing is served, and no word why")
            return
        self.require(current.engine, self.texts[current.snapshot])
        if current.snapshot != self._active() and current.error is None:
            raise Torn("another one is served, and no word why")

    def require(self, engine: Engine, texts: Mapping[str, str]) -> None:
        if {info.id: engine.document(info.id).text for info in engine.documents()} != texts:
            raise Torn("another text")
        for question in QUESTIONS:
            reply = engine.ask(question)
            if reply.best_answer is None:
                raise Torn(f"no answer to {question}")
            for evidence in reply.best_answer.evidence:
                if texts[evidence.document][evidence.start : evidence.end] != evidence.quote:
                    raise Torn(f"{evidence.quote} does not stand there")

    def _active(self) -> str | None:
        try:
            return self.store.current()
        except CentreQAError:
            return None


@pytest.fixture
def service(store: Store) -> Service:
    return Service(store)


def positions(files: Sequence[Path], *, small: bool) -> list[tuple[Path, int]]:
    """Each byte of the small files, or of the others."""
    sized = [(path, path.stat().st_size) for path in files]
    return [(path, byte) for path, size in sized if (size <= SMALL_FILE) is small for byte in range(size)]


@pytest.mark.parametrize("small", [True, False], ids=["small files", "large files"])
def test_flipped_bits(service: Service, tally: Tally, random: Random, is_long: bool, small: bool) -> None:
    """A bit of a file is another one (in long mode in each byte of each small file)."""
    everywhere = positions(service.files, small=small)
    for path, position in random.sample(everywhere, len(everywhere) if small and is_long else 2000 if is_long else 60):
        tally.tries += 1
        with flipped(path, position, random.randrange(8)):
            service.start()
        tally.survivors += 1


def test_files_replaced(service: Service, tally: Tally, random: Random, is_long: bool) -> None:
    """A file is cut, swapped, missing, a link, a folder, a pipe or a terabyte long."""
    cases = [(path, damage) for path in service.files for damage in DAMAGES]
    names = [path for path in service.files if path.name in (CURRENT, MANIFEST)]
    for path, damage in cases if is_long else [*((n, d) for n in names for d in DAMAGES), *random.sample(cases, 60)]:
        tally.tries += 1
        with replaced(path, DAMAGES[damage], random):
            service.start()
        tally.survivors += 1


def test_without_checksums_another_text_is_served(service: Service, random: Random) -> None:
    text = service.store.folder(str(service.store.current())) / "text.bin"
    with flipped(text, random.randrange(text.stat().st_size), 0), pytest.raises(Torn):
        service.start(open_blindly)


BLIND = {
    "text.bin": ("empty", "cut", "another file", "zeros", "a link to a device", "a pipe"),
    "documents.jsonl": ("a terabyte long",),
    CONFIDENCE: ("missing", "a link to itself", "a link to nothing", "a link to a folder", "a folder"),
}
"""Where each kind of damage harms whoever does not look first. The others harm nobody: a longer file, another name."""


@pytest.mark.parametrize("name", BLIND)
def test_without_checksums_a_file_that_was_replaced_is_used(
    service: Service, random: Random, is_long: bool, name: str
) -> None:
    path = service.store.folder(str(service.store.current())) / name
    for damage in BLIND[name]:
        if damage == "a link to a device" and not is_long:
            continue  # it is read for half a minute, until memory ends
        with capture_logs(), replaced(path, DAMAGES[damage], random), pytest.raises((Torn, UnicodeDecodeError)):
            service.start(open_blindly, seconds=SOON if damage == "a pipe" else 60)


def read_whatever_it_is(path: Path, most: int = -1) -> bytes:
    """As `index.files.read_file`, but of pipes too."""
    with path.open("rb") as file:
        return file.read(most)


def read_however_long(path: Path, most: int = -1) -> bytes:
    """As `index.files.read_file`, but all of it."""
    return read_file(path)


@pytest.mark.parametrize(
    ("damage", "read", "seconds"), [("a pipe", read_whatever_it_is, SOON), ("a terabyte long", read_however_long, 60)]
)
def test_without_a_look_first_reading_a_name_takes_for_ever(
    service: Service,
    random: Random,
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
    read: Callable[..., bytes],
    seconds: float,
) -> None:
    active = service.store.folder(str(service.store.current()))
    for module in (pointer, manifest):
        monkeypatch.setattr(module, "read_file", read)
    for path in (service.store.root / CURRENT, active / MANIFEST):
        with capture_logs(), replaced(path, DAMAGES[damage], random), pytest.raises(Torn):
            service.start(seconds=seconds)


def damage_leftovers(store: Store, times: int, tally: Tally, random: Random) -> None:
    """Damage what an interrupted build left, so often; raises Torn unless the next build is as one from nothing."""
    build_of(store, FIRST)
    texts, mended = FIRST | {"canal": fact("canal", 16)}, Mended()
    with pytest.raises(MemoryError):
        build(store, documents_of(texts), FailingEncoder(9, MemoryError()), EACH, limits=SMALL)
    damaged = Store(store.root.with_name("damaged"))
    for _ in range(times):
        shutil.rmtree(damaged.root, ignore_errors=True)
        shutil.copytree(store.root, damaged.root)
        files = [path for path in damaged.abandoned()[0].iterdir() if path.stat().st_size]
        path = random.choice(sorted(files))
        tally.tries += 1
        flip(path, random.randrange(path.stat().st_size), random.randrange(8))
        mended.require(damaged, texts)
        tally.survivors += 1


def test_what_an_interrupted_build_left(store: Store, tally: Tally, random: Random, is_long: bool) -> None:
    """What an interrupted build left is damaged; the next build succeeds."""
    damage_leftovers(store, 1000 if is_long else 40, tally, random)


def test_without_a_checksum_what_was_left_is_taken_over(
    store: Store, random: Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RowDigest, "of", lambda *arguments: "any")
    with pytest.raises(Torn, match="took over what was damaged"):
        damage_leftovers(store, 100, Tally(), random)
