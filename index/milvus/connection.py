"""The connection to a Milvus server. Every failure becomes one kind of error."""

import logging
import re
from typing import Any

from corpus.errors import UnavailableError

INSTALL = "run `pip install -c constraints.txt -e '.[milvus]'`"
SECONDS = 10.0  # until the server must have answered a call, unless told otherwise
ABSENT = (100, 1600)  # the server's error codes for: no such collection, no such alias


class Connection:
    """A pymilvus client whose failures are UnavailableErrors of one line. Safe to call from several threads."""

    def __init__(self, uri: str, token: str = "") -> None:
        """Connect; raises UnavailableError where the package is missing or no server answers."""
        try:
            from pymilvus import MilvusClient, MilvusException
        except ImportError as error:
            raise UnavailableError(
                f"the package pymilvus, which talks to Milvus, is not installed; {INSTALL}"
            ) from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it would log a traceback of every error
        self.uri = _without_passwords(uri)
        self._failure: type[Exception] = MilvusException
        try:
            self._client = MilvusClient(uri, token=token, timeout=SECONDS)
        except (MilvusException, OSError, ValueError) as error:
            raise self._unavailable(error, "start the server, or correct the address") from error

    def call(self, method: str, *arguments: object, timeout: float = SECONDS, **options: object) -> Any:  # noqa: ANN401
        """Call a method of the client, with a `timeout` in seconds; raises UnavailableError."""
        try:
            return getattr(self._client, method)(*arguments, timeout=timeout, **options)
        except self._failure as error:
            raise self._unavailable(error, f"{method} failed; look at the server's log, then try again") from error

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _unavailable(self, error: Exception, advice: str) -> UnavailableError:
        """The error to raise; `advice` is the end of its message: what to do."""
        detail = " ".join(str(getattr(error, "message", "") or error).split())
        return UnavailableError(f"{self.uri}: Milvus is not available ({_without_passwords(detail)}); {advice}")


def _without_passwords(text: str) -> str:
    """The text without user names and passwords in its addresses."""
    return re.sub(r"//[^/\s]*@", "//", text)
