"""Every call by which a process changes or reads files below a folder, shown before and after it is made.

Files that Python opens, and what `os` and numpy offer for changing names and for reaching the disk. What is read or
written through a memory map is no call; that it is put on the disk is one.
"""

import builtins
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest

NAMES = ("mkdir", "rmdir", "unlink", "remove", "rename", "replace", "link", "truncate")


@dataclass(frozen=True, slots=True)
class Call:
    """`name` as in `os`, or open, write, msync. `target` is the second path of a rename or link.

    A call `read` opens a file or folder for reading, or reads from a file: it changes nothing, but may fail. `is_new`
    where a file is opened that was not there.
    """

    name: str
    path: Path
    target: Path | None = None
    is_new: bool = False


Watch: TypeAlias = Callable[[Call], None]


def nothing(call: Call) -> None:
    """The `Watch` of those that do not watch."""


class WatchedFile(io.FileIO):
    """A file that is open for writing; `around` runs each call that changes it."""

    def __init__(self, path: Path, mode: str, around: Callable[..., Any]) -> None:
        self._path, self._around = path, around
        around(Call("open", path, is_new=not path.exists()), partial(super().__init__, path, mode))

    def write(self, data: Any, /) -> int:
        return int(self._around(Call("write", self._path), partial(super().write, data)))

    def truncate(self, size: int | None = None, /) -> int:
        return int(self._around(Call("truncate", self._path), partial(super().truncate, size)))


class ReadFile(io.FileIO):
    """A file that is open for reading; `around` runs each call that reads from it."""

    def __init__(self, file: Path | int, path: Path, around: Callable[..., Any]) -> None:
        super().__init__(file)
        self._path, self._around = path, around

    def readinto(self, buffer: Any, /) -> int:
        return int(self._around(Call("read", self._path), super().readinto, buffer))

    def readall(self) -> bytes:
        return bytes(self._around(Call("read", self._path), super().readall))


@contextmanager
def watched(root: Path, before: Watch = nothing, after: Watch = nothing) -> Iterator[None]:
    """Shows each call below `root`, until the end of the block or of the process. `before` may raise or end it."""
    with pytest.MonkeyPatch.context() as patch:
        _Watched(root, before, after).install(patch)
        yield


class _Watched:
    """Takes the place of functions of `os`, of `open` and of a map's `flush`."""

    def __init__(self, root: Path, before: Watch, after: Watch) -> None:
        self.root = root.resolve()
        self.before = before
        self.after = after

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for name in NAMES:
            patch.setattr(os, name, partial(self.change_name, name, getattr(os, name)))
        for module in (io, builtins):
            patch.setattr(module, "open", partial(self.open, io.open))
        patch.setattr(os, "open", partial(self.open_descriptor, os.open))
        patch.setattr(os, "fsync", partial(self.fsync, os.fsync))
        flush = np.memmap.flush
        patch.setattr(
            np.memmap, "flush", lambda column: self.around(Call("msync", Path(column.filename)), flush, column)
        )

    def around(self, call: Call, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if not call.path.is_relative_to(self.root):
            return function(*args, **options)
        self.before(call)
        result = function(*args, **options)
        self.after(call)
        return result

    def change_name(self, name: str, function: Callable[..., Any], path: Any, *args: Any, **options: Any) -> Any:
        target = _path(args[0]) if name in ("rename", "replace", "link") else None
        return self.around(Call(name, _path(path, options.get("dir_fd")), target), function, path, *args, **options)

    def fsync(self, function: Callable[..., Any], descriptor: int) -> None:
        self.around(Call("fsync", _path_of(descriptor)), function, descriptor)

    def open_descriptor(self, function: Callable[..., int], path: Any, flags: int, *args: Any, **options: Any) -> int:
        whole = _path(path, options.get("dir_fd"))
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            call = Call("open", whole, is_new=not whole.exists())
        else:
            call = Call("read", whole)
        return int(self.around(call, function, path, flags, *args, **options))

    def open(
        self, function: Callable[..., Any], file: Any, mode: str = "r", buffering: int = -1, *args: Any, **o: Any
    ) -> Any:
        path = _path_of(file) if isinstance(file, int) else _path(file)
        is_written = bool(set(mode) & set("wxa+"))
        if not path.is_relative_to(self.root) or (isinstance(file, int) and is_written):
            return function(file, mode, buffering, *args, **o)
        buffered: io.BufferedIOBase
        if is_written:
            raw = WatchedFile(path, mode.replace("b", "").replace("t", ""), self.around)
            buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        elif isinstance(file, int):
            buffered = io.BufferedReader(ReadFile(file, path, self.around))
        else:
            buffered = io.BufferedReader(self.around(Call("read", path), ReadFile, path, path, self.around))
        return buffered if "b" in mode else io.TextIOWrapper(buffered, *args, **o)


def _path(path: Any, folder: int | None = None) -> Path:
    whole = Path(os.fsdecode(path))
    return (_path_of(folder) / whole) if folder is not None else whole.absolute()


def _path_of(descriptor: int) -> Path:
    return Path(os.readlink(f"/proc/self/fd/{descriptor}"))  # noqa: PTH115
