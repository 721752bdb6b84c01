"""Which sentences are quoted."""

from collections.abc import Sequence

import numpy as np
import pytest

from corpus.documents import BlockKind, Passage, Span
from corpus.passages import Chunking, split
from corpus.sources import make_document
from service.answering.quoting.quotes import heading_to_quote, quote_from, span_to_quote


def passages_of(text: str) -> list[Passage]:
    return split(make_document("a.md", text), Chunking(), 254, lambda texts: [len(each.split()) for each in texts])


PASSAGE = Passage("a", "A", (), 10, 34, "One two. Six ten. He ran.", ((10, 18), (19, 27), (28, 35)))


@pytest.mark.parametrize(
    ("sentence", "support", "expected"),
    [
        (0, [[1.0, 1.0, 1.0]], (10, 18)),
        (1, [[0.5, 0.5, 0.79]], (19, 27)),  # not enough better
        (1, [[0.2, 0.2, 0.74]], (19, 27)),  # not well enough
        (1, [[0.2, 0.2, 0.75]], (19, 35)),
        (1, [[0.9, 0.2, 0.9]], (10, 27)),  # the one before, where both would do
        (0, [[1.0, 1.0, 1.0], [0.0, 0.2, 0.9]], (10, 18)),  # only a neighbour is quoted as well
        (2, [[0.0, 0.0, 1.0]], (19, 35)),  # "He" is named by the sentence before
    ],
)
def test_a_neighbour_is_quoted_where_it_completes_the_sentence(
    sentence: int, support: Sequence[Sequence[float]], expected: tuple[int, int]
) -> None:
    assert span_to_quote(PASSAGE, sentence, np.array(support, np.float32)) == expected


HOURS = "The club closes at ten. On race days it stays open until midnight. It has two bars."


@pytest.mark.parametrize(
    ("question", "is_surely_said", "quoted"),
    [
        ("Until when is the club open on race days?", True, "On race days it stays open until midnight."),
        ("Until when is the club open on race days?", False, HOURS[:66]),  # the other may be the answer
        ("What does the club do on race days?", True, HOURS[:66]),  # which of both is no time
    ],
)
def test_a_neighbour_that_would_be_taken_for_the_answer_is_not_quoted(
    question: str, is_surely_said: bool, quoted: str
) -> None:
    (passage,) = passages_of(HOURS)
    support = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], np.float32)  # of the club, and of race days
    start, end = quote_from(question, passage, 1, support, is_surely_said=is_surely_said).span
    assert HOURS[start:end] == quoted


def test_a_neighbour_that_states_another_range_is_not_quoted() -> None:
    text = "Children from 6 to 12 pay 4 marks. From 13 to 17 they pay 6 marks."
    (passage,) = passages_of(text)
    start, end = quote_from("What does a 15-year-old child pay?", passage, 1, np.eye(2, dtype=np.float32)).span
    assert text[start:end] == "From 13 to 17 they pay 6 marks."


LIST = "Bring these: - a lamp - a rope It is cold."
SPANS = ((0, 12), (13, 21), (22, 30), (31, 42))
BROUGHT = Passage(
    "a", "A", (), 0, 42, LIST, SPANS, kinds=("paragraph", "item", "item", "paragraph"), blocks=(0, 1, 2, 3)
)
SUPPORT = np.array([[0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0]], np.float32)


@pytest.mark.parametrize(("sentence", "expected"), [(0, (0, 30)), (1, (0, 30)), (2, (22, 30)), (3, (31, 42))])
def test_a_lead_in_is_quoted_with_its_list_and_nothing_with_another_block(
    sentence: int, expected: tuple[int, int]
) -> None:
    assert span_to_quote(BROUGHT, sentence, SUPPORT) == expected


def test_an_item_is_quoted_with_its_whole_list_where_several_things_are_asked_for() -> None:
    text = "You need these papers:\n\n- a passport\n- two photos\n\nThe fee is due. - not an item"
    passage = passages_of(text)[0]
    support = np.ones((1, len(passage.sentences)), np.float32)
    start, end = span_to_quote(passage, 2, support, asks_for_several=True)
    assert text[start:end] == "You need these papers:\n\n- a passport\n- two photos"
    start, end = span_to_quote(passage, 2, support)
    assert text[start:end] == "- two photos"
    start, end = span_to_quote(passage, 3, support, asks_for_several=True)
    assert text[start:end] == "The fee is due."


NESTED = """- Snow is cleared by the porter, except:
  - on the ramp, which the bakery clears
  - on balconies
- The stairs are swept on Saturdays.
- Bins: blue
  - for paper"""


@pytest.mark.parametrize(
    ("sentence", "several", "expected"),
    [
        (0, False, NESTED[: NESTED.index("\n- The stairs")]),
        (2, True, NESTED[: NESTED.index("\n- The stairs")]),
        (2, False, "- on balconies"),
        (4, False, "- Bins: blue"),
    ],
)
def test_an_item_that_announces_others_is_quoted_with_those_nested_in_it(
    sentence: int, several: bool, expected: str
) -> None:
    (passage,) = passages_of(NESTED)
    support = np.ones((1, len(passage.sentences)), np.float32)
    start, end = span_to_quote(passage, sentence, support, asks_for_several=several)
    assert NESTED[start:end] == expected


def test_an_item_is_quoted_alone_where_one_thing_is_asked_for() -> None:
    assert span_to_quote(BROUGHT, 1, SUPPORT) == (0, 30)
    assert span_to_quote(BROUGHT, 1, SUPPORT, asks_for_one=True) == (13, 21)


