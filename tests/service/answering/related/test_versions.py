"""Two versions of one document: which are, and which of them applies."""

import time

import pytest

from corpus.documents import Passage, Span
from index.search import Hit
from service.answering.related.versions import applies_rather, are_versions, counterpart, mark_superseded


def passage(title: str, document: str = "d", text: str = "Text", **metadata: str) -> Passage:
    return Passage(document, title, (), 0, len(text), text, ((0, len(text)),), metadata=tuple(metadata.items()))


def hits(*passages: Passage) -> tuple[Hit, ...]:
    return tuple(Hit(rank, passage, 1 / rank, {}, None, None) for rank, passage in enumerate(passages, 1))


def marked(question: str, *passages: Passage) -> list[tuple[int, str, str | None]]:
    """Rank, document and mark of each hit."""
    found = mark_superseded(question, hits(*passages))
    return [(hit.rank, hit.passage.document, hit.superseded_by) for hit in found]


@pytest.mark.parametrize(
    ("title", "other", "expected"),
    [
        ("Travel rules 2021", "Travel rules 2024", True),
        ("Handbook, version 2", "Handbook, Version 3", True),
        ("Handbook v1.9", "Handbook v1.10", True),
        ("Travel rules 2021", "Travel rules 2021", False),
        ("Travel rules 2021", "Leave rules 2024", False),
        ("Room 12", "Room 14", False),
        ("Travel rules", "Travel rules 2024", False),
        ("Travel rules of 3 May 2021", "Travel rules of 12 March 2024", True),
        ("Travel rules, edition of April 2017", "Travel rules, edition of February 2023", True),
        ("Travel rules of Sept. 2021", "Travel rules of 12 March 2024", True),
        ("Travel rules (valid from 1 May 2019 to 30 June 2023)", "Travel rules (in force since July 2023)", True),
        ("Travel rules for March in 2021", "Travel rules for April in 2021", False),
    ],
)
def test_titles_tell_versions_of_one_document(title: str, other: str, expected: bool) -> None:
    assert are_versions(passage(title), passage(other)) is expected
    assert are_versions(passage(other), passage(title)) is expected


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("Travel rules 2024", "Travel rules 2021"),
        ("Handbook v1.10", "Handbook v1.9"),
        ("Handbook version 10", "Handbook version 9"),
        ("Rules of 3 May 2024", "Rules of 12 May 2021"),
        ("Rules, October 2024", "Rules, November 2021"),
    ],
)
def test_the_newer_applies_unless_the_question_names_the_older(newer: str, older: str) -> None:
    assert applies_rather(passage(newer), passage(older), "What is the limit?")
    assert not applies_rather(passage(older), passage(newer), "What is the limit?")
    number = older.rpartition(" ")[2].rpartition(".")[2].lstrip("v")
    assert applies_rather(passage(older), passage(newer), f"What was the limit in {number}?")
    assert applies_rather(passage(older), passage(newer), "What was the limit in the previous rules?")
    assert not applies_rather(passage(older), passage(newer), "What is the limit for old hotels, and previous guests?")


def test_the_day_from_which_a_version_holds_tells_its_age_and_not_the_day_on_which_it_ended() -> None:
    newer, older = "Rules (in force from 1 July 2021)", "Rules (valid from 9 May 2019, withdrawn on 30 June 2023)"
    assert applies_rather(passage(newer), passage(older), "What is the limit?")
    assert not applies_rather(passage(older), passage(newer), "What is the limit?")


def test_months_of_one_year_are_told_apart() -> None:
    assert applies_rather(passage("Rules of October 2021"), passage("Rules of September 2021"), "What is the limit?")
    assert not applies_rather(passage("Rules of May 2021"), passage("Rules of 12 August 2021"), "What is the limit?")


@pytest.mark.parametrize(
    ("sentence", "other", "expected"),
    [
        ("A hotel may cost 90 euros.", "A hotel may cost 120 euros.", True),
        ("A hotel may cost 90 euros.", "A hotel may cost 120 euros with breakfast, no more.", True),
        ("A hotel may cost 90 euros.", "Trains are free.", False),
        ("A hotel may cost 90 euros.", "Keep the hotel's bill for seven years.", False),
    ],
)
def test_what_one_version_says_in_place_of_the_other(sentence: str, other: str, expected: bool) -> None:
    assert counterpart(sentence, ["Skis go free.", other, ""]) == (1 if expected else None)


