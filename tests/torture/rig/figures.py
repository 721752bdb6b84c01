"""The table of figures, on the screen and in the README."""

from collections.abc import Sequence
from dataclasses import dataclass

BEGIN, END = "<!-- torture: written by `make torture` -->", "<!-- /torture -->"


@dataclass(frozen=True, slots=True)
class Row:
    """`name` says what was done; `tries` times, of which `survivors` ended as they must, in so many `seconds`."""

    name: str
    tries: int
    survivors: int
    seconds: float


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown; those of one name together."""
    lines = ["| what is done | tries | survived | seconds |", "|---|---:|---:|---:|"]
    for name in dict.fromkeys(row.name for row in rows):
        same = [row for row in rows if row.name == name]
        tries, survivors = sum(row.tries for row in same), sum(row.survivors for row in same)
        lines.append(f"| {name} | {tries:,} | {survivors:,} | {sum(row.seconds for row in same):.0f} |")
    return "\n".join(lines) + "\n"


def with_table(text: str, rows: Sequence[Row]) -> str:
    """The text with these rows between the marks; raises ValueError where the marks are missing."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"no {BEGIN} ... {END} to put the table in")
    return f"{before}{BEGIN}\n{table(rows)}{END}{after}"
