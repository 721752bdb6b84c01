"""The connection to a Milvus server."""

import logging
import re
from typing import Any

from corpus.errors import UnavailableError

INSTALL = "run `pip install -c constraints.txt -e '.[milvus]'`"


SECONDS = 10.0  # one answer of the server


ABSENT = (100, 1600)  # the server's codes for: no such collection, no such alias


class Connection:
    """A pymilvus client whose every failure is an UnavailableError of one line. Safe to call from several threads."""

    def __init__(self, uri: str, token: str = "") -> None:
        """Connect; raises UnavailableError where the package is missing or no server answers."""
        try:
            from pymilvus import MilvusClient, MilvusException
        except ImportError as error:
            raise UnavailableError(
                f"the package pymilvus, which talks to Milvus, is not installed; {INSTALL}"
            ) from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs a traceback for every error that it raises
        self.uri = _public(uri)
        self._failure: type[Exception] = MilvusException
        try:
            self._client = MilvusClient(uri, token=token, timeout=SECONDS)
        except (MilvusException, OSError, ValueError) as error:
            raise self._unavailable(error, "start the server, or correct the address") from error

    def call(self, method: str, *given: object, timeout: float = SECONDS, **options: object) -> Any:  # noqa: ANN401
        """Call that method of the client; raises UnavailableError."""
        try:
            return getattr(self._client, method)(*given, timeout=timeout, **options)
        except self._failure as error:
            raise self._unavailable(error, f"{method} failed; look at the server's log, then try again") from error

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()

    def _unavailable(self, error: Exception, then: str) -> UnavailableError:
        said = " ".join(str(getattr(error, "message", "") or error).split())
        return UnavailableError(f"{self.uri}: Milvus is not available ({_public(said)}); {then}")


def _public(text: str) -> str:
    """The text with no password in its addresses."""
    return re.sub(r"//[^/\s]*@", "//", text)
