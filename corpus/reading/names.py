"""Files of a folder, and the ids of the documents that they become."""

import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CorpusError


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that is to be read; `problem` says why it cannot be."""

    path: Path
    problem: str | None = None


def show(path: Path) -> str:
    """The path on one line, whatever characters its name holds."""
    return str(path) if str(path).isprintable() else ascii(str(path))


def walk(folder: Path) -> Iterator[Entry]:
    """Visible files below the folder, in any order. A folder that cannot be listed and a link out have a problem."""
    problems: list[Entry] = []

    def note(error: OSError) -> None:
        path = Path(error.filename)
        problems.append(Entry(path, f"{show(path)} cannot be listed ({error.strerror}): check its permissions"))

    root = os.path.realpath(folder)
    for parent, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in (*folders, *files):
            path = Path(parent, name)
            if _is_hidden(name):
                continue
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
                problem = f"{show(path)} is a link out of {show(folder)}: copy what it names, or remove it"
                yield Entry(path, problem)
            elif name in files:
                yield Entry(path)
    yield from problems


def _is_hidden(name: str) -> bool:
    """Hidden files, and those by which Office marks a file as open."""
    return name.startswith((".", "~$"))


def name_documents(folder: Path | None, paths: list[Path]) -> Iterator[tuple[str, Entry]]:
    """The id of each file, in the order of the ids: its path below `folder` without suffix.

    Files that have all but the suffix in common keep it in their ids. Of files that still have one id, all but the
    first have a problem.
    """
    relative = {path: path.relative_to(folder).as_posix() if folder else path.name for path in paths}
    short = {path: unicodedata.normalize("NFC", name[: -len(path.suffix)]) for path, name in relative.items()}
    counts = Counter(short.values())
    names = {p: short[p] if counts[short[p]] == 1 else unicodedata.normalize("NFC", relative[p]) for p in paths}
    taken: dict[str, Path] = {}
    for path in sorted(paths, key=lambda path: (names[path], relative[path])):
        name = names[path]
        other = taken.setdefault(name, path)
        problem = None if other is path else f"{show(other)} and {show(path)} have one id, {name}: rename one of them"
        yield name, Entry(path, problem)


def refuse_twins(folder: Path | None, paths: list[Path]) -> None:
    """Raise CorpusError where two files differ in nothing but their suffix."""
    seen: dict[str, Path] = {}
    for path in paths:
        relative = path.relative_to(folder).as_posix() if folder else path.name
        name = unicodedata.normalize("NFC", relative[: -len(path.suffix)])
        if name in seen:
            raise CorpusError(f"{show(seen[name])} and {show(path)} have one id, {name}: rename one of them")
        seen[name] = path