@pytest.mark.parametrize(
    ("stated", "others", "newer"),
    [
        ({"date": "2024-03-05"}, {"date": "2021-11-30"}, True),
        ({"date": "5 March 2024"}, {"date": "2021-11-30"}, True),
        ({"Date": "30 November 2021"}, {"date": "5 March 2024"}, False),
        ({"version": "1.10"}, {"version": "1.9"}, True),
        ({"version": "2.1"}, {"version": "2"}, True),
        ({"version": "2", "date": "2020"}, {"version": "1", "date": "2024"}, True),
        ({"version": "2", "date": "2020"}, {"date": "2019"}, True),
    ],
)
def test_what_documents_state_tells_the_newer(stated: dict[str, str], others: dict[str, str], newer: bool) -> None:
    one, two = passage("Travel rules", "one", **stated), passage("Travel rules", "two", **others)
    assert are_versions(one, two)
    assert applies_rather(one, two, "What is the limit?") is newer
    assert applies_rather(two, one, "What is the limit?") is not newer


@pytest.mark.parametrize(
    ("stated", "others_state"),
    [
        ({}, {"date": "2021-11-30"}),
        ({"date": "2024"}, {"date": "2024"}),
        ({"date": "2024"}, {"date": "2024-03-05"}),
        ({"date": "soon"}, {"date": "2024-03-05"}),
        ({"modified": "2024-03-05"}, {"modified": "2021-11-30"}),
        ({"date": "2024"}, {"version": "2"}),
    ],
)
def test_what_does_not_tell_the_newer(stated: dict[str, str], others_state: dict[str, str]) -> None:
    one, two = passage("Travel rules", "one", **stated), passage("Travel rules", "two", **others_state)
    assert not are_versions(one, two)
    assert not applies_rather(one, two, "What is the limit?")


@pytest.mark.parametrize("year", [2020, 2021, 2023, 2024, 2025])
def test_of_a_year_between_the_version_of_before_applies(year: int) -> None:
    assert applies_rather(OLD, NEW, f"What did a hotel cost in {year}?") == (2021 <= year < 2024)


OLD = passage("Travel rules 2021", "old", "A hotel may cost 90 euros.")
NEW = passage("Travel rules 2024", "new", "A hotel may cost 120 euros.")
NEWEST = passage("Travel rules 2025", "newest", "A hotel may cost 130 euros.")
OTHER = passage("Gulls", "other", "Gulls eat bread.")


IN_FORCE = [
    (passage("Boat fees", "a"), passage("Boat fees (archived)", "b")),
    (passage("Boat fees", "a"), passage("Old boat fees", "b")),
    (passage("Boat fees: new", "a"), passage("Boat fees", "b")),
    (passage("Boat fees", "a", status="in force"), passage("Boat fees", "b", status="Withdrawn")),
    (passage("Boat fees", "a"), passage("Boat fees", "b", "A night costs 4 euros. This list was replaced in May.")),
    (passage("Boat fees", "a"), passage("Boat fees", "b", "> **No longer in force.**")),
    (passage("Boat fees", "a", "Valid from 1 May 2025."), passage("Boat fees", "b", "In force since 2 June 2023.")),
    (
        passage("Boat fees", "a", "Effective 2025-03-01: 9 euros."),
        passage("Boat fees", "b", "Valid from 1 March 2021 to 1 March 2025."),
    ),
    (passage("Boat fees", "fees-2025"), passage("Boat fees", "fees-2021")),
]


@pytest.mark.parametrize(("newer", "older"), IN_FORCE)
def test_what_documents_say_of_themselves_tells_which_is_in_force(newer: Passage, older: Passage) -> None:
    assert applies_rather(newer, older, "What does a night cost?")
    assert not applies_rather(older, newer, "What does a night cost?")
    assert applies_rather(older, newer, "What did a night cost in the old list?")
    assert applies_rather(older, newer, "What did a night cost under the archived fees?")


