"""Questions about bodies that texts name by their short forms: what is read of them, and what is no answer."""

from collections.abc import Callable, Sequence

from index.snapshots.store import Store
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from service.answering.reader.spans import ReaderInput, Reading
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

ANY = Confidence({"read": 8.0}, 0.0, 0.5, unread=Confidence({}, 30.0, 0.5))
BODIES = "The Tide Office (TO) and the Gull Trust (GT) share a hall. The GT was founded in 1974."


def test_what_is_read_is_the_question_with_the_short_forms_that_the_hits_introduce(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    asked = list[str]()

    class Listening(FakeReader):
        def read(self, inputs: Sequence[ReaderInput], *, until_sure: bool = True) -> list[list[Reading]] | None:
            asked.append(inputs[0].question)
            return super().read(inputs, until_sure=until_sure)

    engine = Engine(fill({"bodies": BODIES}).open(), encoder, ANY, reader=Listening(hall=12.0))
    engine.ask("Where is the hall of the Tide Office?")
    assert asked == ["Where is the hall of the Tide Office (TO)?"] * 2


def test_a_sentence_about_another_body_is_withheld(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    engine = Engine(fill({"bodies": BODIES}).open(), encoder, ANY)
    assert engine.ask("When was the GT founded?").answer is not None
    assert engine.ask("When was the TO founded?").answer is None
