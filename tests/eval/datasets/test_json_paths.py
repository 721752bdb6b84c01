"""Lines of JSON paths."""

import json
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.json_paths import line_of, naming_lines

TEXT = """
{"version": ["data", {"data": 3}],
 "data" : [ {"title": "a, [b]: {",
   "paragraphs": []},

  {"paragraphs": [1,
     2, {"qas": [null]}]}]
}"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("version[0]", 2),
        ("data[0]", 3),
        ("data[1]", 6),
        ("data[1].paragraphs[0]", 6),
        ("data[1].paragraphs[1]", 7),
        ("data[1].paragraphs[2].qas[0]", 7),
    ],
)
def test_a_value_begins_on_a_line(path: str, line: int) -> None:
    json.loads(TEXT)
    assert line_of(TEXT, path) == line


def test_only_errors_about_a_path_in_the_file_get_a_line(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(TEXT)
    for given, expected in {
        f"{path}: data[1].paragraphs[2]: x": f"{path}:7: data[1].paragraphs[2]: x",
        f"{path}: top level: x": f"{path}: top level: x",
        f"{path}:3: not JSON": f"{path}:3: not JSON",
        "other.json: data[0]: x": "other.json: data[0]: x",
    }.items():
        with pytest.raises(DatasetError) as refused, naming_lines(path):
            raise DatasetError(given)
        assert str(refused.value) == expected
