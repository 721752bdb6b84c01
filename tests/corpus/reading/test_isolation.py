"""The child process that parsers run in: what it sends back, and how it ends."""

import os
import signal
import time
from pathlib import Path

import pytest

from corpus.documents import Anchor, Block
from corpus.errors import CorpusError
from corpus.formats.html import read
from corpus.prose.blocks import Parsed, Structure
from corpus.reading.isolation import Limits, Parsers
from corpus.reading.wire import parsed_from_json, parsed_to_json

SLOW = b"<div>" * 9_999 + b"<p>x" * 150_000
PAGE = "<h1 id=a>Größe 🎉</h1><ul><li>one<ul><li>two</ul></ul>".encode()


def test_what_comes_back_is_what_the_parser_found() -> None:
    with Parsers() as parsers:
        assert parsers.read(".html", PAGE) == read(PAGE)


def test_the_wire_keeps_everything() -> None:
    structure = Structure([Block("row", 1, 2, 3, (0, 1))], [(4, 5)], "T", {"a": "b"}, [Anchor(1, None, "x")])
    parsed = Parsed("text", structure, "cp1252")
    assert parsed_from_json(parsed_to_json(parsed)) == parsed


def test_one_process_reads_many_files_and_is_started_when_it_is_needed() -> None:
    with Parsers() as parsers:
        assert parsers.process is None
        parsers.read(".html", PAGE)
        process = parsers.process
        with pytest.raises(CorpusError, match="is damaged"):
            parsers.read(".pdf", b"x")
        for _ in range(100):
            parsers.read(".html", PAGE)
        assert parsers.process == process
    assert parsers.process is None


def test_a_process_that_dies_is_replaced() -> None:
    with Parsers() as parsers:
        parsers.read(".html", PAGE)
        process = parsers.process
        assert process
        os.kill(process, signal.SIGKILL)
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        assert parsers.read(".html", PAGE).text
        assert parsers.process != process


def test_a_file_that_takes_too_long_is_refused_and_the_next_one_is_read() -> None:
    with Parsers(Limits(seconds=0.3)) as parsers:
        with pytest.raises(CorpusError, match=r"takes more than 0\.3 seconds to read: split it"):
            parsers.read(".html", SLOW)
        assert parsers.process is None
    with Parsers() as parsers:
        assert parsers.read(".html", PAGE).text


@pytest.mark.slow
def test_a_file_that_takes_long_is_read_where_the_limit_is_large() -> None:
    with Parsers(Limits(seconds=600)) as parsers:
        assert parsers.read(".html", SLOW).text.count("x") == 150_000


def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_one_is_read() -> None:
    with Parsers(Limits(memory=200 << 20)) as parsers:
        with pytest.raises(CorpusError, match=r"memory|takes more than 200 MB|cannot be read"):
            parsers.read(".html", b"<p>word" * 5_000_000)
        assert parsers.read(".html", PAGE).text


@pytest.mark.slow
def test_ten_million_rows_are_refused_in_bounded_time_and_memory() -> None:
    started = time.monotonic()
    with Parsers(Limits(seconds=30, memory=1 << 30)) as parsers:
        with pytest.raises(
            CorpusError, match=r"^(?:has more than 1000000 records: split it|takes .* to read: split it)"
        ):
            parsers.read(".csv", b"a,b\n" * 10_000_000)
        assert parsers.read(".csv", b"a,b\n1,2\n").text == "a,b\n1,2\n"
    assert time.monotonic() - started < 30


def test_a_missing_parser_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # A package that cannot be imported stands before the real one.
    (tmp_path / "selectolax.py").write_text("raise ModuleNotFoundError('gone', name='selectolax')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Parsers() as parsers, pytest.raises(CorpusError, match=r"needs the package selectolax: run `pip install"):
        parsers.read(".html", PAGE)
