"""Captions of films and transcripts of meetings: what goes on over them, and when it is said."""

from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.formats.captions import LONGEST, read
from corpus.sources import read_source
from tests.corpus.samples import blocks_of, places_of

SUBRIP = """1
00:00:04,200 --> 00:00:07,900
The council voted the money in 1931,
and the first stone was laid

2
00:00:07,900 --> 00:00:11,000
by Edda Sorrel.

3
00:00:16,500 --> 00:00:20,400
- <i>How long</i> did it take?
- {\\an8}Seven years.

4
00:00:21,000 --> 00:00:24,000
[GULLS CRY]

5
01:02:03,000 --> 01:02:05,000
The crane was sold.
"""
WEBVTT = """WEBVTT - minutes

NOTE
made by a machine

STYLE
::cue { color: red }

intro
00:01.000 --> 00:04.000 align:start position:0%
<v.loud Anna Berg>Good morning. The fee is

00:04.100 --> 00:06.000
<v Anna Berg>nine crowns &amp; a half.</v>

00:06.100 --> 00:08.000
<v Bo Tan>Agreed.
"""


def paragraphs(text: str) -> list[str]:
    return [words for kind, _, words, _ in blocks_of(read(text.encode()))]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_sentence_goes_on_over_captions_and_each_keeps_its_time(end: str) -> None:
    parsed = read(SUBRIP.replace("\n", end).encode("utf-8-sig"))
    assert [words for _, _, words, _ in blocks_of(parsed)] == [
        "The council voted the money in 1931, and the first stone was laid by Edda Sorrel.",
        "How long did it take?",
        "Seven years.",
        "The crane was sold.",
    ]
    assert [(label, words[:8]) for _, label, words in places_of(parsed)] == [
        ("00:00:04", "The coun"), ("00:00:07", "by Edda "), ("00:00:16", "How long"), ("00:00:16", "Seven ye"),
        ("01:02:03", "The cran"),
    ]  # fmt: skip


def test_who_speaks_stands_before_what_is_said() -> None:
    assert paragraphs(WEBVTT) == ["Anna Berg: Good morning. The fee is nine crowns & a half.", "Bo Tan: Agreed."]


def test_a_name_or_a_dash_before_a_line_begins_a_turn() -> None:
    text = "00:01.0 --> 00:02.0\nAnna: We go.\n\n00:02.0 --> 00:03.0\nAnd you?\n\n00:03.0 --> 00:04.0\n>> I stay.\n"
    assert paragraphs(text) == ["Anna: We go. And you?", "I stay."]


def test_captions_without_blank_lines_between_them() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nWe go\n2\n00:00:02,000 --> 00:00:03,000\nat nine.\n"
    assert paragraphs(text) == ["We go at nine."]


def test_lines_that_roll_up_are_read_once() -> None:
    text = (
        "00:00.000 --> 00:02.000\nthe ferry leaves\n\n"
        "00:02.000 --> 00:04.000\nthe ferry leaves\nat nine<00:03.000> today\n\n"
        "00:04.000 --> 00:06.000\nat nine today\n\n00:06.000 --> 00:08.000\nat nine today\nfrom quay two\n"
    )
    assert paragraphs(text) == ["the ferry leaves at nine today from quay two"]


def test_what_is_said_again_is_read_again() -> None:
    text = "00:00.0 --> 00:02.0\nHeave ho.\n\n00:03.0 --> 00:05.0\nHeave ho.\n"
    assert paragraphs(text) == ["Heave ho. Heave ho."]


def test_what_has_neither_sentences_nor_pauses_is_cut() -> None:
    times = [f"{number // 60:02}:{number % 60:02}" for number in range(300)]
    captions = [f"{time}.0 --> {time}.99\nand so on to {time[-2:]}" for time in times]
    lengths = list(map(len, paragraphs("\n\n".join(captions))))
    assert len(lengths) > 2
    assert max(lengths) <= LONGEST + 20


@pytest.mark.parametrize("text", ["Only text.", "WEBVTT\n\nNOTE nothing\n", "00:01.0 --> 00:02.0\n[MUSIC]\n", ""])
def test_a_file_without_captions_is_refused(text: str) -> None:
    with pytest.raises(CorpusError, match=r"holds no captions .* save it as \.txt"):
        read(text.encode())


def test_both_kinds_of_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "film.srt").write_text(SUBRIP, "utf-8")
    (tmp_path / "meeting.vtt").write_text(WEBVTT, "utf-8")
    assert [document.info.id for document in read_source(tmp_path)] == ["film.srt", "meeting.vtt"]
