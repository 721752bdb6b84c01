"""Statements are kept with exact evidence or struck with a reason; nothing else becomes an answer."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from corpus.documents import Passage
from service.answering.answer import Struck
from service.answering.written.draft import MAX_STATEMENTS, Draft, Kept
from service.answering.written.prompt import NO_ANSWER
from service.answering.written.splitting import Statement
from service.answering.written.support import Support
from tests.fakes import EVIDENCE, HIT, PASSAGE, QUOTE, SENTENCES, TEXT, FakeEngine

SECOND = TEXT[slice(*SENTENCES[1])]
SAYS = {"He leads it.": 0, "He is the leader.": 0, "It is Dutch.": 1}  # by the number of the sentence that says it


def find_support(statement: str, passages: Sequence[Passage]) -> Support:
    """Every passage supports what is known."""
    if statement not in SAYS:
        return Support(False, f"nothing says {statement!r}")
    return Support(True, "", len(passages) - 1, *SENTENCES[SAYS[statement]])


def make_draft(count: int = 1) -> Draft:
    hits = [replace(HIT, rank=rank) for rank in range(1, count + 1)]
    return Draft(hits, find_support, FakeEngine("s1").cite)


def test_what_is_supported_is_kept_with_numbered_marks() -> None:
    draft = make_draft()
    checked = [draft.check(Statement(text)) for text in ("He leads it.", "It is Dutch.", "He is the leader.")]
    assert [kept.mark for kept in checked if isinstance(kept, Kept)] == [1, 2, 1]
    answer = draft.answer()
    assert answer is not None
    assert (answer.text, answer.kind) == ("He leads it. [1] It is Dutch. [2] He is the leader. [1]", "generated")
    assert answer.short is None
    assert answer.evidence[0] == EVIDENCE
    assert [evidence.quote for evidence in answer.evidence] == [QUOTE, SECOND]
    assert all(evidence.quote == TEXT[evidence.start : evidence.end] for evidence in answer.evidence)
    assert all(evidence.citation is not None for evidence in answer.evidence)


def test_what_is_not_supported_is_struck() -> None:
    draft = make_draft()
    assert draft.check(Statement("It is rich.")) == Struck("It is rich.", "nothing says 'It is rich.'")
    assert draft.answer() is None
    assert draft.reason() == "nothing that the language model wrote is supported by the passages"
    draft.check(Statement("He leads it."))
    answer = draft.answer()
    assert answer is not None
    assert answer.text == "He leads it. [1]"
    assert draft.struck == (Struck("It is rich.", "nothing says 'It is rich.'"),)


def test_only_the_cited_passages_count() -> None:
    given: list[int] = []

    def counting(statement: str, passages: Sequence[Passage]) -> Support:
        given.append(len(passages))
        return find_support(statement, passages)

    hits = [replace(HIT, rank=rank) for rank in (1, 2, 3)]
    draft = Draft(hits, counting, FakeEngine("s1").cite)
    kept = draft.check(Statement("He leads it.", (2, 9)))
    assert isinstance(kept, Kept)
    assert kept.evidence.passage == 2
    draft.check(Statement("It is Dutch."))
    assert given == [1, 3]
    struck = draft.check(Statement("He is the leader.", (9, 0)))
    assert struck == Struck("He is the leader.", "it cites a passage that there is not")
    assert given == [1, 3]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (Statement("He leads it.", is_finished=False), "it was not finished"),
        (Statement(NO_ANSWER), "it says what the passages do not say, for which there is no evidence"),
        (
            Statement("I'm sorry, but the provided passages don't mention it."),
            "it says what the passages do not say, for which there is no evidence",
        ),
    ],
)
def test_what_is_struck_without_a_look_at_the_passages(statement: Statement, reason: str) -> None:
    assert make_draft().check(statement) == Struck(statement.text, reason)


def test_a_model_that_finds_no_answer_is_believed() -> None:
    draft = make_draft()
    draft.check(Statement(NO_ANSWER))
    assert (draft.answer(), draft.reason()) == (None, "the language model found no answer in the passages")
    assert make_draft().reason() == "the language model wrote nothing"


def test_it_is_full_after_enough_statements_or_when_the_model_repeats_itself() -> None:
    draft = make_draft()
    for number in range(MAX_STATEMENTS):
        assert not draft.is_full
        draft.check(Statement(f"It is {number}."))
    assert draft.is_full
    repeating = make_draft()
    repeating.check(Statement("He leads it."))
    repeating.check(Statement("He leads it."))
    assert repeating.is_full
    assert repeating.struck == (Struck("He leads it.", "it repeats what was written before"),)


@pytest.mark.parametrize(
    "support",
    [Support(True, ""), Support(True, "", 0, 5, 5), Support(True, "", 0, 0, 10**6), Support(True, "", 0, -3, 9)],
)
def test_support_that_stands_nowhere_is_none(support: Support) -> None:
    draft = Draft([HIT], lambda *_: support, FakeEngine("s1").cite)
    assert draft.check(Statement("He leads it.")) == Struck("He leads it.", "what supports it cannot be quoted")


def test_the_passages_are_those_of_the_hits() -> None:
    assert make_draft(2).passages == [PASSAGE, PASSAGE]
