"""Hostile texts on the whole way, from file to answer: four times as much text takes about four times as long."""

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus import canonical
from corpus.formats import OTHERS, read
from corpus.reading.folder import read_folder
from index.build import build
from index.encoding.encoder import EncodedPassage, EncodedQuery, EncoderInput
from index.snapshots.store import Store
from service.answering.engine import Engine
from tests.fakes import FakeEncoder
from tests.torture.conftest import Tally
from tests.torture.hostile.makers import TEXTS, WRITTEN

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_waiting_for_the_disk")]
TIMES = 10  # as long as that a text four times as long may take: between linear and quadratic
SHORT = 1.0  # seconds of work that are fine whatever the shorter text took
QUESTIONS = (
    "How many ships are there?",
    "Who runs the harbour?",
    "When was the harbour built?",
    "Why was it built?",
    "What does AB stand for?",
    "Was the harbour not built in 1902?",
    "List all ships.",
    "Which version of the harbour is it?",
    "Is the fee higher than 1,000?",
)
SUFFIXES = (".md", ".txt", ".html", ".csv", ".rst", *WRITTEN)


class Flat(FakeEncoder):
    """Gives every text the same vector, since encoding would take longer than all that is measured."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) // 4 + 1 for text in texts]

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        return [self._flat(len(passage.sentences)) for passage in passages]

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        one = self._flat(1)
        return [EncodedQuery(text, one.vector, one.tokens, ((0, len(text)),)) for text in questions]

    def _flat(self, sentences: int) -> EncodedPassage:
        rows = np.zeros((sentences, self.dim), np.float32)
        rows[:, 0] = 1
        return EncodedPassage(rows[0], rows, rows, np.ones(sentences, np.int32))


def way_of(folder: Path, suffix: str) -> Callable[[bytes], object]:
    """All that is done with a file of this format, up to the answers; it stands beside a good one."""

    def way(data: bytes) -> None:
        texts = folder / f"texts{suffix}"
        texts.mkdir(exist_ok=True)
        (texts / "good.txt").write_text("The harbour was built in 1902.", "utf-8")
        (texts / f"hostile{suffix}").write_bytes(data)
        # What a process of parsers does is done here too, where its time counts; that of docutils grows with the square
        # of some texts, and the limit of time ends it.
        if suffix in OTHERS and suffix != ".rst":
            with suppress(Exception):
                read(data, suffix)
        store = Store(folder / f"var{suffix}")
        build(store, read_folder(texts), Flat())
        engine = Engine(store.open(), Flat())
        for question in QUESTIONS:
            engine.ask(question)

    return way


def file_of(suffix: str, text: str) -> bytes:
    """A file of this format with the text in it."""
    return WRITTEN[suffix](text) if suffix in WRITTEN else text.encode()


def seconds(call: Callable[[Any], object], made: object) -> float:
    """The time that this process works on a text, without what it waits for."""
    start = time.process_time()
    call(made)
    return time.process_time() - start


def grows_too_fast(
    call: Callable[[Any], object],
    unit: str,
    letters: int,
    short: float = SHORT,
    make: Callable[[str], object] = str,
    tries: int = 3,
) -> bool:
    """Whether four times the letters take `TIMES` as long, and longer than `short`, also when that is tried again.

    `make` says what the call is given of a text.
    """

    def made(letters: int) -> object:
        return make(unit * (letters // len(unit)) + " x")

    for _ in range(tries):
        long = seconds(call, made(4 * letters))
        if long < short or long < TIMES * seconds(call, made(letters)):
            return False
    return True


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text(name: str, tmp_path: Path, tally: Tally, is_long: bool) -> None:
    """A hostile text of n letters, and of 4n, is read, built and asked every kind of question."""
    for suffix in SUFFIXES if is_long else SUFFIXES[:2]:
        tally.tries += 1
        way, make = way_of(tmp_path, suffix), partial(file_of, suffix)
        assert not grows_too_fast(way, TEXTS[name], 50_000 if is_long else 10_000, make=make), suffix
        tally.survivors += 1


def test_without_the_limit_of_marks_the_time_grows_too_fast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_too_fast(tries: int) -> bool:
        way = way_of(tmp_path, ".txt")
        return grows_too_fast(way, TEXTS["combining marks"], 24_000, 0, str.encode, tries)

    # What is short is not fine here, so whatever else the process does once may look like growth.
    assert not is_too_fast(tries=3)
    monkeypatch.setattr(canonical, "MARKS", 1 << 31)
    assert any(is_too_fast(tries=1) for _ in range(5))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_text_arrives_in_every_format(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"hostile{suffix}").write_bytes(file_of(suffix, "The [harbour] (a & b).\nIt was built in 1902.\n" * 20))
    (document,) = read_folder(tmp_path)
    assert document.text.count("The [harbour] (a & b).") == document.text.count("1902") == 20


def test_the_square_of_the_text_is_noticed() -> None:
    # Sixteen times as long, for which a busy machine may pass off ten once.
    assert any(grows_too_fast(lambda text: re.search(r"\s+\Z", text), " ", 3000, short=0) for _ in range(3))
    assert not grows_too_fast(lambda text: sum(map(ord, text)), " ", 300_000, short=0)
