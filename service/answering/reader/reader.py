"""Reading: which words of each hit answer the question, sentence by sentence."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

import structlog

from service.answering.reader.cross_encoder import read_sentences
from service.answering.reader.network import (
    GRAPH,
    TOKENIZER,
    Graph,
    OnnxCrossEncoder,
    OnnxScorer,
    ReaderFiles,
    check_probes,
)
from service.answering.reader.rows import RowTokenizer
from service.answering.reader.spans import ReaderInput, Reading, read_spans, unread

FOLDER = Path(__file__).with_name("shipped")
SHIPPED, OFF = "shipped", "off"  # settings: the reader in that folder, and none
THREADS = 2  # a question's hits are read side by side
READ_FIRST = 2  # hits that are always read; the others only where no sentence of these has a score of `ENOUGH`
MOST_READ = 4  # hits: with a fifth, as many questions end right, and one takes a sixth longer
ENOUGH = 8.0

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


Read = Callable[[Sequence[ReaderInput]], list[list[Reading]]]
"""Reads inputs; raises FloatingPointError where a logit is no number."""


class Reader:
    """An open reader. Safe to call from several threads. `sha256` is that of its graph.

    `marks_words` is false where it only says how well a whole sentence answers.
    """

    def __init__(self, read: Read, sha256: str, *, marks_words: bool = True) -> None:
        self._read = read
        self.sha256 = sha256
        self.marks_words = marks_words

    def read(self, inputs: Sequence[ReaderInput], *, until_sure: bool = True) -> list[list[Reading]] | None:
        """The likeliest words of each sentence of each input; None, logged, where a logit is no number.

        Inputs are read in order, with `until_sure` until one surely answers, or `MOST_READ` are. The sentences of those
        that are left have no score.
        """
        first, others = (inputs[:READ_FIRST], inputs[READ_FIRST:MOST_READ]) if until_sure else (inputs, ())
        try:
            readings = self._read(first)
            if others and not any(reading.score >= ENOUGH for sentences in readings for reading in sentences):
                readings += self._read(others)
            return readings + [unread(each) for each in inputs[len(readings) :]]
        except FloatingPointError as error:
            log.error("the reader is not used for this question", error=str(error), reader=self.sha256)
            return None


def open_reader(setting: str = SHIPPED, threads: int = THREADS) -> Reader | None:
    """The shipped reader, that of another folder where the setting names one, or None for `off`. Raises ModelError.

    A process that opens the same reader again gets the same object.
    """
    return None if setting == OFF else _open(FOLDER if setting == SHIPPED else Path(setting), threads)


@cache
def _open(folder: Path, threads: int) -> Reader:
    files = ReaderFiles.open(folder)
    tokenizer = RowTokenizer((folder / TOKENIZER).read_text("utf-8"))
    graph = Graph(folder / GRAPH, threads)
    check_probes(files, graph, tokenizer)
    read: Read = (
        partial(read_spans, OnnxScorer(graph), tokenizer)
        if graph.marks_words
        else partial(read_sentences, OnnxCrossEncoder(graph), tokenizer)
    )
    return Reader(read, files.sha256, marks_words=graph.marks_words)
