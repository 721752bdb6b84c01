"""Readers for tests: one that finds given words; a tokenizer of a few words, a random BERT, a SQuAD file."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from service.answering.reader.reader import Reader
from service.answering.reader.rows import Row, RowTokenizer
from service.answering.reader.spans import ReaderInput, Reading, RowScores

WORDS = "who when ran it ada bo mill the opened closed in 1902 1954 people > . town of".split()


def tokenizer_json() -> str:
    """A word-level tokenizer with BERT's special tokens: [PAD] 0, [UNK] 1, [CLS] 2, [SEP] 3."""
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    text: str = tokenizer.to_str()
    return text


def random_reader(folder: Path, seed: int = 0, hidden: int = 16) -> Path:
    """A folder with a random BERT of two layers and the tokenizer."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS) + 4, hidden_size=hidden, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=2 * hidden, max_position_embeddings=512,
    )  # fmt: skip
    BertForQuestionAnswering(config).save_pretrained(folder)
    (folder / "tokenizer.json").write_text(tokenizer_json(), "utf-8")
    return folder


def tiny_set(path: Path, articles: int = 24) -> Path:
    """A SQuAD file of articles with two questions each, one of them unanswerable."""
    data = []
    for number in range(articles):
        name, year = ("ada", "1902") if number % 2 else ("bo", "1954")
        text = f"{'the town of people . ' * (number % 3)}{name} ran the mill . it opened in {year} ."
        asked = [
            {"id": f"{number}a", "question": "who ran the mill", "answers": [
                {"text": name, "answer_start": text.index(f"{name} ran")}]},
            {"id": f"{number}b", "question": "when closed it", "answers": [], "is_impossible": True},
        ]  # fmt: skip
        data.append({"title": f"Mill of {number}", "paragraphs": [{"context": text, "qas": asked}]})
    path.write_text(json.dumps({"data": data}), "utf-8")
    return path


class FakeReader(Reader):
    """Finds words: each of `marks` is the best answer of a sentence that holds it, with its score; others have -9."""

    def __init__(self, **marks: float) -> None:
        self.sha256, self.marks_words = "0" * 64, True
        self.marks = marks
        self.asked: list[list[ReaderInput]] = []

    def read(self, inputs: Sequence[ReaderInput], *, until_sure: bool = True) -> list[list[Reading]] | None:
        self.asked.append(list(inputs))
        return [[self._reading(each.text, *span) for span in each.sentences] for each in inputs]

    def _reading(self, text: str, start: int, end: int) -> Reading:
        for mark, score in self.marks.items():
            if (at := text.find(mark, start, end)) >= 0:
                place = (at, at + len(mark)) if self.marks_words else (start, end)
                return Reading(*place, score, is_marked=self.marks_words)
        return Reading(start, end, -9.0, is_marked=self.marks_words)


class FakeCrossEncoder(FakeReader):
    """Gives a whole sentence the score of the mark that it holds."""

    def __init__(self, **marks: float) -> None:
        super().__init__(**marks)
        self.marks_words = False


class Finds:
    """A scorer: 4 for the tokens of one word, 0 for all others, 1 for null."""

    def __init__(self, word: str, tokenizer: RowTokenizer) -> None:
        self.id = tokenizer.encode(word).ids[0]

    def score(self, rows: Sequence[Row]) -> Iterable[RowScores]:
        for row in rows:
            held = (row.ids[row.text : row.last] == self.id).astype(np.float32) * 4
            scores = np.concatenate(([1], held)).astype(np.float32)
            yield RowScores(scores, scores)
