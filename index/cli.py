"""How every command line of the product ends: a result, or one line that says what is wrong and an exit code."""

import sys

import typer

from corpus.errors import CentreQAError


def run(app: typer.Typer) -> None:
    """Run a command line; no traceback for what the product, the disk or the user can cause."""
    try:
        app()
    except CentreQAError as error:
        _end(str(error), error.exit_code)
    except MemoryError:
        _end("out of memory; nothing was changed: give the process more, or index less at a time", 3)
    except OSError as error:
        _end(f"{error}; nothing was changed: check space and permissions, then try again", 3)


def _end(message: str, code: int) -> None:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(code)
