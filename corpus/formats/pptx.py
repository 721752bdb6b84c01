"""PowerPoint: slide by slide, each a section below its title, with lists, tables and the notes of the speaker."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from corpus.building.builder import Builder
from corpus.building.packages import describe_properties, open_archive
from corpus.building.tables import Cell, add_table
from corpus.errors import CorpusError
from corpus.prose.blocks import Parsed

ROW = 200_000  # EMU (about 5 mm): shapes whose tops are nearer than this stand side by side


def read(data: bytes) -> Parsed:
    """The text of a presentation and its structure; raises CorpusError."""
    open_archive(data)
    import pptx
    from pptx.exc import PythonPptxError

    try:
        presentation = pptx.Presentation(BytesIO(data))
    except (KeyError, ValueError, PythonPptxError) as error:
        raise CorpusError(f"is no PowerPoint presentation ({error}): save it as .pptx again") from None
    builder = Builder()
    describe_properties(builder, presentation.core_properties)
    for number, slide in enumerate(presentation.slides, start=1):
        if slide.element.get("show") == "0":  # hidden
            continue
        builder.anchor(f"slide {number}", number)
        _add_slide(builder, slide, number)
    return builder.finish()


def _add_slide(builder: Builder, slide: Any, number: int) -> None:  # noqa: ANN401
    title = slide.shapes.title
    if title is not None and title.text_frame.text.strip():
        # The first slide names the presentation.
        builder.heading(_words(title.text_frame), 1 if number == 1 else 2)
    for shape in _in_order(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if getattr(shape, "has_table", False) and shape.has_table:
            _add_table(builder, shape.table)
        elif shape.has_text_frame:
            _add_frame(builder, shape)
        builder.gap()
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        for paragraph in notes.paragraphs:
            builder.paragraph(_line(paragraph))


def _in_order(shapes: Iterable[Any]) -> Iterator[Any]:
    """Shapes from top to bottom and from left to right; those of a group stay together."""
    placed = [(shape, shape.top or 0, shape.left or 0) for shape in shapes]
    for shape, _, _ in sorted(placed, key=lambda place: (place[1] // ROW, place[2])):
        if hasattr(shape, "shapes"):
            yield from _in_order(shape.shapes)
        else:
            yield shape


def _add_frame(builder: Builder, shape: Any) -> None:  # noqa: ANN401
    """The paragraphs of a shape. Those of the slide's body are a list, unless there is only one."""
    paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if _line(paragraph).strip()]
    is_body = shape.is_placeholder and shape.placeholder_format.type not in _subtitles()
    is_list = any(paragraph.level for paragraph in paragraphs) or (is_body and len(paragraphs) > 1)
    for paragraph in paragraphs:
        if is_list:
            builder.item(_line(paragraph), paragraph.level + 1)
        else:
            builder.paragraph(_line(paragraph))


def _subtitles() -> tuple[Any, ...]:
    from pptx.enum.shapes import PP_PLACEHOLDER

    return (PP_PLACEHOLDER.SUBTITLE, PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)


def _add_table(builder: Builder, table: Any) -> None:  # noqa: ANN401
    rows = []
    for row in table.rows:
        cells = [cell for cell in row.cells if not cell.is_spanned]
        rows.append([Cell(_words(cell.text_frame), cell.span_width, cell.span_height) for cell in cells])
    add_table(builder, rows, 1 if table.first_row and len(rows) > 1 else None)


def _words(frame: Any) -> str:  # noqa: ANN401
    return " ".join(" ".join(map(_line, frame.paragraphs)).split())


def _line(paragraph: Any) -> str:  # noqa: ANN401
    """A paragraph; the vertical tab that stands for a line break in it becomes one."""
    text: str = paragraph.text
    return text.replace("\v", "\n")
