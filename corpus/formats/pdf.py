"""PDF: words with their positions, from which lines, columns, headings and tables are found again."""

import ctypes
import re
from collections.abc import Iterator
from math import hypot
from typing import TYPE_CHECKING, Any
from unicodedata import combining

from corpus.building.builder import Builder
from corpus.building.page_lines import Fragment, is_right_to_left, join, reading_order
from corpus.building.printed import Printed
from corpus.building.rules import Rules, Shape
from corpus.building.running_lines import without_running
from corpus.errors import CorpusError
from corpus.prose.blocks import Parsed

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MAX_PAGES = 20_000
WORD_GAP = 1.0  # between two words of one fragment, heights of letters
ASCENT, DESCENT = 0.92, 0.24  # of letters of size 1: what fonts say of themselves differs from letter to letter

_WORD = re.compile(
    r"[^\s\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]"
)  # PDFium joins the parts of a word that a line end cuts
_FIGURES = re.compile(r"\d[\d.,:/]*\d|[A-Za-z]{2,}")  # are written from the left also inside other scripts
_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
_HYPHENS = dict.fromkeys(map(ord, "\x02\ufffe"), "-")  # what PDFium gives for a hyphen at the end of a line
_SYMBOL = re.compile(r"[\ue000-\uf8ff]")  # of a font of symbols: before the words of an item it is a bullet
_PROPERTIES = {"Author": "author", "Title": "title", "Subject": "subject", "Keywords": "keywords"}
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")


def read(data: bytes) -> Parsed:
    """The text of a document and its structure; raises CorpusError where it is encrypted or has no text."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise CorpusError("is encrypted: save it without a password") from None
        raise CorpusError(f"is damaged ({error}): save it again with the program that made it") from None
    if len(document) > MAX_PAGES:
        raise CorpusError(f"has {len(document)} pages, more than {MAX_PAGES}: split it into smaller files")
    rules: list[Rules] = []
    pages: list[list[Fragment]] = []
    for page in _pages(document):
        turn = _Turn(page)
        rules.append(Rules(_shapes(page, turn)))
        pages.append(list(_fragments(page, turn, rules[-1])))
    if not any(pages):
        raise CorpusError(f"has no text, only pictures of {len(pages)} pages: recognise its text first (OCR)")
    builder = Builder()
    _describe(builder, document)
    numbered = enumerate(zip(without_running(pages), rules, strict=True), start=1)
    ordered = [reading_order(page, number, drawn.enclose) for number, (page, drawn) in numbered]
    Printed(builder, ordered, rules).add()
    return builder.finish()


def _pages(document: "PdfDocument") -> Iterator["PdfPage"]:
    for number in range(len(document)):
        page = document[number]
        yield page
        page.close()


def _describe(builder: Builder, document: "PdfDocument") -> None:
    for name, value in document.get_metadata_dict(skip_empty=True).items():
        if name in _PROPERTIES:
            builder.describe(_PROPERTIES[name], value)
        elif name in ("CreationDate", "ModDate") and (date := _DATE.match(value)):
            builder.describe("created" if name == "CreationDate" else "modified", "-".join(date.groups()))


class _Turn:
    """Turns places on a page as the page is shown: landscape pages are often written upright."""

    def __init__(self, page: "PdfPage") -> None:
        self.degrees = page.get_rotation()
        self._width, self._height = page.get_size()
        if self.degrees in (90, 270):
            self._width, self._height = self._height, self._width

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point is shown."""
        if self.degrees == 90:
            return y, self._width - x
        if self.degrees == 180:
            return self._width - x, self._height - y
        return (self._height - y, x) if self.degrees == 270 else (x, y)

    def box(self, left: float, bottom: float, right: float, top: float) -> Shape:
        """Where a rectangle is shown."""
        (x, y), (other_x, other_y) = self.point(left, bottom), self.point(right, top)
        return Shape(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))


def _shapes(page: "PdfPage", turn: _Turn) -> Iterator[Shape]:
    """The bounds of what is drawn on a page."""
    from pypdfium2 import raw

    bounds = [ctypes.c_float() for _ in range(4)]
    references = [ctypes.byref(bound) for bound in bounds]
    for number in range(raw.FPDFPage_CountObjects(page.raw)):
        drawn = raw.FPDFPage_GetObject(page.raw, number)
        if raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPageObj_GetBounds(drawn, *references):
            yield turn.box(*(bound.value for bound in bounds))


