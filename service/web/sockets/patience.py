"""How long one client may keep the service waiting."""

from dataclasses import dataclass

SECONDS = 10.0
BYTES_A_SECOND = 4096


@dataclass(frozen=True, slots=True)
class Patience:
    """So many seconds; `bytes_a_second` of a body that are sent, or of a reply that are read, give one of them back."""

    seconds: float = SECONDS
    bytes_a_second: int = BYTES_A_SECOND


DEFAULT = Patience()


class Waiting:
    """What is left of the patience with one client."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._left = patience.seconds

    def renew(self) -> None:
        """Begin anew: the client has done its part."""
        self._left = self._patience.seconds

    def allow(self, seconds: float) -> None:
        """Wait no longer than so many seconds from now on."""
        self._left = min(self._left, seconds)

    def spend(self, seconds: float, moved: int) -> bool:
        """Whether there is any left after so many seconds, in which the client moved so many bytes."""
        given_back = moved / self._patience.bytes_a_second
        self._left = min(self._patience.seconds, self._left - seconds + given_back)
        return self._left > 0
