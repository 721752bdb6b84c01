"""Labelled examples as rows of token ids, in the layout that `service.answering.reader.rows` gives them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, fields

from corpus.folding import fold
from eval.fitting.reader.examples.data import Example
from service.answering.reader.rows import Row, RowTokenizer, Text, as_text, tokens_of

EDGE = 4  # tokens kept between an answer and the edge of its window, where there is room


@dataclass(frozen=True, slots=True)
class TrainingRow(Row):
    """A row and what is right in it.

    The start may be any position of `starts` and the end any of `ends` (first and last position, both included): one
    position for a span, all of a sentence's for a sentence, 0 where the window does not answer.
    """

    starts: tuple[int, int] = (0, 0)
    ends: tuple[int, int] = (0, 0)


class TrainingTokenizer(RowTokenizer):
    """Makes training rows; remembers the tokens of every text."""

    def __init__(self, tokenizer_json: str, max_tokens: int) -> None:
        """As `RowTokenizer`."""
        super().__init__(tokenizer_json, max_tokens)
        self._texts: dict[str, Text] = {}

    def encode(self, text: str) -> Text:
        """The tokens of a text, remembered."""
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = super().encode(text)
        return known

    def remember(self, texts: Sequence[str]) -> None:
        """Encode many texts at once, on all cores."""
        new = list(dict.fromkeys(text for text in texts if text not in self._texts))
        folded = [fold(text) for text in new]
        encodings = self._tokenizer.encode_batch([each.text for each in folded], add_special_tokens=False)
        for text, each, encoding in zip(new, folded, encodings, strict=True):
            self._texts[text] = as_text(encoding, each)

    def training_row(self, example: Example, rng: random.Random, shortest: int | None = None) -> TrainingRow | None:
        """One window of the context, at random, with the answer in it; None where the answer does not fit.

        The row has at most `max_tokens` or, with `shortest`, a limit between the two, at random.
        """
        limit = rng.randint(shortest, self.max_tokens) if shortest else self.max_tokens
        question, title, context = map(self.encode, (example.question, example.title, example.context))
        room = self.room(question, title, limit)
        if not example.answerable:
            first = rng.randint(0, max(0, len(context.ids) - room))
            return labelled(self.row(question, title, context, first, room))
        target = tokens_of(context, example.start, example.end)
        if target is None or target[1] - target[0] >= room:
            return None
        lowest = max(0, target[1] + 1 + EDGE - room)
        highest = max(0, min(target[0] - EDGE, len(context.ids) - room))
        first = rng.randint(min(lowest, highest), max(lowest, highest))
        first = min(max(first, target[1] + 1 - room, 0), target[0])
        row = self.row(question, title, context, first, room)
        start, end = target[0] - first + row.text, target[1] - first + row.text
        return labelled(row, *(((start, end), (start, end)) if example.sentence else ((start, start), (end, end))))


def labelled(row: Row, starts: tuple[int, int] = (0, 0), ends: tuple[int, int] = (0, 0)) -> TrainingRow:
    """The row with what is right in it: null where nothing is said."""
    return TrainingRow(**{field.name: getattr(row, field.name) for field in fields(Row)}, starts=starts, ends=ends)
