"""What all command lines of the product share: options of builds, how progress is shown, how a command ends."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import CentreQAError
from corpus.passages import Chunking

CHUNKING = Chunking()  # the defaults of the options below
KEEP = 10  # snapshots that are kept, unless told otherwise

TokenLimit = Annotated[
    int, typer.Option(envvar="CENTREQA_TOKEN_LIMIT", min=0, help="Keep token vectors up to this many passages.")
]
MaxTokens = Annotated[
    int,
    typer.Option(
        envvar="CENTREQA_MAX_TOKENS", min=16, max=8192, help="The most tokens of a passage, if the model reads as many."
    ),
]
Overlap = Annotated[
    int, typer.Option(envvar="CENTREQA_OVERLAP", min=0, max=8, help="Sentences repeated where a paragraph was cut.")
]


ModelFolder = Annotated[
    Path | None,
    typer.Option(
        envvar="CENTREQA_MODEL", help="A folder of sentence-transformers with another model.", show_default="shipped"
    ),
]
Var = Annotated[Path, typer.Option(envvar="CENTREQA_VAR", help="The folder that holds everything built.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one value a line.")]
SourceName = Annotated[str | None, typer.Option(help="What the documents call their source.", show_default="SOURCE")]
Keep = Annotated[int, typer.Option(min=1, help="Delete all but this many of the newest snapshots.")]
KeepHistory = Annotated[
    bool, typer.Option("--keep-history", help="Keep the snapshots that hold what is removed; rolling back shows it.")
]
VAR = Path("var")


@contextmanager
def show_progress(as_json: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A function to report phase, done and total (0: not known yet) to. It prints JSON lines, or shows a bar."""
    if as_json:
        yield lambda phase, done, total: print(json.dumps({"phase": phase, "done": done, "total": total}), flush=True)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:8}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("")
        yield lambda phase, done, total: bar.update(task, description=phase, completed=done, total=total or None)


def run(app: typer.Typer) -> None:
    """Run a command line. What the product, the disk or the user can cause ends without a traceback.

    An error is one line on stderr. With --json it is also the last line on stdout, for the program that reads that.
    """
    try:
        app()
    except CentreQAError as error:
        _end(error, str(error), error.exit_code)
    except MemoryError as error:
        _end(error, "out of memory; nothing was changed: give the process more, or index less at a time", 3)
    except OSError as error:
        _end(error, f"{error}; nothing was changed: check space and permissions, then try again", 3)


def printable(text: str) -> str:
    """The text with what does not print as JSON's escapes: control, bidirectional and other invisible characters."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in text)


def _escape(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if letter < "\x80" else json.dumps(letter)[1:-1]


def _end(error: BaseException, message: str, code: int) -> None:
    """Print the error and exit with this code."""
    if "--json" in sys.argv:
        print(json.dumps({"error": {"type": type(error).__name__, "detail": message}}))
    print(f"error: {printable(message)}", file=sys.stderr)
    sys.exit(code)
