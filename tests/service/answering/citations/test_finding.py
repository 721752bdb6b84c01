"""A quote found again in a text that may have changed."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.documents import Document, DocumentInfo, Span
from corpus.sources import make_document
from service.answering.citations.finding import COMPARED, PLACES, Claim, Verdict, check_quote

OLD = "The fee is 20 euros. Dogs are not allowed in the house at night. Call us."


def document(text: str) -> Document:
    return Document(DocumentInfo("a", "A", "0" * 64, len(text), ()), text)


def sentences(text: str) -> list[Span]:
    return [match.span() for match in re.finditer(r"\S[^.]*\.?", text)]


def check(text: str, claim: Claim) -> Verdict:
    return check_quote(document(text), claim, lambda: sentences(text))


def claim_of(quote: str, text: str = OLD, around: int = 0, sha256: str | None = None) -> Claim:
    start = text.index(quote)
    end = start + len(quote)
    return Claim(start, end, quote, text[max(0, start - around) : start], text[end : end + around], sha256)


def places(verdict: Verdict) -> Sequence[Span]:
    return [(place.start, place.end) for place in verdict.places]


@pytest.mark.parametrize(
    ("start", "end", "quote", "now", "reason"),
    [
        (0, 5, "Fünf🤖", "exact", "exactly"),
        (1, 5, "Fünf🤖", "moved", "at 0 to 5"),
        (0, 5, "Sechs", "gone", "nowhere"),
        (0, 99, "Fünf🤖", "moved", "12 characters"),
        (-1, 5, "Fünf🤖", "moved", "12 characters"),
        (10**30, 10**31, "Fünf🤖", "moved", "12 characters"),
        (10**30, 10**31, "Sechs Finger", "gone", "12 characters"),
        (3, 2, "", "gone", "12 characters"),
        (2, 2, "", "exact", "exactly"),
        (0, 5, "", "gone", "something else"),
        (0, 5, "...", "gone", "something else"),
        (0, 1, "n", "ambiguous", "in 2 places"),
    ],
)
def test_what_holds_now_and_the_reason(start: int, end: int, quote: str, now: str, reason: str) -> None:
    verdict = check_quote(make_document("a", "Fünf🤖 Finger."[:12]), Claim(start, end, quote))
    assert (verdict.now, verdict.valid) == (now, now == "exact")
    assert reason in verdict.reason


def test_a_quote_that_moved_is_where_it_is_now() -> None:
    verdict = check("New. " + OLD, claim_of("Dogs are not allowed"))
    assert (verdict.now, verdict.start, verdict.end, verdict.count) == ("moved", 26, 46, 1)


def test_of_several_places_the_one_with_the_same_words_around_comes_first() -> None:
    text = "Dogs: no. Cats: no. Birds: no. Cats: no!"
    claim = claim_of("no", "Any Cats: no. Birds: no!", around=7)
    verdict = check(text, claim)
    assert (verdict.now, verdict.count) == ("ambiguous", 4)
    assert places(verdict)[0] == (verdict.start, verdict.end) == (text.index("no. Birds"), text.index("no. Birds") + 2)
    assert len(places(verdict)) == 4
    without = check(text, Claim(28, 29, "no"))
    assert places(without)[0] == (text.index("no. Cats: no!"), text.index("no. Cats: no!") + 2)  # the nearest


def test_the_right_place_is_found_among_any_number_of_others() -> None:
    text = "no. " * 50_000 + "Snakes: no. Eels" + " no." * 50_000
    verdict = check(text, Claim(1, 3, "no", "Snakes: ", ". Eels"))
    assert (verdict.count, verdict.start) == (100_001, text.index("Snakes: ") + 8)
    assert len(verdict.places) == PLACES


class Searched(str):
    """A text that counts how often it is searched."""

    __slots__ = ("times",)
    times: int

    def find(self, *given: object) -> int:
        self.times += 1
        return super().find(*given)  # type: ignore[arg-type]


def test_only_so_many_places_are_compared() -> None:
    text = Searched("no. " * 10 * COMPARED)
    text.times = 0
    assert check_quote(document(text), Claim(4 * COMPARED, 4 * COMPARED, "no")).count == 10 * COMPARED
    assert text.times <= 2 * COMPARED + 3


@pytest.mark.parametrize(
    ("now", "nearest"),
    [
        ("Dogs are not allowed inside the house at night.", True),
        ("Pets: dogs are not allowed in the house at night.", True),
        ("Dogs are\nnot allowed in the house at night.", True),
        ("Dogs are welcome.", False),
        (f"Dogs are not allowed in the house at any hour{', nor are cats by day' * 5}.", False),
        ("", False),
    ],
)
def test_the_nearest_sentence_is_told_where_a_quote_is_gone(now: str, nearest: bool) -> None:
    text = f"Gulls eat bread. {now} Ships sail the sea. The dogs bark at night."
    verdict = check(text, claim_of("Dogs are not allowed in the house at night."))
    assert verdict.now == "gone"
    assert verdict.nearest is None or text[verdict.nearest.start : verdict.nearest.end] == verdict.nearest.text
    assert (verdict.nearest.text if verdict.nearest else None) == (now if nearest else None)


def test_several_sentences_come_nearest_to_several() -> None:
    quote = "The fee is 20 euros. Dogs are not allowed in the house at night."
    verdict = check(OLD.replace("20", "30"), claim_of(quote))
    assert verdict.nearest is not None
    assert verdict.nearest.text == quote.replace("20", "30")
    assert 0.9 < verdict.nearest.similarity < 1


@pytest.mark.parametrize(("sha256", "changed"), [(None, None), ("0" * 64, False), ("1" * 64, True)])
def test_the_checksum_says_whether_the_text_has_changed(sha256: str | None, changed: bool | None) -> None:
    exact = check(OLD, claim_of("Call us", sha256=sha256))
    assert (exact.changed, exact.valid, exact.sha256) == (changed, True, "0" * 64)
    moved = check("New. " + OLD, claim_of("Call us", sha256=sha256))
    assert (moved.changed, moved.reason.startswith("the text has changed since: ")) == (changed, changed is True)


TEXT = st.text("ab 🎉e\u0301.\n", max_size=40)


@given(TEXT, TEXT, TEXT, st.integers(-5, 50), st.integers(-5, 50))
def test_what_is_told_is_true_of_any_text(text: str, quote: str, around: str, start: int, end: int) -> None:
    verdict = check(text, Claim(start, end, quote, around, around))
    found = [place for place in places(verdict) if text[place[0] : place[1]] == quote]
    assert found == list(places(verdict)) == list(dict.fromkeys(found))
    assert (verdict.now == "gone") == (not found)
    assert verdict.valid == (0 <= start <= end <= len(text) and text[start:end] == quote)
    assert {"exact": 1, "moved": 1, "gone": 0}.get(verdict.now, verdict.count) == verdict.count
    assert (verdict.now == "ambiguous") == (verdict.count > 1)
