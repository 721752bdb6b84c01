"""What holds for the blocks, passages and folded form of every text, in every format."""

import re
import time
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import formats
from corpus.canonical import canonical
from corpus.errors import CorpusError
from corpus.folding import fold
from corpus.formats import parse
from corpus.passages import Chunking, split
from corpus.prose.blocks import trim
from corpus.sources import make_document

FRAGMENTS = [
    "\n",
    "\n\n",
    "# Head\n",
    "## Tail ##\n",
    "== Wiki ==\n",
    "Under\n-----\n",
    "**Bold**\n\n",
    "3.1 Scope\n\n",
    "CAPITALS\n\n",
    "- item\n",
    "  - nested: \n",
    "1. first\n",
    "Lead-in:\n",
    "| a | b |\n",
    "|---|---|\n| c | d |\n",
    "```\n",
    "~~~ sh\n",
    "    indented\n",
    "> quoted\n",
    "---\n",
    "title: x\n",
    "Q: why?\n",
    "A: so.\n",
    "10:02 Ann: hello?\n",
    "<!-- hidden",
    "-->",
    "<h2>Html</h2>",
    "<table><tr><th>A</th></tr>",
    "<tr><td>1</td><td>2</td></tr></table>",
    "<ul><li>one<li>two</ul>\n",
    "<p>",
    "</p>\n",
    "<br/>",
    "<script>x</script>",
    "&amp; ",
    "[^1]: note\n",
    "Term\n: meaning\n",
    "![p](data:image/png;base64,AAAA)",
    "Page 3 of 9\n\n",
    "so\u00adft ",
    "hy-\nphen ",
    "ﬁne H₂O ",
    "\t",
    "é 日本 ",
    "e.g. One. ",
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), min_size=1, max_size=30).map("".join).map(canonical)
SUFFIXES = st.sampled_from([None, *formats.TEXTS])


MARKUP = re.compile(
    r"<script.*?(?:</script>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>|<\w*|&\w+;|\[\^1\]|(?:```|~~~)[^\n]*|^[ \t]*Q:",
    re.DOTALL | re.MULTILINE,
)


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


@settings(deadline=None, max_examples=400)
@given(TEXTS, SUFFIXES)
@example("```\nx", ".md")
@example("~~~", ".md")
@example("<p>x <!-- y", ".md")
@example("a\n\nPage 3\n\nb\n\n- c:\n  - d", ".txt")
def test_blocks_lie_in_order_apart_from_each_other_and_from_what_is_hidden(text: str, suffix: str | None) -> None:
    structure = parse(text, suffix)
    spans = [(block.start, block.end) for block in structure.blocks]
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert trim(text, start, end) == (start, end)
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start
    for start, end in structure.hidden:
        assert 0 <= start <= end <= len(text)
    hidden = {at for start, end in structure.hidden for at in range(start, end)}
    assert not [(start, end) for start, end in spans if hidden.intersection(range(start, end))]
    for block in structure.blocks:
        assert block.lead is None or 0 <= block.lead[0] < block.lead[1] <= block.start


@settings(deadline=None, max_examples=400)
@given(TEXTS, SUFFIXES)
@example("```\nx", ".md")
@example("| a | b |\n|---|---|\n", ".md")
@example("| a | b |\n|---|---|\n", ".txt")
@example("<table><tr><th>A</th></tr></table>", ".md")
@example("<table><tr><td>A<td>B<tr><td>C</table>", ".md")
@example("Lead in:\n\n- one two three four five six seven eight", ".md")
def test_every_letter_that_is_not_hidden_is_in_some_passage_or_heading(text: str, suffix: str | None) -> None:
    try:
        document = make_document("d", text, suffix=suffix)
    except CorpusError:
        return
    passages = split(document, Chunking(max_tokens=9, min_tokens=3), 20, count_words)
    lost = set(range(len(document.text)))
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert len(passage.sentences) == len(passage.kinds) == len(passage.blocks)
        for start, end in passage.sentences:
            assert passage.start <= start < end <= passage.end
            lost -= set(range(start, end))
        if passage.lead:
            assert document.text[slice(*passage.lead)] == passage.lead_text
            lost -= set(range(*passage.lead))
        for words, (start, end) in zip(passage.section, passage.headings, strict=True):
            assert " ".join(document.text[start:end].split()) == words
    headings = [(block.start, block.end) for block in document.blocks if block.kind == "heading"]
    for start, end in (*headings, *document.hidden):
        lost -= set(range(start, end))
    words = without_markup(document.text)
    assert not [(at, words[at]) for at in sorted(lost) if words[at].isalnum()]


def without_markup(text: str) -> str:
    """The text with what only a parser reads made blank: tags, entities, marks of footnotes, fences and questions."""
    return MARKUP.sub(lambda match: " " * len(match[0]), text)


@settings(deadline=None, max_examples=400)
@given(TEXTS)
@example("x **bold** y")
def test_offsets_in_the_folded_text_never_go_back_and_end_with_it(text: str) -> None:
    folded = fold(text)
    offsets = [folded.offset(at) for at in range(len(text) + 1)]
    assert offsets == sorted(offsets)
    assert offsets[0] == 0
    assert offsets[-1] == len(folded.text)


@given(TEXTS, TEXTS)
def test_what_is_folded_stays_as_it_is(one: str, other: str) -> None:
    again = fold(fold(one).text).text
    assert fold(again).text == again


UNITS = [
    "- ",
    "|",
    "**",
    "<b>",
    "[](",
    "q: ",
    "1. ",
    "#",
    "a.",
    "x-1.",
    "\u00ad",
    "`",
    "~~~\n",
    "<!-- ",
    "&",
    "> ",
    "\n",
]
UNITS += ["<td>", "== ", "data:a;base64,", "| a ", "Q: a?\n", "a\n--\n", "_", "\t", "10:00 ", "[^1]", "<p>x", "A 1. "]


def seconds(call: Callable[[str], object], text: str) -> float:
    """The least time of three calls; only this thread's, since others may want the processor as well."""
    times = []
    for _ in range(3):
        start = time.thread_time()
        call(text)
        times.append(time.thread_time() - start)
    return min(times)


def parse_markdown(text: str) -> object:
    return parse(text, ".md")


def parse_plain(text: str) -> object:
    return parse(text, ".txt")


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("call", [parse_markdown, parse_plain, fold], ids=["markdown", "plain_text", "folding"])
def test_hostile_repetition_takes_linear_time(call: Callable[[str], object], unit: str) -> None:
    short, long = unit * (8_000 // len(unit)), unit * (32_000 // len(unit))
    call(short)
    assert seconds(call, long) < 8 * seconds(call, short) + 0.05
