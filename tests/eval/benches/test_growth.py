"""The growth bench: a run with a few passages."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from corpus.sources import read_source
from eval.__main__ import app
from eval.benches.growth import measure_size, parse_sizes, search_times
from eval.benches.growth_report import GrowthPoint, SearchFigures, describe, growth_plot, markdown_table
from eval.benches.synthetic import ScaledEncoder, Texts
from index.snapshots.store import Store
from tests.fakes import FakeEncoder

pytestmark = pytest.mark.slow

SENTENCES = [f"The {name} lies on the river {name}en since long ago." for name in ("Po", "Rhine", "Elbe", "Oder")]
POINT = GrowthPoint(1000, 21, 2.0, {"read": 1.0}, 0.5, 1, 50.0, 900.0, "exact", 0, 1.0, 4.0, 9.0, 3.0, 80.0, 30.0)
TABLE = """\
| passages | real vectors | build | rebuild after 1 % changed | bytes a passage | resident (own) | search p50 | p99 | \
encoding | recall@10 |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| 1,000 | 21 | 2.0 s | 0.5 s | 900 | 80 MB (30) | 4.0 ms | 9.0 ms | 3.0 ms | 1.000 (exact) |
"""


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "rivers.txt").write_text("\n\n".join(SENTENCES))
    return Texts(read_source(tmp_path / "texts"))


def search_here(root: Path, questions: Sequence[str]) -> SearchFigures:
    """The search that a fresh process would run, run in this one with the fake encoder."""
    return search_times(root, questions, FakeEncoder())


def test_a_size_is_built_rebuilt_and_searched(texts: Texts, tmp_path: Path) -> None:
    encoder = ScaledEncoder(FakeEncoder(), 10, tmp_path / "cache.npz")
    point = measure_size(Store(tmp_path / "store"), texts, encoder, 30, search=search_here)
    assert (point.passages >= 30, point.rebuild_encoded, point.dense, point.recall) == (True, 10, "exact", 1.0)
    assert 10 <= point.real < point.passages
    assert 0 < point.own <= point.resident
    assert set(point.phases) == {"read", "encode", "index", "publish"}
    assert min(point.build, point.rebuild, point.search_p50, point.resident, point.bytes_per_passage) > 0
    assert point.search_p99 >= point.search_p50


def test_what_is_said_and_drawn(tmp_path: Path) -> None:
    assert describe(POINT) == (
        "1000 passages: build 2.0 s, rebuild of 1 % 0.5 s, 900 bytes each, 80 MB resident (30 its own), search p50 "
        "4.0 ms and p99 9.0 ms (encoding 3.0 ms), exact recall@10 1.000"
    )
    assert markdown_table([POINT]) == TABLE
    growth_plot([POINT], tmp_path / "new" / "scale.png")
    assert (tmp_path / "new" / "scale.png").read_bytes().startswith(b"\x89PNG")


def test_sizes_are_numbers_separated_by_commas() -> None:
    assert parse_sizes("10000,100000") == [10_000, 100_000]


def test_the_command_writes_its_numbers(
    texts: Texts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: Callable[..., tuple[int, str, str]],
) -> None:
    """The process that would be started for the searches runs its command line in this one."""

    def run_here(words: Sequence[str], *, input: str, **_: object) -> subprocess.CompletedProcess[str]:  # noqa: A002
        assert words[1:3] == ("-m", "eval")
        monkeypatch.setattr(sys, "stdin", StringIO(input))
        with redirect_stdout(StringIO()) as printed, pytest.raises(SystemExit) as ended:
            app(words[3:])
        assert ended.value.code == 0
        return subprocess.CompletedProcess(words, 0, printed.getvalue())

    monkeypatch.setattr(subprocess, "run", run_here)
    status, out, _ = command("growth", "--sizes", "10,20", "--texts", tmp_path / "texts")
    assert status == 0
    assert out.startswith("10 passages: build ")
    points = json.loads((tmp_path / "var" / "bench" / "scale.json").read_text())["points"]
    assert [point["passages"] for point in points] == [10, 20]
    assert min(point["search_p50"] for point in points) > 0
    assert (tmp_path / "var" / "bench" / "scale.md").read_text().count("\n") == 4
