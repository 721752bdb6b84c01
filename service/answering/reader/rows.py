"""A question and a text as one row of token ids, in the layout that readers are trained on.

A row is `[first] question [middle] title text [last]`, with whatever special tokens the tokenizer puts there. The
reader chooses among the tokens of the text and position 0, which stands for "the text does not answer" (null).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from corpus.errors import ModelError
from corpus.folding import Folded, fold

MAX_TOKENS = 320  # of a row: a whole passage, its headings and a long question
MAX_QUESTION = 64  # tokens of a question that are read
MAX_TITLE = 40  # tokens of title and headings that are read

Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Text:
    """Token ids (tokens,) of a text without special tokens, and the characters that each covers (tokens, 2)."""

    ids: Ids
    offsets: Ids


@dataclass(frozen=True, slots=True)
class Row:
    """Token ids (tokens,) of one window of a text.

    The text's tokens are `text` to `last`; `second` begins the second segment. `first` is the number of the window's
    first token in its text.
    """

    ids: Ids
    second: int
    text: int
    last: int
    first: int = 0


class RowTokenizer:
    """Makes rows, with one tokenizer."""

    def __init__(self, tokenizer_json: str, max_tokens: int = MAX_TOKENS) -> None:
        """Read the contents of a tokenizer.json; raises ModelError."""
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer_json)
        except Exception as error:  # the library raises plain Exception
            raise ModelError(f"tokenizer.json: cannot be read ({error}); give the folder of a model") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True  # '[SEP]' in a text is text
        self.max_tokens = max_tokens
        pair = self._tokenizer.encode("a", "b")
        kinds = pair.sequence_ids
        question, text = kinds.index(0), kinds.index(1)
        self._head = np.array(pair.ids[:question], np.int32)
        self._middle = np.array(pair.ids[question + 1 : text], np.int32)
        self._tail = np.array(pair.ids[text + 1 :], np.int32)
        self.special = len(self._head) + len(self._middle) + len(self._tail)

    @property
    def vocabulary(self) -> dict[str, int]:
        """The id of each word piece."""
        return dict(self._tokenizer.get_vocab())

    def encode(self, text: str) -> Text:
        """The tokens of a text in its folded form, as the encoder reads it; the characters are those of the text."""
        folded = fold(text)
        return as_text(self._tokenizer.encode(folded.text, add_special_tokens=False), folded)

    def windows(self, question: Text, title: Text, text: Text, stride: int) -> list[Row]:
        """Rows whose windows cover the whole text, each beginning `stride` tokens after the one before."""
        room = self.room(question, title)
        last = max(0, len(text.ids) - room)
        starts = [*range(0, last, stride), last]
        return [self.row(question, title, text, first, room) for first in starts]

    def room(self, question: Text, title: Text, limit: int | None = None) -> int:
        """How many tokens of a text fit beside the question and the title, in a row of `limit`."""
        beside = min(len(question.ids), MAX_QUESTION) + min(len(title.ids), MAX_TITLE)
        return (limit or self.max_tokens) - self.special - beside

    def row(self, question: Text, title: Text, text: Text, first: int, room: int) -> Row:
        """The row of the window of `room` tokens that begins at the text's token `first`."""
        asked, titled = question.ids[:MAX_QUESTION], title.ids[:MAX_TITLE]
        return self.join(asked, titled, text.ids[first : first + room], first)

    def join(self, question: Ids, title: Ids, window: Ids, first: int = 0) -> Row:
        """The row of these token ids, with the special tokens between them."""
        ids = np.concatenate((self._head, question, self._middle, title, window, self._tail))
        second = len(self._head) + len(question) + len(self._middle)
        begin = second + len(title)
        return Row(ids, second, begin, begin + len(window), first)

    def parts(self, row: Row) -> tuple[Ids, Ids, Ids]:
        """The token ids of a row's question, title and window: what `join` made it of."""
        question = row.ids[len(self._head) : row.second - len(self._middle)]
        return question, row.ids[row.second : row.text], row.ids[row.text : row.last]


def as_text(encoding: Encoding, folded: Folded) -> Text:
    """The ids of what a tokenizer gave for a folded text, and the characters of the original that each covers."""
    offsets = [folded.original(*span) for span in encoding.offsets] if folded.changes else encoding.offsets
    return Text(np.array(encoding.ids, np.int32), np.array(offsets, np.int32).reshape(-1, 2))


def tokens_of(text: Text, start: int, end: int) -> tuple[int, int] | None:
    """The first and the last token of characters `start` to `end`; None where there is none."""
    inside = np.flatnonzero((text.offsets[:, 1] > start) & (text.offsets[:, 0] < end))
    return (int(inside[0]), int(inside[-1])) if len(inside) else None
