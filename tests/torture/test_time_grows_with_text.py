"""The time of everything that takes text grows no faster than the text, whatever the text is.

One row of a table for each public function, one list of hostile texts: what is quadratic takes 16 times as long for a
text that is four times as long, what is linear four times. In the short mode each function takes a part of the list.
"""

import gc
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import product

import pytest

from corpus.building.numbers import shown
from corpus.canonical import canonical
from corpus.documents import Document, DocumentInfo, Passage, Section
from corpus.encodings import decode
from corpus.errors import CorpusError
from corpus.folding import fold
from corpus.formats import captions, delimited, html, markdown, plain_text
from corpus.making import make_document
from corpus.passages import Chunking, split
from corpus.prose.marks import begins_with, marks_in
from corpus.prose.nesting import stand_below
from corpus.prose.sentences import opens_sentence, sentences
from index.retrieval.duplicates import saying
from index.retrieval.words import terms
from index.search import Hit
from service.answering.choosing.choose import examine
from service.answering.citations.finding import Claim, check_quote
from service.answering.citations.links import text_fragment
from service.answering.confidence import Confidence
from service.answering.decide import decide
from service.answering.examined import Examined
from service.answering.lists.ordinals import put_ordinal_first
from service.answering.lists.steps import put_step_first
from service.answering.naming.definitions import defined_name
from service.answering.naming.entries import asked_term, said_of
from service.answering.numbers.inside import as_ranged
from service.answering.question import acronyms
from service.answering.question.answer_type import answer_type, asks_for_several, holds, needs_one
from service.answering.question.as_written import as_written
from service.answering.question.content_words import is_read_by_encoder
from service.answering.question.polarity import polarity
from service.answering.question.scope import asks_for_more_than_quotes
from service.answering.question.spelling import most_similar
from service.answering.reader.inputs import passage_text
from service.answering.related.references import find_references, referred_names
from service.answering.related.versions import applies_rather, counterpart
from service.answering.statements.blanks import are_blank
from service.answering.statements.neighbours import are_of_others, named_things
from service.answering.statements.words import read_words
from service.answering.tables.extremes import Superlative, extreme_row, superlative_in
from service.answering.tables.pairs import pair_in
from service.answering.understanding import courtesies, history, told
from service.answering.written.support import SupportCheck
from tests.fakes import FakeEncoder
from tests.passages import passage

Call = Callable[[str], object]
Texts = Sequence[tuple[str, str]]  # units and ends

LETTERS = 1_500  # characters of the shorter text; the other one is four times as long
TIMES = 10  # as long as that the longer one takes, at most: between linear and quadratic
SHORT = 0.02  # seconds in which the longer one may be done whatever the shorter one takes
AGAIN = 9  # times that both are timed again, over five seconds, before it is believed

# Each is repeated. Some are parts of something that a pattern looks for, others are open or nearly match.
UNITS = (
    " ", "\n", "\t", "a", "1", "A", ".", ",", ";", ":", "-", "_", "*", "`", "'", '"', "|", "#", "=", "<", ">", "(",
    "[", "{", ")", "]", "?", "!", "/", "~", "^", "@", "&", "%", "$", "€", "•", "。", "é", "日", "\u0301", "\xad",
    "\u0640", "\u0301\u0323", "a\u0301", "a b ", "A B ", "Aa Bb ", "AB CD-", "of the ", "not ", "no. ", "e.g. ",
    "A.B.", "A. ", "a.a", "1 ", "1.", "1,", "1-", "1:1", "1 000 ", "1,000", "1.1.1a", "$1", "2024-", "12 May ", "> a\n",
    "may 1 ", "10:0", "1(a", "v1.", "A1-", "C++", ".NET", "(AB", "(AB) ", "Ab (", "AB (A", "[a", "[a]", "[a](", "[1]",
    "([](data:", "data:a;base64,", "http://a", "- ", "1. ", "> ", "| a ", "|--", "|--|", "```\n", "~~~\n", "# a\t",
    "== ", "a\n--\n", "**a", "__a", "**a**\n", "<!-- ", "<a ", "</", "<td>", "<p>x", "a:b\n", "Q: a?\n", "A: a\n",
    "10:00 ", "✅ a\n", "? ", "?\n", "?(", "what do ", " who ", "when ", "how many ", "list all ", "please ", '"a"',
    "“‘", 'a"b\'', "&amp;", "&#1", "::", ":a:`", "page ", "twenty-", "hundred and ", "one million ", "a dozen", "XI",
    "half past ", "\\", '\\"', "a,b\n", "a;b,", "so so\n\n", "x" * 999 + " ", "a† ", "a * ", "[^a]", "version 1 ",
    "ok and when ", "1\n00:01.0 --> 00:02.0\na\n", "<v a>", ">> a\n", "section 1 ", "a .... 1\n", "a    b\nc  1  2\n",
    "<footer>a</footer>", "see the ", "where find ", "this a is archived ", "valid from ", "ue", "up to 1 kg ",
    "from 1 to 2 ", "since 2020 ", "over 1 and up to 2 ", "next once ", "last step ", "| | a |\n", "- a\n  - b\n",
    "Part A\na: b\n\n", "cheaper ", "aa  bb  cc\n", "aa  bb  cc\nd  1  2\n", ">> a\n> a\n", "+--+\n", "a or b ",
    "a\tb\tc\nd\t1\t2\n", "a|b|c\n", "7     a\n\n", "Title: a. ", "title ", "re: ", "Name: a\n", "**Object:** a",
)  # fmt: skip
TEXTS = tuple(product(UNITS, ("", "x\x01")))
SHARE = 3  # in the short mode each function takes one text of so many, and its neighbour the next one


