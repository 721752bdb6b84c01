"""What the process takes of the machine."""

import ctypes
import resource
from types import SimpleNamespace

import pytest

from index.machine import give_back_memory, most_open_files


@pytest.mark.parametrize("error", [AttributeError, OSError, TypeError])
def test_a_c_library_that_cannot_trim_is_no_error(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def library(_: None) -> None:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", library)
    give_back_memory()


def test_all_that_is_free_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(malloc_trim=kept.append))
    give_back_memory()
    assert kept == [0]


def test_where_files_are_not_limited_there_is_a_number_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 512))
    assert most_open_files() == 256
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert most_open_files() == 1 << 16
