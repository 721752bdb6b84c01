"""Captions of films and transcripts of meetings (SubRip, WebVTT): what is said, with the time at which it is said.

Captions are cut to the size of a screen. Here one goes on where the one before ended, until somebody else speaks, a
sentence ends before a pause, or a paragraph is long. Who speaks stands before what is said; sounds are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape

from corpus.building.builder import Builder
from corpus.canonical import canonical
from corpus.encodings import decode
from corpus.errors import CorpusError
from corpus.prose.blocks import Parsed

PAUSE = 2.0  # seconds after which a sentence that has ended ends its paragraph
LONG = 600  # characters after which a paragraph ends with its sentence, or else with a pause
LONGEST = 1800  # after which it ends anyhow: what a machine has written down may have neither
MOST_ROLLED = 4  # lines of a caption that may be repeated in the next one
ROLLED = 0.1  # seconds after which a line is said again, if it is the same

_CLOCK = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?:[ \t].*)?")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>\n]{0,200}>|\{\\[^{}\n]{0,100}\}")
_VOICE = re.compile(r"<v(?:\.[^ \t>]{0,100})?[ \t]+(?P<name>[^<>\n]{1,100})>")
# "ANNA: Good morning", "- Good morning": somebody else begins to speak.
_TURN = re.compile(r"(?:[-–—]|>>)[ \t]*(?=\S)|(?=[^\W\d_][^:.!?\n]{0,40}:[ \t])")
_SOUND = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|[♪♫#].*[♪♫#]|[♪♫]+")  # [MUSIC FADES], (laughs)
_ENDED = re.compile(r"[.!?…。！？][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class _Caption:
    """The lines of one caption, the name of who speaks where that is told, and when it is shown, in seconds."""

    lines: tuple[str, ...]
    speaker: str
    start: float
    end: float


def read(data: bytes) -> Parsed:
    """The text of captions and its structure, each caption with an anchor; raises CorpusError."""
    decoded = decode(data)
    builder, paragraph = Builder(), _Paragraph()
    for caption in _without_repeats(_captions(decoded.text.splitlines())):
        for line in caption.lines:
            turn = None if caption.speaker else _TURN.match(line)
            if turn or paragraph.is_over(caption):
                paragraph.add_to(builder)
                paragraph = _Paragraph()
            paragraph.append(line[turn.end() :] if turn else line, caption)
    paragraph.add_to(builder)
    parsed = builder.finish()
    if not parsed.text:
        raise CorpusError("holds no captions (00:01:02,000 --> 00:01:05,000 above each): save it as .txt if it is text")
    return replace(parsed, encoding=decoded.encoding)


class _Paragraph:
    """What is said without a break, and where in it each caption begins."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._begins: list[tuple[int, float]] = []
        self._last: _Caption | None = None

    def is_over(self, caption: _Caption) -> bool:
        """Whether a caption does not go on with it."""
        if self._last is None or self._last is caption:
            return False
        has_ended, is_long = bool(_ENDED.search(self._pieces[-1])), self._length >= LONG
        pauses = caption.start - self._last.end >= PAUSE
        is_at_end = (has_ended or is_long) if pauses else (has_ended and is_long)
        return is_at_end or self._length >= LONGEST or caption.speaker != self._last.speaker

    def append(self, words: str, caption: _Caption) -> None:
        """Add a line of a caption."""
        if not self._pieces and caption.speaker:
            words = f"{caption.speaker}: {words}"
        if self._last is not caption:
            self._begins.append((self._length, caption.start))
        self._pieces.append(words)
        self._length += len(words) + 1
        self._last = caption

    def add_to(self, builder: Builder) -> None:
        """Add it to a text, with an anchor where each caption begins."""
        if span := builder.paragraph(" ".join(self._pieces)):
            for at, seconds in self._begins:
                builder.anchor(_clock(seconds), start=span[0] + at)


def _captions(lines: list[str]) -> Iterator[_Caption]:
    """Each caption with its words; what stands between captions is none of them."""
    times = [(number, match) for number, line in enumerate(lines) if (match := _TIMES.fullmatch(line))]
    for at, (number, match) in enumerate(times):
        block = lines[number + 1 : times[at + 1][0] if at + 1 < len(times) else None]
        if at + 1 < len(times) and block and block[-1].strip():
            block.pop()  # the number or the name of the next one
        end = next((at for at, line in enumerate(block) if not line.strip()), len(block))
        voice = next(filter(None, map(_VOICE.search, block[:end])), None)
        words = (" ".join(canonical(unescape(_TAG.sub("", line))).split()) for line in block[:end])
        if said := tuple(line for line in words if line and not _SOUND.fullmatch(line)):
            speaker = " ".join(canonical(unescape(voice["name"])).split()) if voice else ""
            yield _Caption(said, speaker, _seconds(*match.groups()[:4]), _seconds(*match.groups()[4:]))


def _without_repeats(captions: Iterator[_Caption]) -> Iterator[_Caption]:
    """The captions without the lines that the one before showed as well, as where captions roll up."""
    shown: tuple[str, ...] = ()
    until = -1.0
    for caption in captions:
        most = min(len(shown), MOST_ROLLED) if caption.start - until < ROLLED else 0
        same = next((n for n in range(most, 0, -1) if shown[-n:] == caption.lines[:n]), 0)
        shown, until = caption.lines, caption.end
        if caption.lines[same:]:
            yield replace(caption, lines=caption.lines[same:])


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    return 3600 * int(hours or 0) + 60 * int(minutes) + int(seconds) + float(f"0.{fraction}")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
