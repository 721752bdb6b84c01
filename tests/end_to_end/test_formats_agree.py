"""One text in several formats, as programs write them: the same questions get the same answers, from the right page."""

import re
import subprocess
from collections.abc import Callable
from html import escape
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.enum.text import WD_BREAK

from corpus.sources import read_source
from index.build import build
from index.encoding.encoder import Encoder
from index.encoding.open import open_encoder
from index.snapshots.store import Store
from service.answering.answer import Reply
from service.answering.engine import Engine
from service.answering.reader.reader import open_reader

pytestmark = pytest.mark.model

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")

Part = tuple[str, str | list[list[str]]]
"""What a part is, and its words or the rows of a table."""

TEXT: list[Part] = [
    ("h1", "Visitor guide of the Ferrow Clock Museum"),
    ("p", "The museum stands in the old customs house of Ferrow. It shows four hundred clocks and their tools."),
    ("h2", "Tickets"),
    ("p", "Tickets are sold in the hall. A ticket is valid on one day, unless it is a pass for the year."),
    ("table", [
        ["Ticket", "Price", "Valid for"],
        ["Adult", "14 euros", "one person of 18 or older"],
        ["Child", "5 euros", "one person under 18"],
        ["Family", "29 euros", "two adults and all of their children"],
        ["Pass for the year", "48 euros", "one person, every day until the end of the year"],
    ]),
    ("p", "Teachers who bring a class pay nothing. They write to the office two weeks before they come."),
    ("h2", "Opening hours"),
    ("p", "The museum opens at 9:30 from March to October. It is closed on Mondays, except in August."),
    ("break", ""),
    ("h2", "Rules of the house"),
    ("p", "For the good of the clocks, visitors keep to these rules:"),
    ("li", "Bags that are larger than a sheet of paper stay in the cloakroom."),
    ("li", "Photographs are welcome, but flashes are not."),
    ("li", "Dogs wait in the courtyard, where the porter gives them water."),
    ("h2", "The workshop"),
    ("p", "Ilse Brandt repairs the clocks of the museum on the second floor. She takes yours on Thursdays."),
    ("h3", "Courses"),
    ("p", "The course for beginners lasts six evenings and costs 95 euros. Its places are given away by lot."),
]  # fmt: skip

ASKED = [
    ("How much is a family ticket?", "29 euros", 1),
    ("What is the price of a ticket for a child?", "5 euros", 1),
    ("When is the museum closed?", "closed on Mondays", 1),
    ("On which day is the museum closed?", "closed on Mondays", 1),
    ("Who repairs the clocks?", "Ilse Brandt", 2),
    ("Where do dogs wait?", "in the courtyard", 2),
    ("How long is the course for beginners?", "six evenings", 2),
    ("Are photographs allowed?", "Photographs are welcome", 2),
    ("What does a flight by helicopter cost?", "", 0),
    ("How much is parking at the museum?", "", 0),
]
"""A question, what its answer holds, and the page that this stands on; nothing, where a refusal is right."""


def as_html() -> str:
    """A page as a website has it, with a menu above and a footer below."""
    body: list[str] = []
    for kind, content in TEXT:
        if isinstance(content, list):
            rows = (
                "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
                for tag, row in zip(("th", *("td" for _ in content[1:])), content, strict=True)
            )
            body.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        elif kind == "break":
            body.append('<div style="break-before: page"></div>')
        else:
            body.append(f"<{kind}>{escape(content)}</{kind}>")
    main = re.sub(r"((?:<li>.*?</li>\n?)+)", r"<ul>\1</ul>", "\n".join(body))
    style = "td, th { border: 1px solid } @media print { nav, footer { display: none } }"
    return (
        f"<html><head><meta charset=utf-8><title>Museum</title><style>{style}</style></head><body>"
        f"<nav><a href=/>Home</a> <a href=/shop>Shop</a></nav><main>{main}</main><footer>All rights reserved</footer>"
    )