def test_a_sentence_that_announces_no_list_is_quoted_alone() -> None:
    passage = Passage("a", "A", (), 0, 42, LIST, SPANS, kinds=("paragraph",) * 4, blocks=(0, 1, 2, 3))
    assert span_to_quote(passage, 0, SUPPORT) == (0, 12)


@pytest.mark.parametrize(
    ("answer", "start"), [("Two.", 0), ("Nobody did.", 0), ("There were two votes against it.", 9)]
)
def test_a_few_words_are_quoted_with_the_question_that_they_answer(answer: str, start: int) -> None:
    text = f"Against? {answer}"
    passage = Passage(
        "a", "A", (), 0, len(text), text, ((0, 8), (9, len(text))), kinds=("paragraph",) * 2, blocks=(0, 0)
    )
    assert span_to_quote(passage, 1, np.zeros((1, 2), np.float32)) == (start, len(text))


def test_a_sentence_that_points_back_does_not_reach_into_another_block() -> None:
    spans, text = ((0, 8), (10, 22)), "Ann ran.\n\nIt is closed."
    apart = Passage("a", "A", (), 0, 23, text, spans, kinds=("paragraph",) * 2, blocks=(0, 1))
    assert span_to_quote(apart, 1, np.ones((1, 2), np.float32)) == (10, 22)


LOG = Passage(
    "a", "A", ("Log", "2.4.0 (3 May 2024)"), 30, 50, "It no longer hangs.", ((30, 49),), headings=((2, 5), (9, 27))
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did it stop hanging?", (9, 27)),
        ("In which version was the hanging fixed?", (9, 27)),
        ("What no longer hangs?", None),
        ("Who fixed it?", None),
        ("Which log says that it hangs?", None),  # the heading only says "log", as the question does
    ],
)
def test_the_heading_that_holds_what_is_asked_for_is_quoted(question: str, expected: tuple[int, int] | None) -> None:
    assert heading_to_quote(question, LOG, LOG.text) == expected


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("Which pond holds trout?", "It holds trout.", (2, 11)),
        ("Which pond holds trout?", "The pond holds trout.", None),
        ("Which lake holds trout?", "It holds trout.", None),
        ("Which pond, Mill pond?", "It holds trout.", None),
    ],
)
def test_the_heading_that_tells_things_apart_is_quoted(
    question: str, quote: str, expected: tuple[int, int] | None
) -> None:
    passage = Passage("a", "A", ("Mill pond",), 13, 28, "It holds trout.", ((13, 28),), headings=((2, 11),))
    assert heading_to_quote(question, passage, quote) == expected


def test_no_heading_is_quoted_where_the_sentence_says_it_itself() -> None:
    assert heading_to_quote("When did it stop?", LOG, "It stopped in June 2023.") is None


@pytest.mark.parametrize(("version", "expected"), [("2.4.0", (9, 27)), ("2.3.9", None)])
def test_when_a_version_came_out_is_not_told_by_a_clause(version: str, expected: tuple[int, int] | None) -> None:
    fix = "The needle stuck after a restart."
    assert heading_to_quote(f"When did {version} come out?", LOG, fix) == expected


def test_a_lead_in_needs_no_colon() -> None:
    text = "The landlord may end it if\n\n- rent is overdue\n- the roof falls in\n\nThis is all.\n\n- apart from that\n"
    first, *_ = passages_of(text)
    support = np.ones((1, len(first.sentences)), np.float32)
    start, end = span_to_quote(first, 0, support)
    assert text[start:end] == "The landlord may end it if\n\n- rent is overdue\n- the roof falls in"
    start, end = span_to_quote(first, 3, support)
    assert text[start:end] == "This is all."


@pytest.mark.parametrize(
    ("lead", "kind", "sentence", "expected"),
    [
        ("Piles come from the", "paragraph", 0, (2, 21)),
        ("Piles come from the", "paragraph", 1, None),
        ("Piles come from there.", "paragraph", 0, None),  # a note goes on with nothing
        ("Name | Yard", "row", 0, None),
        ("", "paragraph", 0, None),
    ],
)
def test_a_sentence_that_a_page_break_cuts_is_quoted_with_its_begin(
    lead: str, kind: BlockKind, sentence: int, expected: Span | None
) -> None:
    spans, at = ((40, 53), (54, 64)), (2, 2 + len(lead)) if lead else None
    passage = Passage(
        "a", "A", (), 40, 64, "yard of Tarn. All agreed.", spans, kinds=(kind, "paragraph"), lead=at, lead_text=lead
    )
    quote = quote_from("Where do the piles come from?", passage, sentence, np.zeros((1, 2), np.float32))
    assert (quote.span, quote.heading) == (spans[sentence], expected)


KIT = "# Kit\n\n## Leave at home\n\n- sweets\n- games\n\n## Required\n\n- boots\n- a torch\n"


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("What should pupils leave at home?", "- sweets\n- games"),
        ("Which things are left at home?", "- sweets\n- games"),
        ("Where are games left?", "- games"),
        ("What are games for?", "- games"),  # nothing of it stands in the heading
    ],
)
def test_a_list_below_a_heading_is_quoted_whole_where_the_heading_says_what_is_asked(
    question: str, quoted: str
) -> None:
    passage = passages_of(KIT)[0]
    start, end = quote_from(question, passage, 1, np.zeros((1, 2), np.float32)).span
    assert passage.text_at((start, end)) == quoted
