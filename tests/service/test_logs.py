"""What a log line may hold: nothing that a terminal or an editor shows as something else."""

import json
import logging
import sys

import pytest

from index.console import printable, run
from service.logs import PrintableJson

HOSTILE = "a\x1b[31m\x7f\x9b\r\n\u202e\u2066\u200f\u061c\u2028\ufeff\u200b\U000e0041\ud800é日"


def test_no_control_or_bidirectional_character_stands_in_a_line_but_all_can_be_read_back() -> None:
    line = PrintableJson(ensure_ascii=False)(logging.getLogger(), "info", {"event": "asked", "question": HOSTILE})
    assert line.isprintable()
    assert "é日" in line
    assert json.loads(line) == {"event": "asked", "question": HOSTILE}


@pytest.mark.parametrize("number", [*range(0x20), *range(0x7F, 0xA0), *range(0x2000, 0x2070), 0xFEFF, 0xE0001])
def test_each_is_escaped(number: int) -> None:
    shown = printable(chr(number))
    assert shown.isprintable()
    assert json.loads(f'"{shown}"') == chr(number)


def test_an_error_of_a_command_is_one_line_that_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    app = typer.Typer()

    @app.command()
    def fail() -> None:
        raise OSError("evil\x1b[2J\nname\u202e")

    monkeypatch.setattr(sys, "argv", ["fail"])
    with pytest.raises(SystemExit):
        run(app)
    assert capsys.readouterr().err.removesuffix("\n").isprintable()
