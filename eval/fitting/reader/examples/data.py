"""What a reader learns from: questions, each with a passage and the words of it that answer, or none.

The sets are SQuAD 2.0 files. Halves and held-back articles are chosen by the checksum of the article's title, so every
run and every set makes the same split, and no article is on both sides.
"""

import json
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.documents import Span
from corpus.errors import DatasetError
from corpus.prose.sentences import sentences
from eval.datasets.questions import HALVES, half_of
from index.files import digest, replace_file

MAX_ANSWER = 400  # characters; a longer answer is a passage and teaches nothing about spans
HELD_BACK = 16  # one article in so many is never trained on, and watches the training
SENTENCE_SETS = "_sentence"  # ends the names of the files whose answers are whole sentences
# Titles that only number an article, or give its address, say nothing: they are not read.
_NO_TITLE = re.compile(r"https?:.*|\w*_\d+|covid-\d+|[a-z0-9]{18,}|.*\.(com|org|net|gov)")


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a context, `context[start:end]` answering it; both are -1 where the context does not answer.

    `title` is empty where the file has no real one. `article` tells articles of one set apart. `sentence` says that the
    span is the whole sentence that holds the answer. `answers` are all the accepted texts.
    """

    question: str
    title: str
    context: str
    start: int
    end: int
    source: str
    article: str
    sentence: bool = False
    answers: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the context holds the answer."""
        return self.start >= 0


@dataclass(frozen=True, slots=True)
class SetSpec:
    """A file, the half of its articles that is used (`dev`, `test` or `all`), and the share of examples a pass draws.

    A share above 1 draws examples more than once.
    """

    path: Path
    half: str = "all"
    share: float = 1.0

    @classmethod
    def parse(cls, text: str) -> "SetSpec":
        """Read `PATH[@HALF][=SHARE]`; raises DatasetError."""
        rest, _, share = text.partition("=")
        path, _, half = rest.partition("@")
        if (half or "all") not in (*HALVES, "all"):
            raise DatasetError(f"{text}: no half is named {half!r}; use {', '.join(HALVES)} or all")
        try:
            return cls(Path(path), half or "all", float(share or 1))
        except ValueError as error:
            raise DatasetError(f"{text}: {share!r} is no share; write a number such as 0.5") from error

    def uses(self, article: str) -> bool:
        """Whether the article of this title is of the half that is used."""
        return self.half in ("all", half_of(article))


@dataclass(frozen=True, slots=True)
class ReaderSet:
    """The examples of one file, with its checksum and how they are drawn.

    `has_quotes` says that the file pairs its questions with quotes alone, too.
    """

    spec: SetSpec
    sha256: str
    examples: tuple[Example, ...]
    has_quotes: bool = False

    def draw(self, rng: random.Random) -> list[Example]:
        """The examples of one pass, in random order."""
        wanted = round(len(self.examples) * self.spec.share)
        drawn = list[Example]()
        while len(drawn) < wanted:
            drawn += rng.sample(self.examples, min(len(self.examples), wanted - len(drawn)))
        return drawn


def read_set(spec: SetSpec) -> ReaderSet:
    """Read a file; answers that are not where they are said to be, or too long, are left out. Raises DatasetError."""
    try:
        content = json.loads(spec.path.read_text("utf-8"))
        articles = content["data"]
        examples = [
            example
            for article in articles
            if spec.uses(str(article.get("title", "")))
            for paragraph in article["paragraphs"]
            for item in paragraph["qas"]
            if (example := _read_example(item, paragraph["context"], str(article.get("title", "")), spec.path.stem))
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{spec.path}: is not a SQuAD 2.0 file ({error!r}); give one") from error
    if not examples:
        raise DatasetError(f"{spec.path}: has no questions in half {spec.half!r}; use another half")
    return ReaderSet(spec, digest(spec.path), tuple(examples), bool(content.get("has_quotes")))


def held_back(article: str) -> bool:
    """Whether the article of this title is kept out of training, to watch it and to fit confidence on."""
    return zlib.crc32(f"held back {article}".encode()) % HELD_BACK == 0


def write_held_back(spec: SetSpec, folder: Path) -> None:
    """Write the articles of a set that are kept out of training as a SQuAD file of the same name, if there are any."""
    articles = json.loads(spec.path.read_text("utf-8"))["data"]
    kept = [article for article in articles if held_back(title := str(article.get("title", ""))) and spec.uses(title)]
    if kept:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / spec.path.name, json.dumps({"version": "v2.0", "data": kept}, ensure_ascii=False))


def readable_title(title: str) -> str:
    """The title as a reader should see it; empty where it is only a number or an address."""
    name = title.removeprefix("/wiki/")
    return "" if _NO_TITLE.fullmatch(name) else name.replace("_", " ").strip()


def paragraphs_of(examples: Iterable[Example]) -> list[Example]:
    """One example for each distinct context, in order."""
    return list({example.context: example for example in examples}.values())


@lru_cache(maxsize=50_000)  # contexts of a training set
def sentences_of(context: str) -> tuple[Span, ...]:
    """The sentences of a context; a line break ends one."""
    found, start = list[Span](), 0
    for line in context.splitlines(keepends=True):
        found += sentences(context, (start, start + len(line)))
        start += len(line)
    return tuple(found)


def _read_example(item: dict[str, object], context: str, title: str, source: str) -> Example | None:
    question = str(item["question"]).strip()
    spans = [] if item.get("is_impossible") else _spans(item.get("answers"), context)
    if not question or (not spans and item.get("answers") and not item.get("is_impossible")):
        return None
    start, end = _target(spans, source) if spans else (-1, -1)
    if end - start > MAX_ANSWER:
        return None
    answers = tuple(dict.fromkeys(context[first:last] for first, last in spans))
    return Example(
        question, readable_title(title), context, start, end, source, title, source.endswith(SENTENCE_SETS), answers
    )


def _spans(answers: object, context: str) -> list[tuple[int, int]]:
    spans = []
    for answer in answers if isinstance(answers, list) else []:
        text, start = answer["text"], answer["answer_start"]
        if text.strip() and context.startswith(text, start):
            spans.append((start + len(text) - len(text.lstrip()), start + len(text.rstrip())))
    return spans


def _target(spans: Sequence[tuple[int, int]], source: str) -> tuple[int, int]:
    """The span to learn: the one that most people marked; of a list in parts, all from the first part to the last."""
    if source.startswith("multispan"):
        return min(start for start, _ in spans), max(end for _, end in spans)
    return Counter(spans).most_common(1)[0][0]
