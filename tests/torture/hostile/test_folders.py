"""Folders made to harm: what must not be read is left out and named, all else is built, and nothing else is touched."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus.documents import Document
from corpus.reading import folder as reading
from corpus.reading import names
from corpus.reading.folder import read_folder
from corpus.reading.names import Entry
from index.build import build
from index.snapshots.store import Store
from tests.fakes import FakeEncoder
from tests.torture.conftest import Tally
from tests.torture.hostile.rig import GOOD, SECRET, Harmed, careless, require_harmless

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
NOBODY = 65534


def named(name: bytes) -> Callable[[Path], object]:
    """Makes a file of a good text with this name, which may be no UTF-8."""
    return lambda folder: Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(GOOD, "utf-8")


def link(name: str, target: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).symlink_to(target)


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")


def listening(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(folder)  # the name of a socket may have a hundred letters
        server.bind("socket.txt")
        os.chdir(before)


def device(folder: Path) -> None:
    try:
        os.mknod(folder / "zeros.txt", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")


def deep(name: str, levels: int) -> Callable[[Path], object]:
    """Makes folders in folders, with a text in the last; the path to it may be longer than any that can be opened."""

    def make(folder: Path) -> None:
        here = os.open(folder, os.O_RDONLY)
        for _ in range(levels):
            os.mkdir(name, dir_fd=here)
            inner = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.close(os.open("deep.txt", os.O_CREAT, dir_fd=here))
        os.close(here)

    return make


KINDS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a link to itself": (link("loop.txt", "loop.txt"), "loop.txt cannot be read", "Too many levels of symbolic links"),
    "a link to its own folder": (link("again", "."), "", "Too many levels of symbolic links"),
    "a link to nothing": (link("dead.txt", "nothing.txt"), "dead.txt cannot be read", "leaves out [] in silence"),
    "a link to a file outside": (link("leak.txt", "../outside/secret.txt"), "leak.txt is a link out of ", "leak holds"),
    "a link to a folder outside": (link("leaks", "../outside"), "leaks is a link out of ", "leaks/secret holds"),
    "a link to a device": (link("zeros.txt", "/dev/zero"), "zeros.txt is a link out of ", r"zeros holds '\x00"),
    "a pipe": (pipe, "pipe.txt is not a regular file", "pipe holds ''"),
    "a socket": (listening, "socket.txt cannot be read", "No such device or address"),
    "a device": (device, "zeros.txt is not a regular file", r"zeros holds '\x00"),
    "a line break": (named(b"a\nb.txt"), r"a\nb.txt' document id 'a\nb' holds control", r"reads 'a\nb'"),
    "a control character": (
        named(b"a\x1b[2J.txt"), r"a\x1b[2J.txt' document id 'a\x1b[2J' holds control", r"reads 'a\x1b[2J'",
    ),
    "another direction": (
        named("a\u202etxt.txt".encode()), r"a\u202etxt.txt' document id 'a\u202etxt' holds", r"reads 'a\u202etxt'",
    ),
    "no UTF-8": (named(b"a\xff.txt"), r"a\udcff.txt' document id 'a\udcff' holds control", r"reads 'a\udcff'"),
    "no UTF-8 after the point": (named(b"a.\xff\n"), "", "reads 'a'"),
    "a long name": (named(b"a" * 250 + b".txt"), "a.txt a document id has 250 characters", "reads 'aaaa"),
    "two names that look the same": (
        lambda folder: [named(name.encode())(folder) for name in ("é\x1b.txt", "e\u0301\x1b.txt", "é\x1b.md")],
        r"have one id, '\xe9\x1b.txt': rename",
        r"\x1b', 'good', '\xe9\x1b', '\xe9\x1b'",
    ),
    "no text": (lambda folder: (folder / "empty.txt").touch(), "holds only white space", "empty holds ''"),
    "folders in folders": (deep("d", 1100), "deep.txt a document id has 2204 characters", "deep holds ''"),
    "folders beyond what can be opened": (
        deep("d" * 250, 17), "cannot be listed (File name too long)", "File name too long",
    ),
}  # fmt: skip
"""What a folder holds; how it is left out: file and reason on one line, empty where it is no text, or read already; and
what is said of a reader without care."""


def require_good(documents: Iterable[Document]) -> None:
    """Raise Harmed unless the good text is read and nothing else."""
    names = sorted(require_harmless(documents, GOOD.__eq__))
    if names != ["good"]:
        raise Harmed(f"reads {', '.join(map(ascii, names))}")


def require_named(lines: Sequence[str], said: str) -> None:
    """Raise Harmed unless one of these lines says what was left out; each has to be one."""
    if not all(line.isprintable() for line in lines) or not any(said in line for line in lines or [""]):
        raise Harmed(f"leaves out {lines} in silence")


def built(folder: Path, var: Path) -> list[str]:
    """Build the folder; returns what was left out, a line for each. Raises Harmed."""
    store = Store(var)
    report = build(store, read_folder(folder), FakeEncoder())
    snapshot = store.open()
    require_good(snapshot.document(record.info.id) for record in snapshot.documents)
    require_named(list(report.not_read), "")
    return [f"{left.file} {left.reason}" for left in report.left_out]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_folder_holds(kind: str, folder: Path, tmp_path: Path, tally: Tally) -> None:
    """A folder holds a link, a pipe, a device, a name or a depth that does harm; all else is built."""
    make, said, _ = KINDS[kind]
    tally.tries += 1
    make(folder)
    outside = tree(tmp_path / "outside")
    require_named(built(folder, tmp_path / "var"), said)
    assert tree(tmp_path / "outside") == outside
    tally.survivors += 1


def read_carelessly(folder: Path, said: str) -> None:
    """Raise what the tests say of a reader without care."""
    require_good(careless(folder))
    require_named([], said)


@pytest.mark.parametrize("kind", KINDS)
def test_each_harms_a_reader_without_care(kind: str, folder: Path) -> None:
    make, said, harm = KINDS[kind]
    make(folder)
    with pytest.raises((Harmed, OSError), match=re.escape(harm)):
        read_carelessly(folder, said)


def tree(folder: Path) -> list[tuple[str, int, bytes]]:
    """Name, time of the last change and bytes of each file."""
    return [(path.name, path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(folder.iterdir())]


def require_each_named(folder: Path, var: Path, count: int) -> None:
    """Raise Harmed unless each of so many files is named, on a line of its own."""
    lines = built(folder, var)
    require_named(lines, "0.txt")
    named = {line.split()[0] for line in lines}
    if named != {f"{number}.txt" for number in range(count)}:
        raise Harmed(f"names {len(named)} of {count} files")


def fill(folder: Path, count: int) -> None:
    """Make so many empty files."""
    for number in range(count):
        (folder / f"{number}.txt").touch()


def test_thousands_of_empty_files(folder: Path, tmp_path: Path, tally: Tally, is_long: bool) -> None:
    """A folder holds 10,000 empty files; each is named (a tenth of them in short mode)."""
    count = 10_000 if is_long else 1_000
    fill(folder, count)
    tally.tries += count
    require_each_named(folder, tmp_path / "var", count)
    tally.survivors += count


@pytest.mark.parametrize(("skipped", "said"), [("*.txt", "in silence"), ("*9.txt", "names 90 of 100 files")])
def test_a_reader_that_skips_empty_files_is_noticed(
    skipped: str, said: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk_past(below: Path) -> Iterator[Entry]:
        """The files below a folder, but for the empty ones of this name."""
        entries = names.walk(below)
        return (entry for entry in entries if entry.path.stat().st_size or not entry.path.match(skipped))

    fill(folder, 100)
    require_each_named(folder, tmp_path / "before", 100)
    monkeypatch.setattr(reading, "walk", walk_past)
    with pytest.raises(Harmed, match=said):
        require_each_named(folder, tmp_path / "var", 100)


def test_files_and_folders_without_permission(tally: Tally) -> None:
    """A file and a folder may not be read; both are named."""
    tally.tries += 2
    # Not below the folder of the tests, which only its owner may enter.
    folder = Path(subprocess.run(["mktemp", "-d"], check=True, capture_output=True, text=True).stdout.strip())
    try:
        (folder / "closed").mkdir()
        for name in ("good.txt", "closed.txt", "closed/secret.txt"):
            (folder / name).write_text(GOOD if name == "good.txt" else SECRET, "utf-8")
        folder.chmod(0o755)
        for name in ("closed.txt", "closed"):
            (folder / name).chmod(0)
        with nobody():
            reading = read_folder(folder)
            require_good(reading)
            with pytest.raises(PermissionError):
                require_good(careless(folder))
        reasons = {left.file: left.reason for left in reading.report.left_out}
        assert reasons == {
            "closed": "cannot be listed (Permission denied): check its permissions",
            "closed.txt": "cannot be read (Permission denied): check its permissions",
        }
    finally:
        shutil.rmtree(folder)
    tally.survivors += 2


@contextmanager
def nobody() -> Iterator[None]:
    """Without the rights of root, where this process has them."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
