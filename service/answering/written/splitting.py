"""What a language model writes, piece by piece, becomes statements: sentences with the passages that they cite."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.canonical import canonical
from corpus.prose.sentences import sentences

MAX_STATEMENT = 1000  # characters; what is longer is cut, and is no finished statement

_MARK = re.compile(r"\s*[\[【](?:passages?\s+)?(\d{1,2}(?:\s*[,;]\s*\d{1,2})*)[\]】]", re.IGNORECASE)
_MARKS_AFTER_STOP = re.compile(rf"([.!?。][\"”’)]*)((?:{_MARK.pattern})+)", re.IGNORECASE)
_OPEN_MARK = re.compile(r"[\[【][^\]】]{0,20}\Z")
_WORD_ENDS = re.compile(r"[\s。！？]")
_BULLET = re.compile(r"^\s*(?:[-*•>]|#{1,6}|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__")
_THINKING, _THOUGHT = "<think>", "</think>"  # around what some models write before they answer


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence as a model wrote it, without marks; `cited` are numbers of passages, from 1, as the model gave them.

    `is_finished` is false where the model was stopped inside it.
    """

    text: str
    cited: tuple[int, ...] = ()
    is_finished: bool = True


def load_rules() -> None:
    """Load what tells where sentences end, which takes a while the first time."""
    sentences("", (0, 0))


class Splitter:
    """Takes pieces of text and gives each statement as soon as the next one has begun, when no mark can follow it."""

    def __init__(self) -> None:
        self._pending = ""
        self._is_thinking = False

    def take(self, piece: str) -> list[Statement]:
        """The statements that this piece completes."""
        self._pending += piece
        if not _WORD_ENDS.search(piece) or not self._skip_thoughts() or _OPEN_MARK.search(self._pending):
            return []
        *lines, self._pending = self._pending.split("\n")
        complete = [statement for line in lines for statement in _split(line)]
        *before, last = _sentences(self._pending) or [""]
        if before:
            complete += [statement for sentence in before if (statement := _statement(sentence))]
            self._pending = last + self._pending[len(self._pending.rstrip()) :]
        if len(self._pending) > MAX_STATEMENT:
            complete += self.end(is_finished=False)
        return complete

    def end(self, *, is_finished: bool) -> list[Statement]:
        """What is left; the last statement is finished where the model was, or where it ends like a sentence."""
        rest, self._pending = (self._pending if self._skip_thoughts() else ""), ""
        statements = [statement for line in rest.split("\n") for statement in _split(line)]
        if statements and not (is_finished or statements[-1].text.endswith((".", "!", "?", "。"))):
            last = statements.pop()
            statements.append(Statement(last.text[:MAX_STATEMENT], last.cited, is_finished=False))
        return statements

    def _skip_thoughts(self) -> bool:
        """Leave out what the model thinks before it answers; false while it is still thinking."""
        if not self._is_thinking and not self._pending.lstrip().startswith(_THINKING):
            return True
        _, end, rest = self._pending.partition(_THOUGHT)
        self._is_thinking = not end
        self._pending = rest if end else self._pending[-len(_THOUGHT) :]
        return bool(end)


def _split(line: str) -> Iterator[Statement]:
    """The statements of a complete line."""
    for sentence in _sentences(line):
        if statement := _statement(sentence):
            yield statement


def _sentences(line: str) -> list[str]:
    """The sentences of a line, each with the marks that follow it."""
    text = _MARKS_AFTER_STOP.sub(lambda found: found[2] + found[1], _BULLET.sub("", line))
    return [text[start:end] for start, end in sentences(text, (0, len(text)))]


def _statement(sentence: str) -> Statement | None:
    """The sentence as a statement; None where it holds no word."""
    cited = [int(number) for marks in _MARK.findall(sentence) for number in re.findall(r"\d+", marks)]
    text = canonical(_EMPHASIS.sub("", _MARK.sub("", sentence))).strip()
    return Statement(text, tuple(dict.fromkeys(cited))) if re.search(r"\w", text) else None
