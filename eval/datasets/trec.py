"""Judgements of documents, in the columns of BEIR or of TREC, and names that have no place in such columns.

TREC's columns are parted by white space, so white space in a name is written as in URLs, and so is the percent sign.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from corpus.errors import DatasetError
from eval.datasets.fields import read_text

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,2})?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How relevant a document is to a query: not at all up to 0, more so the larger it is; `line` is the file's."""

    query: str
    document: str
    relevance: float
    line: int


def read_judgements(path: Path) -> Iterator[Judgement]:
    """The judgements of a file: query, document, score (BEIR) or query, iteration, document, score (TREC).

    A first line that names the columns is skipped. Raises DatasetError.
    """
    for number, line in enumerate(read_text(path).split("\n"), 1):
        cells = [cell.strip() for cell in (line.split("\t") if "\t" in line else line.split())]
        if cells in ([], [""]) or (number == 1 and cells[-1] in ("score", "relevance", "rel")):
            continue
        if len(cells) not in (3, 4) or not cells[0] or not cells[-2] or not _NUMBER.fullmatch(cells[-1]):
            raise DatasetError(
                f"{path}:{number}: expected query id, document id and a number between tabs, "
                "or TREC's query id, 0, document id and number"
            )
        relevance = float(cells[-1])
        whole = int(relevance) if relevance.is_integer() else relevance
        yield Judgement(cells[0], cells[-2], whole, number)


def escape(name: str) -> str:
    """The name without white space."""
    return re.sub(r"[\s%]", lambda match: quote(match[0]), name)


def name_among(written: str, known: Container[str]) -> str:
    """The name that is meant: as written where it is known so, else with its escapes undone."""
    return written if written in known else unquote(written)
