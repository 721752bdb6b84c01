"""Sentences that say where the answer stands, and answers from there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from corpus.documents import DocumentInfo, Passage
from index.retrieval.words import WORD, QueryWord
from index.search import Hit
from index.snapshots.store import Store
from service.answering.answer import Reply
from service.answering.confidence import Confidence
from service.answering.engine import Engine
from service.answering.question.content_words import WeightedWord
from service.answering.related.references import by_title, find_references, referred_names
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

READ = Confidence({"read": 8.0}, 0.0, 0.5)


def hit(rank: int, title: str, text: str, *section: str, document: str = "") -> Hit:
    spans = [(match.start(), match.end()) for match in _SENTENCE.finditer(text)]
    passage = Passage(document or title, title, section, 0, len(text), text, tuple(spans))
    return Hit(rank, passage, 1 / rank, {}, None, None)


_SENTENCE = re.compile(r"[^ .][^.]*\.")


def content(question: str) -> Iterator[WeightedWord]:
    """Each word of a question, all with one weight."""
    for match in WORD.finditer(question):
        word = QueryWord(match[0], *match.span(), (match[0].lower(),), range(0))
        yield WeightedWord(word, 1.0, np.array([], np.int64), False, False, False, False)


def found(question: str, *hits: Hit) -> tuple[dict[str, str], dict[str, list[int]]]:
    """By document: the sentence that refers to it; the numbers of the sentences that only refer."""
    references = find_references(question, list(content(question)), hits)
    meant = {name.partition(":")[0]: reference.text for name, reference in references.meant.items()}
    return meant, {name.partition(":")[0]: sorted(numbers) for name, numbers in references.referring.items()}


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("For the fee of a berth see the tariff.", "Tariff"),
        ("For the fee of a berth, see the tariff.", "Tariff"),
        ("The fee of a berth is given in our price list of the harbour.", "Price list"),
        ("The fee of a berth stands on the fee sheet.", "Fee sheet (from May)"),
        ("Read the berth guide to learn the fee of a berth.", "Berth guide: all of it"),
        ("The fee of a berth is found in Annex B.", "Annex B – Fees"),
        ("As to the fee of a berth, please also consult the by-laws.", "By-laws"),
    ],
)
def test_a_sentence_refers_to_a_document_by_its_title(sentence: str, title: str) -> None:
    notice, tariff = hit(1, "Notice", f"{sentence} Boats are many."), hit(2, title, "Large: 9 crowns.")
    assert found("fee of a berth", notice, tariff) == ({title.partition(":")[0]: sentence}, {"Notice": [0]})


def test_a_sentence_refers_to_another_section_but_not_to_its_own() -> None:
    rules = hit(1, "Rules", "For the fee see section 4.", "Section 2", document="a")
    fees = hit(2, "Rules", "Nine crowns.", "Section 4: Money", document="a")
    own = hit(3, "Rules", "The fee is set out in section 9.", "Section 9", document="a")
    assert found("what fee", rules, fees, own) == ({"a": "For the fee see section 4."}, {"a": [0]})


@pytest.mark.parametrize("heading", ["4 Money", "4. Money", "§ 4 Money"])
def test_a_section_is_referred_to_by_its_number_in_its_own_document(heading: str) -> None:
    rules = hit(1, "Rules", "For the fee see section 4.", "2 Berths", document="a")
    fees = hit(2, "Rules", "Nine crowns.", heading, document="a")
    others = hit(3, "House", "Ten crowns.", heading, document="b")
    assert found("what fee", rules, fees, others) == ({"a": "For the fee see section 4."}, {"a": [0]})
    assert found("what fee", rules, others) == ({}, {})


@pytest.mark.parametrize(
    ("line", "note", "is_meant"),
    [
        ("A lamp can be had †.", "† For a deposit of ten francs.", True),
        ("A lamp can be had.", "† For a deposit of ten francs.", False),
        ("A lamp can be had ‡.", "† For a deposit of ten francs.", False),
        ("The pool is warm †.", "† For a deposit of ten francs.", False),  # says nothing of the question
        ("A lamp can be had †.", "† For a deposit of ten francs. † Or twelve.", False),
    ],
)
def test_a_mark_sends_to_its_note(line: str, note: str, is_meant: bool) -> None:
    hits = [hit(rank, "Swimming", text, document="a") for rank, text in enumerate((line, note), 1)]
    below = hits[1].passage
    spans = tuple((start + 90, end + 90) for start, end in below.sentences)
    hits[1] = replace(hits[1], passage=replace(below, start=90, end=90 + len(note), sentences=spans))
    meant = find_references("deposit lamp", list(content("deposit lamp")), hits).meant
    assert [(name, reference.text) for name, reference in meant.items()] == [(hits[1].passage.id, line)] * is_meant


def test_the_number_of_a_section_may_have_parts() -> None:
    rules = hit(1, "Rules", "The fee is set out in clause 4.2", "2 Berths", document="a")
    rules = replace(rules, passage=replace(rules.passage, sentences=((0, len(rules.passage.text)),)))
    money, berths = (hit(2, "Rules", f"{name} crowns.", f"4.{name} Money", document="a") for name in ("2", "31"))
    references = find_references("what fee", list(content("what fee")), [rules, money, berths])
    assert list(references.meant) == [money.passage.id]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("fee of a berth", "We see the man with the tariff often."),
        ("colour flags sails", "For the fee of a berth see the tariff."),
        ("large crowns", "For large crowns see the tariff."),  # it adds nothing to what the tariff says
        ("fee of a berth", "The fee of a berth is low."),
    ],
)
def test_what_is_no_reference_or_not_about_the_question(question: str, sentence: str) -> None:
    assert found(question, hit(1, "Notice", sentence), hit(2, "Tariff", "Large: 9 crowns.")) == ({}, {})


@pytest.mark.parametrize(
    "sentence",
    ["The fee of a berth is 9 crowns (see the tariff).", "The fee of a berth is due in May; for more see the tariff."],
)
def test_a_sentence_that_says_more_than_where_it_stands_may_answer(sentence: str) -> None:
    hits = hit(1, "Notice", sentence), hit(2, "Tariff", "Large: 9 crowns.")
    assert found("fee of a berth", *hits) == ({"Tariff": sentence}, {})


def test_a_reference_is_the_answer_where_the_place_is_asked_for() -> None:
    hits = hit(1, "Notice", "For the fee of a berth see the tariff."), hit(2, "Tariff", "Large: 9 crowns.")
    assert found("Where do I find the fee of a berth?", *hits)[1] == {}
    assert found("Which document has the fee of a berth?", *hits)[1] == {}
    assert found("Where is the fee of a berth paid?", *hits)[1] == {"Notice": [0]}


def test_titles_are_looked_up_with_and_without_what_follows_a_mark() -> None:
    titles = by_title(DocumentInfo(name, title, "", 0, ()) for name, title in (("a", "Tariff: May"), ("b", "TARIFF")))
    assert titles == {"tariff: may": ["a"], "tariff": ["a", "b"]}
    assert referred_names([hit(1, "Notice", "See the tariff of May.")]) == ["tariff", "tariff of", "tariff of may"]


BERTHS = {f"berth{n}": f"The fee for a berth of the berth fee number {n} is a fee." for n in range(8)}
NOTICE = "For the fee of a mooring see the tariff. The fee of a mooring is due in May."
TARIFF = "Small boats: 9 crowns. Large boats: 14 crowns."
Ask = Callable[..., Reply]


@pytest.fixture
def ask(fill: Callable[..., Store], encoder: FakeEncoder) -> Ask:
    """Asks for the fee of a mooring; the tariff says nothing of that, and is not among the first hits."""

    def ask(documents: list[str] | None = None, **texts: str) -> Reply:
        store = fill(texts or BERTHS | {"notice": NOTICE, "tariff": TARIFF})
        reader = FakeReader(**{"14 crowns": 12.0, "the tariff": 14.0})
        return Engine(store.open(), encoder, READ, reader=reader).ask("fee of a mooring", documents=documents)

    return ask


@pytest.mark.parametrize("notice", [NOTICE, "For the fee of a mooring see the tariff."])  # the first hit, or the last
def test_the_answer_comes_from_what_a_hit_refers_to_and_both_are_evidence(ask: Ask, notice: str) -> None:
    reply = ask(**BERTHS, notice=notice, tariff=TARIFF)
    assert reply.answer is not None
    assert reply.answer.text == "Large boats: 14 crowns."
    answer, reference = reply.answer.evidence
    assert (answer.document, answer.quote) == ("tariff", "Large boats: 14 crowns.")
    assert (reference.document, reference.quote) == ("notice", "For the fee of a mooring see the tariff.")
    for each in (answer, reference):
        (shown,) = [hit for hit in reply.hits if hit.rank == each.passage]
        assert shown.passage.document == each.document
    assert [hit.rank for hit in reply.hits] == list(range(1, len(reply.hits) + 1))
    assert len({hit.passage.id for hit in reply.hits}) == len(reply.hits)


def test_only_the_documents_that_are_asked_are_looked_up(ask: Ask) -> None:
    reply = ask(documents=["notice", *BERTHS])
    assert reply.answer is not None
    assert {each.document for each in reply.answer.evidence} == {"notice"}


def test_a_title_that_many_documents_have_means_none(ask: Ask) -> None:
    many = {f"{folder}/tariff": f"# Tariff\n\n{TARIFF}" for folder in "abcd"}
    reply = ask(**BERTHS, notice=NOTICE, **many)
    assert reply.answer is not None
    assert {each.document for each in reply.answer.evidence} == {"notice"}
