"""A citation: a quote with all that it takes to find it again without asking anybody."""

from dataclasses import dataclass

from corpus.documents import DocumentInfo, anchor_at, section_at
from service.answering.citations.links import link_to, text_fragment

AROUND = 32  # code points before and after a quote that belong to its citation
WORD_AT_MOST = 16  # code points that are given up so that what stands around a quote is whole words


@dataclass(frozen=True, slots=True)
class Offsets:
    """A position counted in code points, in UTF-16 units (as JavaScript does) and in bytes of UTF-8."""

    code_points: int
    utf16: int
    utf8: int

    def after(self, text: str) -> "Offsets":
        """The position that follows this text."""
        return Offsets(
            self.code_points + len(text),
            self.utf16 + len(text.encode("utf-16-le")) // 2,
            self.utf8 + len(text.encode()),
        )


START = Offsets(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands: `document.text[start:end] == quote`.

    `sha256` is that of the document's text, `prefix` and `suffix` are what stands around the quote. `page` and `anchor`
    are as `corpus.documents.Anchor`. The positions count code points, UTF-16 units and bytes of UTF-8.
    """

    document: str
    title: str
    section: tuple[str, ...]
    page: int | None
    anchor: str | None
    start: int
    end: int
    start_utf16: int
    end_utf16: int
    start_utf8: int
    end_utf8: int
    quote: str
    prefix: str
    suffix: str
    sha256: str
    snapshot: str

    @property
    def url(self) -> str:
        """The address of the quote on the page of this service; the same as long as the text stays the same."""
        words = {"quote": self.quote, "prefix": self.prefix, "suffix": self.suffix, "sha256": self.sha256}
        return link_to(self.document, {"start": str(self.start), "end": str(self.end), **words})

    @property
    def text_fragment(self) -> str:
        """The fragment by which browsers find the quote on any page that shows the text."""
        return text_fragment(self.quote, self.prefix, self.suffix)


def cite(info: DocumentInfo, snapshot: str, before: str, quote: str, after: str, start: Offsets) -> Citation:
    """The citation of the quote that begins at `start`; `before` and `after` are some of the text around it."""
    end = start.after(quote)
    anchor = anchor_at(info.anchors, start.code_points)
    return Citation(
        document=info.id,
        title=info.title,
        section=_headings_above(info, start.code_points),
        page=anchor.page if anchor else None,
        anchor=anchor.label if anchor else None,
        start=start.code_points,
        end=end.code_points,
        start_utf16=start.utf16,
        end_utf16=end.utf16,
        start_utf8=start.utf8,
        end_utf8=end.utf8,
        quote=quote,
        prefix=_end_of(before),
        suffix=_end_of(after[::-1])[::-1],
        sha256=info.sha256,
        snapshot=snapshot,
    )


def _headings_above(info: DocumentInfo, position: int) -> tuple[str, ...]:
    """The headings above a position."""
    number = section_at(info.sections, position)
    return info.sections[number].path if number < len(info.sections) else ()


def _end_of(text: str) -> str:
    """The last `AROUND` code points, without a word that is cut in two where that leaves enough."""
    cut = text[-AROUND:]
    if len(cut) == len(text) or text[-AROUND - 1].isspace():
        return cut
    space = next((at for at, sign in enumerate(cut[:WORD_AT_MOST]) if sign.isspace()), 0)
    return cut[space:]