DRAFTS = [
    *(passage(title, "b") for title in ("Draft boat fees", "Boat fees 2026 (proposal)")),
    passage("Boat fees", "b", "This is only a draft.", status="draft"),
    passage("Boat fees", "b", "A night costs 9 euros. This list has not yet been approved."),
    passage("Boat fees", "b", "*Proposal for the members' meeting*"),
]


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("fees", [passage("Boat fees", "a"), passage("Boat fees 2024", "a", "Valid from 1 May 2024.")])
def test_a_draft_does_not_apply_but_where_it_is_asked_for(draft: Passage, fees: Passage) -> None:
    assert applies_rather(fees, draft, "What does a night cost?")
    assert not applies_rather(draft, fees, "What does a night cost?")
    assert not applies_rather(draft, fees, "What did a night cost in the old list?")
    assert applies_rather(draft, fees, "What would a night cost in the draft?")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (passage("Boat fees", "a"), passage("Berth fees (archived)", "b")),
        (passage("Boat fees", "a"), passage("Boat fees", "b", "Draft beer costs 5 euros. Nothing was approved.")),
        (passage("Boat fees", "a"), passage("Boat fees", "a", "This is only a draft.")),
        (passage("Boat fees", "a"), passage("Boat fees", "b", "The list of 2021 no longer applies.")),
        (passage("Boat fees", "a", "Valid from 1 May 2025."), passage("Boat fees", "b", "Valid for boats.")),
        (passage("Boat fees", "fees-1"), passage("Boat fees", "fees-2")),
        (passage("Boat fees", "a"), passage("Boat fees", "b", "We sell withdrawn books. Is it archived?")),
    ],
)
def test_what_says_nothing_of_being_in_force(one: Passage, other: Passage) -> None:
    assert not are_versions(one, other)


def test_the_newer_comes_first_and_the_older_says_what_supersedes_it() -> None:
    assert marked("How much may a hotel cost?", OTHER, OLD, NEW) == [
        (1, "other", None),
        (2, "new", None),
        (3, "old", "new"),
    ]


def test_the_newest_of_many_versions_supersedes_all() -> None:
    expected = [(1, "newest", None), (2, "new", "newest"), (3, "old", "newest")]
    for order in ((OLD, NEW, NEWEST), (NEW, OLD, NEWEST), (NEWEST, NEW, OLD)):
        assert marked("How much may a hotel cost?", *order) == expected


def test_the_version_that_is_asked_for_comes_first_and_still_says_what_supersedes_it() -> None:
    found = marked("How much could a hotel cost in 2021?", NEW, OTHER, OLD)
    assert found == [(1, "old", "new"), (2, "new", None), (3, "other", None)]


@pytest.mark.parametrize(
    "newer",
    [
        passage("Travel rules 2024", "new", "A hotel may cost 90 euros."),
        passage("Travel rules 2024", "new", "Keep the hotel's bill for seven years."),
        passage("Leave rules 2024", "new", "A hotel may cost 120 euros."),
    ],
)
def test_what_agrees_or_speaks_of_something_else_supersedes_nothing(newer: Passage) -> None:
    assert marked("How much may a hotel cost?", OLD, newer) == [(1, "old", None), (2, "new", None)]


def test_two_sentences_of_one_document_do_not_contradict_each_other() -> None:
    old = Passage("old", "Fees 2021", (), 0, 30, "Adults pay 5. Children pay 3. ", ((0, 13), (14, 29)))
    new = Passage("new", "Fees 2024", (), 0, 30, "Children pay 3. Adults pay 5. ", ((0, 15), (16, 29)))
    assert marked("What do adults pay?", old, new) == [(1, "old", None), (2, "new", None)]


def seconds(sentences: int, number: int) -> float:
    """The time for two versions of a document that have no sentence in common."""
    versions = []
    for year in (2021, 2024):
        text, spans = "", list[Span]()
        for sentence in range(sentences):
            words = f"a{number}y{year}x{sentence} b{sentence}y{year}. "
            spans.append((len(text), len(text) + len(words) - 1))
            text += words
        versions.append(Passage(str(year), f"Fees {year}", (), 0, len(text), text, tuple(spans)))
    start = time.thread_time()
    marked("What do adults pay?", *versions)
    return time.thread_time() - start


def test_the_time_grows_no_faster_than_the_number_of_sentences() -> None:
    seconds(9, 0)
    short, long = (min(seconds(sentences, number) for number in range(1, 4)) for sentences in (500, 2000))
    assert long < 9 * short
