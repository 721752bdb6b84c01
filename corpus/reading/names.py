"""Files of a folder, and the ids of the documents that they become."""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CorpusError

LEFT_OUT = (".md", ".txt")
"""Suffixes that ids leave out. All others stay: an id must not depend on which other files lie beside."""


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
    root = os.path.realpath(folder)
    unlisted = [folder]  # a stack of its own: the one of calls ends where folders are nested a thousand deep
    while unlisted:
        parent = unlisted.pop()
        try:
            with os.scandir(parent) as listing:
                found = [entry for entry in listing if not _is_hidden(entry.name)]
        except OSError as error:
            yield Entry(parent, f"{show(parent)} cannot be listed ({error.strerror}): check its permissions")
            continue
        for entry in found:
            path = Path(entry.path)
            if entry.is_symlink() and _leads_out(path, root):
                problem = f"{show(path)} is a link out of {show(folder)}: copy what it names, or remove it"
                yield Entry(path, problem)
            elif entry.is_dir(follow_symlinks=False):
                unlisted.append(path)
            elif not os.path.isdir(path):  # noqa: PTH112, that of a path raises where a name is too long
                yield Entry(path)


def _leads_out(link: Path, root: str) -> bool:
    """Whether a link names what is not below the root; false where it vanishes meanwhile, which its reading tells."""
    try:
        return not Path(os.path.realpath(link)).is_relative_to(root)
    except OSError:
        return False


def _is_hidden(name: str) -> bool:
    """Hidden files, and those by which Office marks a file as open."""
    return name.startswith((".", "~$"))


def name_documents(folder: Path | None, paths: list[Path]) -> Iterator[tuple[str, Entry]]:
    """The id of each file, in the order of the ids: its path below `folder`, without the suffixes of LEFT_OUT.

    Where a .md and a .txt file have nothing else apart, the second one keeps its suffix. Of files that still have one
    id, all but the first have a problem.
    """
    relative = {path: _relative(folder, path) for path in paths}
    named: dict[str, Path] = {}
    twins: list[Entry] = []
    for path in sorted(paths, key=lambda path: (path.suffix.lower(), relative[path])):
        name = _name(relative[path], path.suffix)
        if name in named and path.suffix.lower() in LEFT_OUT:
            name = unicodedata.normalize("NFC", relative[path])
        other = named.setdefault(name, path)
        if other is not path:
            problem = f"{show(other)} and {show(path)} have one id, {show(Path(name))}: rename one of them"
            twins.append(Entry(path, problem))
    for name, path in sorted(named.items()):
        yield name, Entry(path)
    for twin in twins:
        yield _name(relative[twin.path], twin.path.suffix), twin


def refuse_twins(folder: Path | None, paths: list[Path]) -> None:
    """Raise CorpusError where two files would have one id."""
    seen: dict[str, Path] = {}
    for path in paths:
        name = _name(_relative(folder, path), path.suffix)
        if name in seen:
            shown = show(Path(name))
            raise CorpusError(f"{show(seen[name])} and {show(path)} have one id, {shown}: rename one of them")
        seen[name] = path


def _relative(folder: Path | None, path: Path) -> str:
    return path.relative_to(folder).as_posix() if folder else path.name


def _name(relative: str, suffix: str) -> str:
    name = relative[: -len(suffix)] if suffix.lower() in LEFT_OUT else relative
    return unicodedata.normalize("NFC", name)
