"""From bytes to text: UTF-8, UTF-16 and UTF-32 with a mark, and what older programs wrote."""

import codecs
import re
from dataclasses import dataclass

from corpus.errors import CorpusError

_MARKS = (  # the longer ones first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAINFRAME = ("cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140", "utf_7")  # never in files of people
_SAMPLE = 100_000  # bytes that the encoding is guessed from
ENOUGH = 6  # bytes that are not ASCII, from which another encoding than a Western one is guessed
_MOST_ACCENTED = 0.3  # share of the letters of a Western text that are not ASCII
_IN_A_WORD = re.compile(r"[^\W\d_][\xa1-\xbf\xd7\xf7\u2020-\u2022\u2026\u2030\u2122][^\W\d_]")  # as in no Western word
_SMALL_THEN_CAPITAL = re.compile(r"[a-zß-öø-ÿ][À-ÖØ-Þ]|[À-ÖØ-Þ][à-öø-ÿ]{2}[À-ÖØ-Þ]")
_SEQUENCES = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding that it was written in."""

    text: str
    encoding: str


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of a file; `declared` is the encoding that it names itself. Raises CorpusError where it is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(encoding), encoding)
            except UnicodeDecodeError as error:
                raise CorpusError(f"is not {encoding.upper()} at byte {error.start}: save it as UTF-8") from None
    if (nul := data.find(b"\x00")) >= 0:
        raise CorpusError(f"is binary (NUL at {_byte_and_line(data, nul)}): save it as plain text in UTF-8")
    try:
        return Decoded(data.decode(), "utf-8")
    except UnicodeDecodeError as error:
        where = _byte_and_line(data, error.start)
    for guess in (declared, _guess(data)):
        try:
            if guess and not _is_damaged(data):
                name = codecs.lookup(guess).name
                name = "cp1252" if name in ("iso8859-1", "ascii") else name  # as browsers do
                return Decoded(data.decode(name), "iso-8859-1" if _is_latin(data, name) else name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    raise CorpusError(f"is not UTF-8 at {where}: save it as UTF-8")


def _is_damaged(data: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few: a guess would spoil all the others."""
    high = len(_HIGH.findall(data))
    whole = sum(map(len, _SEQUENCES.findall(data)))
    return whole > 0.8 * high and whole >= 4


def _is_latin(data: bytes, name: str) -> bool:
    """Whether the text is Latin-1 as well: nothing in it is of Windows alone."""
    return name == "cp1252" and not re.search(rb"[\x80-\x9f]", data)


def _guess(data: bytes) -> str | None:
    """The encoding that a text without any mark was written in."""
    first = _HIGH.search(data)
    start = max(0, first.start() - _SAMPLE // 2) if first else 0
    sample = data[start : start + _SAMPLE]
    if _looks_western(sample):
        return "cp1252"
    if len(_HIGH.findall(sample)) < ENOUGH:
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_exclusion=[*_MAINFRAME]).best()
    return best.encoding if best else None


def _looks_western(sample: bytes) -> bool:
    """Whether the bytes make words of a Western language, read as Windows-1252."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    letters = sum(character.isalpha() for character in text)
    accented = sum(character.isalpha() and not character.isascii() for character in text)
    if accented > max(_MOST_ACCENTED * letters, 2):
        return False
    return not (_IN_A_WORD.search(text) or _SMALL_THEN_CAPITAL.search(text) or re.search(r"[\x01-\x08\x0e-\x1f]", text))


def _byte_and_line(data: bytes, offset: int) -> str:
    """Where an offset lies, for an error message; lines count from 1."""
    line = data.count(b"\n", 0, offset) + 1
    return f"byte {offset}, line {line}"
