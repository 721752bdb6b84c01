"""Citations: positions in every unit, what stands around a quote, and what is read for it."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.documents import Anchor, DocumentInfo, Section
from corpus.errors import InputError, NotFoundError
from service.answering.citations.citation import AROUND
from service.answering.citations.citer import STEP, Citer
from tests.service.answering.citations.signs import TEXTS


class Texts:
    """A snapshot of one document `a`, which counts what is read of it."""

    id = "s1"

    def __init__(self, text: str, sections: tuple[Section, ...] = (), anchors: tuple[Anchor, ...] = ()) -> None:
        self.text = text
        self.sections = sections
        self.anchors = anchors
        self.read = 0

    def info(self, document: str) -> DocumentInfo:
        if document != "a":
            raise NotFoundError(f"no document has the id {document!r}")
        digest = sha256(self.text.encode()).hexdigest()
        return DocumentInfo("a", "A", digest, len(self.text), self.sections, (), self.anchors)

    def excerpt(self, document: str, start: int, end: int) -> str:
        assert start >= 0
        excerpt = self.text[start:end]
        self.read += len(excerpt)
        return excerpt


@given(TEXTS, st.data())
def test_every_unit_points_at_the_quote(text: str, data: st.DataObject) -> None:
    text = text * data.draw(st.sampled_from([1, 1, STEP // len(text) + 1]))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 300)))
    cited = Citer(Texts(text)).cite("a", start, end)
    assert cited.quote == text[cited.start : cited.end] == text[start:end]
    utf16, utf8 = text.encode("utf-16-le"), text.encode()
    assert utf16[2 * cited.start_utf16 : 2 * cited.end_utf16].decode("utf-16-le") == cited.quote
    assert utf8[cited.start_utf8 : cited.end_utf8].decode() == cited.quote
    assert text[:start].endswith(cited.prefix)
    assert text[end:].startswith(cited.suffix)
    assert min(start, AROUND // 2) <= len(cited.prefix) <= AROUND
    assert min(len(text) - end, AROUND // 2) <= len(cited.suffix) <= AROUND
    assert cited.sha256 == sha256(utf8).hexdigest()


def test_what_stands_around_is_whole_words() -> None:
    text = "A sentence that is long enough to be cut somewhere. QUOTE This one is long enough to be cut too."
    start = text.index("QUOTE")
    cited = Citer(Texts(text)).cite("a", start, start + 5)
    assert (cited.prefix, cited.suffix) == (" long enough to be cut somewhere. "[-len(cited.prefix) :], cited.suffix)
    assert cited.prefix.split()[0] in text.split()
    assert cited.suffix.split()[-1] in text.split()
    unparted = Citer(Texts("语" * 50 + "引" + "文" * 50)).cite("a", 50, 51)
    assert (unparted.prefix, unparted.suffix) == ("语" * AROUND, "文" * AROUND)


def test_no_more_of_a_long_text_is_read_for_each_quote() -> None:
    few, many = (Texts("A few words 🎉. " * count) for count in (1_000, 4_000))
    for texts in (few, many):
        citer, length = Citer(texts), len(texts.text)
        citer.cite("a", length - 20, length - 10)
        texts.read = 0
        for start in range(0, 10_000, 100):
            citer.cite("a", start, start + 10)
            citer.cite("a", length - 20, length - 10)
    assert many.read <= 1.5 * few.read


def test_section_page_and_anchor_are_those_above_the_quote() -> None:
    text = "Intro.\n# One\nFirst.\n# Two\nSecond."
    sections = (Section((), 0, 6), Section(("One",), 13, 19), Section(("Two",), 26, 33))
    citer = Citer(Texts(text, sections, (Anchor(7, 1, "page 1"), Anchor(20, 2, "page 2"))))
    for quote, section, page, anchor in [
        ("Intro.", (), None, None),
        ("One", ("One",), 1, "page 1"),  # a heading belongs to what stands below it
        ("First.", ("One",), 1, "page 1"),
        ("Second.", ("Two",), 2, "page 2"),
    ]:
        start = text.index(quote)
        cited = citer.cite("a", start, start + len(quote))
        assert (cited.quote, cited.section, cited.page, cited.anchor) == (quote, section, page, anchor)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 10**30), (20_000, 20_001), (0, 10_001)])
def test_what_is_no_quote_is_refused(start: int, end: int) -> None:
    with pytest.raises(InputError, match=r"give a start, and an end|cite at most"):
        Citer(Texts("x" * 20_000)).cite("a", start, end)
    with pytest.raises(NotFoundError):
        Citer(Texts("x")).cite("b", 0, 1)


def test_evidence_may_be_longer_than_what_can_be_asked_for() -> None:
    assert Citer(Texts("x" * 20_000)).cite_evidence("a", 0, 20_000).end_utf8 == 20_000
