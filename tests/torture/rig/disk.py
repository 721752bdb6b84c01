"""What a disk may hold after the power is lost: all that was put on it, and any part of what was not yet.

Names and contents are apart: a file may have its name and not its contents, or the other way round. Putting a folder on
the disk puts its names there, not what its files hold; names of one folder may get there in any order.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeAlias

from tests.torture.rig.calls import Call

TOP = 0  # the number of the folder that is there from the beginning


@dataclass(frozen=True, slots=True)
class Named:
    """What has this number is called `name` in a folder, and not `old` any more; without a number, nothing is."""

    folder: int
    name: str
    number: int | None
    old: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A file holds these bytes, which may get to the disk at any time from now on."""

    number: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Synced:
    """The contents of a file, or with `names`, the names of a folder are on the disk. `what` says which, for people."""

    number: int
    what: str
    names: bool = False


Event: TypeAlias = Named | Written | Synced


class Recorder:
    """Makes events of the calls below `root`. Each file and folder gets a number that no other one gets."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.events: list[Event] = []
        self._numbers = {root.stat().st_ino: TOP}
        self._data: dict[int, bytes] = {}
        self._last = TOP

    def __call__(self, call: Call) -> None:
        """Record a call that was made."""
        name = call.path.name
        if call.name == "mkdir" or call.is_new:
            self._last += 1
            self._numbers[call.path.stat().st_ino] = self._last
            if call.path.is_file():
                self._write(self._last, b"")
            self.events.append(Named(self._number(call.path.parent), name, self._last))
        elif call.name in ("rename", "replace", "link") and call.target:
            old = None if call.name == "link" else name  # names change within one folder only
            folder, number = self._number(call.target.parent), self._number(call.target)
            self.events.append(Named(folder, call.target.name, number, old))
        elif call.name in ("unlink", "remove", "rmdir"):
            self.events.append(Named(self._number(call.path.parent), name, None))
        if call.name in ("open", "write", "truncate", "fsync", "msync") and call.path.is_file():
            self._write(self._number(call.path), call.path.read_bytes())
        if call.name in ("fsync", "msync"):
            what = f"{call.name} {call.path.relative_to(self.root)}"
            self.events.append(Synced(self._number(call.path), what, call.path.is_dir()))

    def _write(self, number: int, data: bytes) -> None:
        if self._data.get(number) != data:
            self._data[number] = data
            self.events.append(Written(number, data))

    def _number(self, path: Path) -> int:
        return self._numbers[path.stat().st_ino]


Keep: TypeAlias = Callable[[Sequence[Named]], Sequence[Named]]
"""Those changes of a folder's names that get to the disk, of all that were not put there."""
Choose: TypeAlias = Callable[[Sequence[bytes]], bytes]
"""What a file holds: given what was put on the disk, then all that was written since, which may be nothing."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What becomes of that which was not put on the disk; `name` says what is lost."""

    name: str
    keep: Keep
    choose: Choose


class Disk:
    """What is on the disk for sure after some events, and what is on its way."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._names: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self._new_names: defaultdict[int, list[Named]] = defaultdict(list)
        self._data: defaultdict[int, list[bytes]] = defaultdict(lambda: [b""])  # on the disk, then written since
        for event in events:
            match event:
                case Named(folder):
                    self._new_names[folder].append(event)
                case Written(number, data):
                    self._data[number].append(data)
                case Synced(number, names=True):
                    for named in self._new_names.pop(number, ()):
                        _rename(self._names[number], named)
                case Synced(number):
                    del self._data[number][:-1]

    def lay(self, root: Path, loss: Loss) -> None:
        """Make the files and folders that are left after this loss in an empty folder."""
        self._lay(root, TOP, loss, {})

    def _lay(self, root: Path, folder: int, loss: Loss, laid: dict[int, Path]) -> None:
        names = dict(self._names[folder])
        for named in loss.keep(self._new_names[folder]):
            _rename(names, named)
        for name, number in names.items():
            path = root / name
            if number in laid:
                os.link(laid[number], path)
            elif number in self._data:
                path.write_bytes(loss.choose(self._data[number]))
                laid[number] = path
            else:
                path.mkdir()
                self._lay(path, number, loss, laid)


def _rename(names: dict[str, int], named: Named) -> None:
    """Change the names of a folder, where the change still makes sense."""
    if named.old is not None and names.get(named.old) != named.number:
        return
    names.pop(named.name if named.old is None else named.old, None)
    if named.number is not None:
        names[named.name] = named.number


def losses(random: Random) -> Sequence[Loss]:
    """Each kind of loss; the last two lose any part, and nothing."""

    def zeros(versions: Sequence[bytes]) -> bytes:
        """What was put on the disk, and zeros where the file has become longer."""
        return versions[0] + bytes(max(len(versions[-1]) - len(versions[0]), 0))

    def some(versions: Sequence[bytes]) -> bytes:
        """One of the versions, or the last one up to some place and another one from there on."""
        last, other = versions[-1], random.choice([*versions, zeros(versions)])
        cut = random.choice((0, random.randrange(len(last) + 1)))
        return last[:cut] + other[cut:]

    def some_names(names: Sequence[Named]) -> Sequence[Named]:
        return [named for named in names if random.random() < 0.5]

    def of_the_last(names: Sequence[Named]) -> Sequence[Named]:
        return [named for named in names if named.number == names[-1].number]

    return (
        Loss("all", lambda names: [], lambda versions: versions[0]),
        Loss("contents", lambda names: names, lambda versions: versions[0]),
        Loss("contents but lengths", lambda names: names, zeros),
        Loss("last contents", lambda names: names, lambda versions: versions[-2:][0]),
        Loss("names but of the last file", of_the_last, lambda versions: versions[-1]),
        Loss("some", some_names, some),
        NOTHING,
    )


NOTHING = Loss("nothing", lambda names: names, lambda versions: versions[-1])
