"""JSON logs on stderr: one line for each event. Imports no web framework."""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog

from index.console import printable


class Stderr:
    """Where our own lines go. A line that cannot be written (full disk, reader gone) is lost; its request is not."""

    def write(self, text: str) -> None:
        """Write the text, or lose it."""
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Pass on what was written so far, or lose it."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()


class PrintableJson(structlog.processors.JSONRenderer):
    """JSON in which what does not print is escaped: no character can hide, reorder or forge what a log shows."""

    def __call__(
        self, logger: structlog.typing.WrappedLogger, name: str, event_dict: structlog.typing.EventDict
    ) -> str:
        """One event as one line."""
        return printable(str(super().__call__(logger, name, event_dict)))


def configure(level: str) -> None:
    """Write our events and those of the libraries to stderr, one line of JSON each; called once, by `serve`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    as_json = PrintableJson(ensure_ascii=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Our own events, at least one a request, do not take the slow way through the standard library.
    structlog.configure(
        processors=[*shared, as_json],
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, Stderr())),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
