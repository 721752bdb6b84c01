"""Files made by real libraries or byte by byte, and what is asked of every format."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from corpus.canonical import canonical
from corpus.prose.blocks import Parsed

Block = tuple[str, int, str, str]
"""Kind, level, text and the text of the lead."""


def blocks_of(parsed: Parsed) -> list[Block]:
    """The blocks as words; checks what holds for every format."""
    text, structure = parsed.text, parsed.structure
    assert canonical(text) == text
    assert all(0 <= b.start < b.end <= len(text) and text[b.start : b.end].strip() for b in structure.blocks)
    starts = [block.start for block in structure.blocks]
    assert starts == sorted(starts)
    assert [anchor.start for anchor in structure.anchors] == sorted(anchor.start for anchor in structure.anchors)
    return [(b.kind, b.level, text[b.start : b.end], text[slice(*b.lead)] if b.lead else "") for b in structure.blocks]


def places_of(parsed: Parsed) -> list[tuple[int | None, str, str]]:
    """Page, label and the first line below each anchor."""
    return [(a.page, a.label, parsed.text[a.start :].split("\n")[0]) for a in parsed.structure.anchors]


def archive(files: dict[str, str | bytes]) -> bytes:
    """A zip archive."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return data.getvalue()


def zip_bomb(name: str, megabytes: int = 151) -> bytes:
    """An archive of some kilobytes that unpacks to many megabytes."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as zipped, zipped.open(name, "w") as file:
        for _ in range(megabytes):
            file.write(bytes(1_000_000))
    return data.getvalue()


@dataclass(frozen=True)
class Words:
    """Words on a page of a PDF, points from its lower left corner."""

    x: float
    y: float
    text: str
    size: int = 11
    bold: bool = False
    turn: str = "1 0 0 1"  # the first numbers of the matrix of the text


@dataclass(frozen=True)
class Drawn:
    """A filled rectangle on a page of a PDF: a thin one is a line."""

    x: float
    y: float
    width: float
    height: float


def pdf(
    pages: Sequence[Sequence[Words | Drawn]],
    trailer: str = "",
    kids: str | None = None,
    extra: str = "",
    page_options: str = "",
) -> bytes:
    """A PDF with these words, in Helvetica; `trailer` goes into the trailer, `kids` in place of the list
    of pages, `extra` is one more object, `page_options` are entries of each page.
    """
    numbers = [5 + 2 * number for number in range(len(pages))]
    listed = kids or " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{listed}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in zip(numbers, pages, strict=True):
        shown = [
            f"{w.x} {w.y} {w.width} {w.height} re f"
            if isinstance(w, Drawn)
            else f"BT /{'B' if w.bold else 'R'} {w.size} Tf {w.turn} {w.x} {w.y} Tm ({w.text}) Tj ET"
            for w in page
        ]
        content = "\n".join(shown) or "0 0 100 100 re f"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /R 3 0 R /B 4 0 R >> >> "
            f"/Contents {number + 1} 0 R {page_options} >>"
        )
        objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
    objects += [extra] if extra else []
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode()


def lines(x: float, top: float, *texts: str, pitch: float = 14, size: int = 11, bold: bool = False) -> list[Words]:
    """Lines one below the other."""
    return [Words(x, top - pitch * number, text, size, bold) for number, text in enumerate(texts)]
