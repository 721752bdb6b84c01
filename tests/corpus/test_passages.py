"""How sentences are packed, and what holds for the passages of any text."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.documents import Passage
from corpus.documents import context as context_of
from corpus.errors import CorpusError
from corpus.passages import Chunking, split
from corpus.prose.blocks import trim
from corpus.prose.sentences import LETTERS, count_long_words
from corpus.sources import make_document

CENTRE = Path(__file__).parents[2] / "corpus" / "texts" / "unicri-centre.txt"


def count_tokens(texts: Sequence[str]) -> list[int]:
    """One token for every four characters of a word, begun ones included."""
    return [sum(-(-len(word) // 4) for word in text.split()) for text in texts]


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def texts_of(text: str, chunking: Chunking, encoder_tokens: int = 1000) -> list[list[str]]:
    """The sentences of each passage; the title takes one token of the encoder's."""
    passages = split(make_document("d", text), chunking, encoder_tokens, count_words)
    return [[text[start:end] for start, end in passage.sentences] for passage in passages]


def test_passages_of_the_centre() -> None:
    document = make_document("centre", CENTRE.read_text(encoding="utf-8"))
    passages = split(document, Chunking(), 254, count_tokens)
    found = [document.text[start:end] for p in passages for start, end in p.sentences]
    assert len(found) == 30
    assert found[:4] == [
        "United Nations Interregional Crime and Justice Research Institute Centre for AI and Robotics",
        "- Location: The Hague, The Netherlands",
        "- Key People: Irakli Beridze (Head of Centre)",
        "- Established: 2017",
    ]
    assert [s[-30:] for s in found if "Inc." in s] == ["sion of support to the Centre."]
    assert {p.section for p in passages} == {
        (),
        ("History",),
        ("Head of the Centre",),
        ("Cooperation",),
        ("Activities",),
    }
    assert {p.context for p in passages if p.section == ("History",)} == {"UNICRI Centre for AI and Robotics > History"}


def test_sentences_are_packed_up_to_the_budget() -> None:
    text = "One two. Three four. Five six. Seven."
    assert texts_of(text, Chunking(max_tokens=4)) == [["One two.", "Three four."], ["Five six.", "Seven."]]


def test_the_context_takes_its_part_of_the_encoder_and_no_more_than_64_tokens() -> None:
    words = " ".join(["word"] * 200)
    assert [len(p[0].split()) for p in texts_of(words, Chunking(), 101)] == [100, 100]
    document = make_document("d", words, "t " * 100)
    assert [len(p.text.split()) for p in split(document, Chunking(), 164, count_words)] == [100, 100]


def test_a_block_closes_a_passage_that_is_long_enough() -> None:
    text = "One.\n\nTwo three.\n\nFour five six. Seven.\n\nEight."
    chunking = Chunking(max_tokens=9, min_tokens=3)
    assert texts_of(text, chunking) == [["One.", "Two three."], ["Four five six.", "Seven."], ["Eight."]]


def test_sections_and_rules_close_every_passage() -> None:
    text = "= T =\nOne.\n== A ==\nTwo.\n\n---\n\nThree.\n\nFour."
    assert texts_of(text, Chunking()) == [["One."], ["Two."], ["Three.", "Four."]]


def test_overlap_says_sentences_of_a_cut_block_again() -> None:
    text = "Zero.\n\nOne two. Three. Four. Five six.\n\nSeven eight nine."
    chunking = Chunking(max_tokens=5, min_tokens=5, overlap=2)
    assert texts_of(text, chunking) == [
        ["Zero.", "One two.", "Three.", "Four."],
        ["Three.", "Four.", "Five six."],
        ["Seven eight nine."],
    ]


def test_overlap_stays_within_the_block_and_the_budget() -> None:
    text = "Zero zero zero. Zero.\n\nOne. Two two. Three three three."
    assert texts_of(text, Chunking(max_tokens=6, min_tokens=6, overlap=9)) == [
        ["Zero zero zero.", "Zero.", "One."],
        ["One.", "Two two.", "Three three three."],
    ]


def test_a_sentence_over_budget_is_cut_at_words_then_at_characters() -> None:
    text = "ab cd " + "x" * 22 + " ef."
    passages = split(make_document("d", text), Chunking(max_tokens=4), 1000, count_tokens)
    assert [p.text for p in passages] == ["ab cd xx", *["xxxx"] * 5, "ef."]


def test_tokens_are_counted_in_few_batches() -> None:
    calls: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_tokens(texts)

    document = make_document("d", "One. Two.\n\nThree.\n\n" + "word " * 9 + "x" * 50)
    split(document, Chunking(max_tokens=5), 1000, count)
    assert calls == [1 + 4, 2, 1]
    calls.clear()
    split(document, Chunking(), 1000, count)
    assert calls == [1 + 4]


