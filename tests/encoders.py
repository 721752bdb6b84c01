"""Stand-ins for encoders that do more than encode: fail, tell of their work, or say that they are another one."""

from collections.abc import Callable, Sequence

from index.encoding.encoder import EncodedPassage, EncoderInput
from tests.fakes import FakeEncoder


class OtherEncoder(FakeEncoder):
    """Gives the same vectors, but says that something else runs the weights."""

    variant = "other"


class FailingEncoder(FakeEncoder):
    """Encodes `good` passages, then raises."""

    def __init__(self, good: int, error: BaseException) -> None:
        super().__init__()
        self.good = good
        self.error = error

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        if self.encoded + len(passages) > self.good:
            raise self.error
        return super().encode_passages(passages)


class WatchedEncoder(FakeEncoder):
    """Calls `before` each time it is given passages."""

    def __init__(self, before: Callable[[], None]) -> None:
        super().__init__()
        self.before = before

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        self.before()
        return super().encode_passages(passages)