class NoFrequencies:
    """Every word is as rare as any other."""

    def inverse_frequencies(self, words: list[str]) -> list[float]:
        return [1.0] * len(words)


def as_document(text: str) -> Document:
    info = DocumentInfo("d", "d", "", len(text), (Section((), 0, len(text)),))
    return Document(info, text, (), ())


def as_passage(text: str) -> Passage:
    return Passage("d", "d", (), 0, len(text), text, ((0, len(text)),))


def as_hits(*texts: str) -> list[Hit]:
    return [Hit(rank, as_passage(text), 0.5, {}, None, None) for rank, text in enumerate(texts, 1)]


def answer(question: str, text: str) -> object:
    """Everything that is done with a hit of one sentence, but for the reading."""
    (query,) = FakeEncoder().encode_queries([question])
    return decide(examine(query, as_hits(text), NoFrequencies()), Confidence.load())


def cut(text: str) -> object:
    # So small that both texts are over it, where they are one word: cutting that into letters is a step in the work.
    return split(make_document("d", text), Chunking(max_tokens=24), 128, lambda texts: [len(t.split()) for t in texts])


def as_rows(text: str) -> Sequence[Passage]:
    """A passage of three rows with two cells, one of which holds the text."""
    rows = [passage(f"a | {text}", "b | 2", "c | 3", kind="row", lead="a | price")]
    return [*rows, passage(f"{text} | 1", "b | 2", "c | 3", kind="row", lead="a | price")]


CHEAPEST = Superlative(-1, frozenset({"cheapest"}), frozenset(), of_prices=True, of_age=False)
CHECK = SupportCheck(encoder=FakeEncoder())