def test_nothing_but_rules_is_no_passage() -> None:
    assert texts_of("---\n", Chunking()) == []


def test_a_word_that_is_one_token_however_long_is_cut() -> None:
    word, name = "ab-" * 30_000, "cd-" * 100
    passages = split(make_document("d", f"Here is {word} and {name} and the end."), Chunking(), 254, count_words)
    assert max(len(passage.text) for passage in passages) <= LETTERS * 254
    assert "".join(passage.text for passage in passages).count("ab-" * 50) > 500
    assert any(f"{name} and the end." in passage.text for passage in passages)


def test_ordinary_texts_count_as_the_tokenizer_says() -> None:
    texts = ["", "a b c", "| a |" + " " * 500 + "b |", "a" * LETTERS]
    assert count_long_words(count_words, texts) == count_words(texts)


FRAGMENTS = [
    "\n",
    "\n\n",
    "= A =\n",
    "## b\n",
    "- k: v\n",
    "---\n",
    "```\n",
    ". ",
    "! ",
    "。",
    "[1] ",
    "e.g. ",
    "... ",
    "Mr. ",
]
WORDS = ["word ", "Next ", "x" * 30, "한국어", "e\u0301", "👩‍👩‍👧", "שלום ", "中文", "\u3000", "\u00a0"]
TEXTS = st.lists(st.sampled_from(FRAGMENTS + WORDS) | st.text(max_size=6), min_size=1, max_size=40).map("".join)
FENCE = re.compile(r"^[ >]*```.*", re.MULTILINE)
CHUNKINGS = st.builds(Chunking, st.integers(1, 30), st.integers(0, 12), st.integers(0, 3))


@settings(deadline=None)
@given(TEXTS, CHUNKINGS, st.integers(1, 40))
@example("- k: v\n```\n---\n", Chunking(30, 12), 40)
@example("- k: v\n```\n0", Chunking(2, 2), 3)
@example("```= A =\n", Chunking(1, 0), 1)
def test_passages_of_any_text(text: str, chunking: Chunking, encoder_tokens: int) -> None:
    try:
        document = make_document("d", text)
    except CorpusError:
        return
    passages = split(document, chunking, encoder_tokens, count_tokens)
    assert passages == split(document, chunking, encoder_tokens, count_tokens)
    lost = set(range(len(document.text)))
    for passage in passages:
        check(passage, document.text)
        context = count_tokens([context_of(passage.title, passage.section)])[0]
        assert count_tokens([passage.text])[0] <= max(1, min(chunking.max_tokens, encoder_tokens - context))
        (section,) = [s for s in document.info.sections if s.start <= passage.sentences[0][0] and passage.end <= s.end]
        assert section.path == passage.section
        lost -= {i for start, end in passage.sentences for i in range(start, end)}
    for before, after in pairwise(passages):
        assert before.start < after.start
        assert before.end < after.end
    headings = ((block.start, block.end) for block in document.blocks if block.kind == "heading")
    fences = (match.span() for match in FENCE.finditer(document.text))  # they name the language of code
    for start, end in (*document.hidden, *headings, *fences):
        lost -= set(range(start, end))
    assert not [document.text[at] for at in sorted(lost) if document.text[at].isalnum()]


def check(passage: Passage, text: str) -> None:
    """The offsets hold, and between the sentences stand only white space and marks, as the fence before code."""
    assert text[passage.start : passage.end] == passage.text
    header, first = passage.lead[0] if passage.lead else -1, passage.sentences[0][0]
    indent = indent_of(text, first) if passage.kinds[0] in ("item", "record") else ""
    assert passage.start in (header, first - len(indent))
    assert passage.end == passage.sentences[-1][1]
    for start, end in passage.sentences:
        assert trim(text, start, end) == (start, end)
        assert start < end
    for (_, end), (start, _) in pairwise(passage.sentences):
        assert end <= start
        assert not any(map(str.isalnum, text[end:start]))


def indent_of(text: str, start: int) -> str:
    """The white space before an item or a line that begins there; nothing where it does not begin its line."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return line if line.isspace() else ""


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["!", '!"', ".*", "a.", ". ", "。", "x", "[1]", "- \n", "e.g. ", "\n.", "? [1] "])
def test_hostile_text_takes_linear_time(unit: str) -> None:
    document = make_document("d", "x " + unit * (300_000 // len(unit)))
    for passage in split(document, Chunking(), 254, count_tokens):
        check(passage, document.text)