def write_html(folder: Path) -> None:
    (folder / "guide.html").write_text(as_html(), encoding="utf-8")


def write_docx(folder: Path) -> None:
    document = docx.Document()
    for kind, content in TEXT:
        if isinstance(content, list):
            table = document.add_table(len(content), len(content[0]), style="Table Grid")
            for cells, row in zip(content, table.rows, strict=True):
                for words, cell in zip(cells, row.cells, strict=True):
                    cell.text = words
        elif kind == "break":
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        elif kind[0] == "h":
            document.add_heading(content, int(kind[1]) - 1)
        else:
            document.add_paragraph(content, "List Bullet" if kind == "li" else None)
    document.save(str(folder / "guide.docx"))


def write_pdf(folder: Path) -> None:
    """Printed by Chromium, with the headers and footers that it adds."""
    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}: apt-get install chromium")
    page, printed = folder.parent / f"{folder.name}.html", folder / "guide.pdf"
    page.write_text(as_html(), encoding="utf-8")
    command = [str(CHROMIUM), *SWITCHES, f"--user-data-dir={folder.parent / 'profile'}", f"--print-to-pdf={printed}"]
    subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=120)


FORMATS: dict[str, Callable[[Path], None]] = {"html": write_html, "docx": write_docx, "pdf": write_pdf}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory, with_models: Callable[[Path], Path]) -> Encoder:
    """The real encoder."""
    return open_encoder(with_models(tmp_path_factory.mktemp("encoder")) / "models")


@pytest.fixture(scope="module", params=FORMATS)
def replies(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> tuple[Path, list[Reply]]:
    """The file of one format, and the reply to each question about it."""
    folder = tmp_path_factory.mktemp(str(request.param))
    FORMATS[request.param](folder)
    store = Store(tmp_path_factory.mktemp("var"))
    build(store, read_source(folder), encoder)
    engine = Engine(store.open(), encoder, reader=open_reader())
    return next(folder.iterdir()), [engine.ask(question) for question, _, _ in ASKED]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> list[str]:
    """The answers from the same text in Markdown; empty where it refuses."""
    folder = tmp_path_factory.mktemp("markdown")
    marks = {"h1": "# ", "h2": "## ", "h3": "### ", "li": "- "}
    parts: list[str] = []
    for kind, content in TEXT:
        if isinstance(content, list):
            rows = [f"| {' | '.join(row)} |" for row in content]
            parts.append("\n".join([rows[0], "|---" * len(content[0]) + "|", *rows[1:]]))
        else:
            parts.append(marks.get(kind, "") + content)
    (folder / "guide.md").write_text("\n\n".join(parts), encoding="utf-8")
    store = Store(tmp_path_factory.mktemp("var"))
    build(store, read_source(folder), encoder)
    engine = Engine(store.open(), encoder, reader=open_reader())
    return [words_of(engine.ask(question)) for question, _, _ in ASKED]


def words_of(reply: Reply) -> str:
    """The letters and figures of an answer; the marks of formats differ."""
    return "".join(re.findall(r"\w", reply.answer.text)) if reply.answer else ""


def test_every_format_gives_the_answers_of_the_text(replies: tuple[Path, list[Reply]], expected: list[str]) -> None:
    for (question, holds, _), reply, words in zip(ASKED, replies[1], expected, strict=True):
        assert words_of(reply) == words, question
        assert (holds in reply.answer.text) if reply.answer else not holds, question


def test_evidence_names_the_page_that_it_stands_on(replies: tuple[Path, list[Reply]]) -> None:
    file, answers = replies
    for (question, _, page), reply in zip(ASKED, answers, strict=True):
        for evidence in reply.answer.evidence if reply.answer else ():
            assert evidence.page == (None if file.suffix == ".html" else page), question
            if file.suffix == ".pdf":
                printed = pypdfium2.PdfDocument(file)[page - 1].get_textpage().get_text_range()
                assert "".join(evidence.quote.split()) in "".join(printed.split())