def _fragments(page: "PdfPage", turn: _Turn, rules: Rules) -> Iterator[Fragment]:
    """The words of a page; those that stand side by side, in one cell, are one fragment."""
    words = page.get_textpage()
    text = _text(words)
    reader = _Boxes(words.raw, turn)
    open_words: list[Fragment] = []
    for match in _WORD.finditer(text):
        word = reader.word(match[0].translate(_HYPHENS), match.start(), match.end() - 1)
        if word is None:
            continue
        if open_words and not _is_same_fragment(open_words[-1], word, rules):
            yield join(open_words)
            open_words = []
        open_words.append(word)
    if open_words:
        yield join(open_words)
    words.close()


def _text(words: Any) -> str:  # noqa: ANN401
    """The characters of a page, one for each that PDFium counts."""
    from pypdfium2 import raw

    count = words.count_chars()
    text: str = words.get_text_range() if count else ""
    if len(text) == count:
        return text
    codes = (raw.FPDFText_GetUnicode(words.raw, number) for number in range(count))
    return "".join(chr(code) if 0 < code < 0x110000 else " " for code in codes)


class _Boxes:
    """Asks PDFium where characters stand, with as few calls as can be."""

    def __init__(self, words: Any, turn: _Turn) -> None:  # noqa: ANN401
        from pypdfium2 import raw

        self._words = words
        self._turn = turn
        self._raw = raw
        self._box = raw.FS_RECTF()
        self._reference = ctypes.byref(self._box)
        self._matrix = raw.FS_MATRIX()
        self._origin = ctypes.c_double(), ctypes.c_double()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()

    def word(self, text: str, first: int, last: int) -> Fragment | None:
        """The word between two characters; None where it stands upright or has no place."""
        size = self._size(first)
        one, other = self._at(first), self._at(last)
        left, right = min(one.left, other.left), max(one.right, other.right)
        if right <= left or size <= 0:
            return None
        line = self._base_line(first)
        if not text.isascii() and is_right_to_left(text) and last - first + 1 == len(text):
            text = self._right_to_left(text, first)
        text = "•" if _SYMBOL.fullmatch(text) else text
        top, bottom = line + ASCENT * size, line - DESCENT * size
        return Fragment(text, left, bottom, right, top, top - bottom, self._is_bold(first))

    def _size(self, number: int) -> float:
        """The size of a letter as it is shown; 0 where it is written upwards or downwards."""
        matrix = self._matrix
        self._raw.FPDFText_GetMatrix(self._words, number, ctypes.byref(matrix))
        across, up = (matrix.a, matrix.b) if self._turn.degrees in (0, 180) else (matrix.b, matrix.a)
        if abs(up) > abs(across):
            return 0.0
        return float(self._raw.FPDFText_GetFontSize(self._words, number)) * hypot(matrix.c, matrix.d)

    def _base_line(self, number: int) -> float:
        x, y = self._origin
        self._raw.FPDFText_GetCharOrigin(self._words, number, ctypes.byref(x), ctypes.byref(y))
        return self._turn.point(x.value, y.value)[1]

    def _right_to_left(self, text: str, first: int) -> str:
        """The letters of a word as they stand on the page, from the right; PDFium does not always order them so."""
        middles = []
        for number in range(first, first + len(text)):
            box = self._at(number)
            middles.append((box.left + box.right) / 2)
        bases = [number for number, letter in enumerate(text) if not combining(letter)] or [0]
        marks: dict[int, list[int]] = {}
        for number, letter in enumerate(text):
            if combining(letter):
                nearest = min(bases, key=lambda base: abs(middles[base] - middles[number]))
                marks.setdefault(nearest, []).append(number)
        ordered = sorted(bases, key=lambda base: -middles[base])
        word = "".join(text[number] for base in ordered for number in (base, *marks.get(base, ())))
        return _FIGURES.sub(lambda match: match[0][::-1], word)

    def _at(self, number: int) -> Shape:
        box = self._box
        self._raw.FPDFText_GetLooseCharBox(self._words, number, self._reference)
        return self._turn.box(box.left, box.bottom, box.right, box.top)

    def _is_bold(self, number: int) -> bool:
        length = self._raw.FPDFText_GetFontInfo(self._words, number, self._name, 128, ctypes.byref(self._flags))
        return bool(length and _BOLD.search(self._name.value))


def _is_same_fragment(before: Fragment, word: Fragment, rules: Rules) -> bool:
    overlap = min(before.top, word.top) - max(before.bottom, word.bottom)
    gap = max(word.left - before.right, before.left - word.right)
    size = min(before.size, word.size)
    return overlap > 0.5 * size and gap < WORD_GAP * size and not rules.part(before, word)