CALLS: Mapping[str, Call] = {
    "canonical": canonical,
    "decode": lambda text: decode(text.encode()),
    "decode_western": lambda text: decode(text.encode("cp1252", "replace") + b"\xe4"),
    "fold": fold,
    "markdown": markdown.parse,
    "looks_like_markdown": markdown.looks_like_markdown,
    "plain_text": plain_text.parse,
    "html": lambda text: html.read(text.encode()),
    "delimited": lambda text: delimited.read(text.encode()),
    "captions": lambda text: captions.read(f"00:01.0 --> 00:02.0\n{text}".encode()),
    "sentences": lambda text: sentences(text, (0, len(text))),
    "opens_sentence": lambda text: [opens_sentence(text, at) for at in range(0, len(text), 4)],
    "passages": cut,
    "number_format": lambda text: shown(1.5, text),
    "terms": terms,
    "saying": lambda text: saying(as_passage(text)),
    "saying_capitals": lambda text: saying(as_passage(text.upper())),
    "acronyms": lambda text: acronyms.acronyms_in([text]),
    "introduction": lambda text: (acronyms.introduction_of(text, ["a"]), acronyms.spelled_by(text, ["aab"])),
    "definition": defined_name,
    "entry": lambda text: said_of("What is a a?", as_passage(text), 0),
    "entry_asked": asked_term,
    "notes": lambda text: list(marks_in(text, in_row=True)),
    "note": lambda text: begins_with(text, text[:1]),
    "roles": lambda text: acronyms.acronyms_in([f'{text} (the "Ab")']),
    "asks_for_long_form": acronyms.asks_for_long_form,
    "short_forms": lambda text: acronyms.with_short_forms("Who runs the Ab Bc of the A?", [text]),
    "short_forms_asked": lambda text: acronyms.with_short_forms(text, ["the Ab Bc (AB) of Aa Bb (AB)"]),
    "another": lambda text: acronyms.begins_with_another("Did AB begin?", text, acronyms.acronyms_in(["Ab Bc (AB)"])),
    "superlative": superlative_in,
    "pair": lambda text: pair_in(f"Is {text} or {text} cheaper, {text} or a?"),
    "extreme": lambda text: extreme_row("Which a is the cheapest?", CHEAPEST, as_rows(text), "a | price"),
    "nesting": lambda text: stand_below(passage(f" - {text}", f"  - {text}", kind="item")),
    "neighbours": lambda text: are_of_others(as_rows(text)[0], named_things(text, as_rows(text))),
    "ordinal": lambda text: put_ordinal_first(Examined(f"Which is the last step {text}?", (), ()), lambda _: ()),
    "blank_cells": lambda text: are_blank("When is | a | aa | ab | returned?", text, [text]),
    "ranges": lambda text: as_ranged("What does 3 kg cost on 2 May 2024 for 12 people?", [text, text]),
    "ranges_asked": lambda text: as_ranged(text, ["Over 2 kg and up to 9 kg", "Since 1 May 2020", "5 to 20 people"]),
    "step": lambda text: put_step_first(Examined(f"What comes after {text}?", (), ()), lambda _: ()),
    "answer_type": answer_type,
    "asks_for_several": asks_for_several,
    "needs_one": lambda text: needs_one("date", text),
    **{
        f"holds_{kind}": partial(lambda kind, text: holds(kind, text, "how many?"), kind)
        for kind in ("person", "date", "amount", "version", "number", "reason")
    },
    "references": lambda text: (find_references(text, (), as_hits(text, text)), referred_names(as_hits(text))),
    "as_written": lambda text: as_written("What of ueber 5 May?", [text]),
    "as_written_asked": lambda text: as_written(text, ["über 5 May 2020"]),
    "in_force": lambda text: applies_rather(as_passage(text), replace(as_passage(text), document="e"), text),
    "table_text": lambda text: [passage_text(each) for each in as_rows(text)],
    "complete": lambda text: history.complete(courtesies.without_courtesies(f"And it? {text}"), [text] * 5),
    "told": lambda text: told.told_parts(courtesies.without_courtesies(f"I need {text}")),
    "polarity": lambda text: polarity(text, ()),
    "scope": asks_for_more_than_quotes,
    "most_similar": lambda text: most_similar("harvest", text.split()),
    "is_read_by_encoder": is_read_by_encoder,
    "check_quote": lambda text: check_quote(as_document(text + "a" + text), Claim(0, 0, text + "b"), lambda: [(0, 9)]),
    "check_quote_often": lambda text: check_quote(as_document(text), Claim(1, 1, text[:3], text, text)),
    "text_fragment": lambda text: text_fragment(text, text, text),
    "counterpart": lambda text: counterpart(text, [text]),
    "read_words": read_words,
    "support": lambda text: CHECK.support("In 2023 the fee of £12 was not paid by Ada to all.", [as_passage(text)]),
    "support_statement": lambda text: CHECK.support(text, [as_passage("In 2023 the fee of £12 was not paid.")]),
    "answer_how_many": partial(answer, "How many are there?"),
    "answer_stands_for": partial(answer, "What does AB stand for?"),
    "answer_when": partial(answer, "When did Ada come?"),
}


def seconds(call: Call, unit: str, end: str, letters: int, number: int) -> float:
    """The time of a call with a text that no call was given before: some remember what they found."""
    text = unit * (letters // len(unit)) + f"{end}{number}"
    gc.disable()  # a search for garbage goes through everything that other tests left
    start = time.thread_time()
    with suppress(CorpusError):
        call(text)
    taken = time.thread_time() - start
    gc.enable()
    return taken


def too_long(call: Call, again: int = AGAIN, texts: Texts = TEXTS) -> Iterator[tuple[str, str, float, float]]:
    """The units and ends whose longer text takes too many times as long, with both times."""
    for unit, end in texts:
        long = seconds(call, unit, end, 4 * LETTERS, 0)
        if long < SHORT:
            continue
        short = seconds(call, unit, end, LETTERS, 1)
        # A machine can be slow for a second: both are timed again, in turn and after longer and longer pauses.
        for number in range(2, 2 + again):
            if long >= TIMES * short:
                time.sleep(0.01 * 2 ** (number - 2))
                short = min(short, seconds(call, unit, end, LETTERS, number))
                long = min(long, seconds(call, unit, end, 4 * LETTERS, number))
        if long >= TIMES * short:
            yield unit, end, round(short, 4), round(long, 4)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "name"), list(enumerate(CALLS)), ids=list(CALLS))
def test_the_time_grows_no_faster_than_the_text(number: int, name: str, is_long: bool) -> None:
    CALLS[name]("A word. Warm up.")
    texts = TEXTS if is_long else TEXTS[number % SHARE :: SHARE]
    assert next(too_long(CALLS[name], texts=texts), None) is None


@pytest.mark.slow
def test_the_square_of_the_text_is_noticed() -> None:
    assert next(too_long(re.compile(r"\s+\Z").search, 2), None)


@pytest.mark.slow
def test_without_the_limit_of_marks_their_square_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.canonical.MARKS", 1 << 31)
    assert next(too_long(CALLS["canonical"], 2))[0] == "\u0301\u0323"
