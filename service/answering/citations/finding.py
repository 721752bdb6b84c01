"""Finding a quote again in a text that may have changed since. All of it takes linear time in the text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal, TypeAlias

from corpus.documents import Document, Span
from index.search import ServedSnapshot
from service.answering.citations.similar import Similar, most_similar_sentences

Now: TypeAlias = Literal["exact", "moved", "ambiguous", "gone"]

PLACES = 10  # places of an ambiguous quote that are told
LOOKED_AT = 100  # code points before and after a quote that tell one place from another
COMPARED = 1000  # places that are compared with what stood around the quote: so many from the start, so many from there


@dataclass(frozen=True, slots=True)
class Claim:
    """A quote, where it is said to stand, and what is known of the text that it was taken from.

    `prefix` and `suffix` stood around it; `sha256` is that of the whole text, None where it is not known.
    """

    start: int
    end: int
    quote: str
    prefix: str = ""
    suffix: str = ""
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: `document.text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a quote stands where it is said to stand, and where it stands if not there.

    `valid` where `now` is `exact`. `reason` tells people why, in each case. `start` and `end` are where the
    quote stands now, the likeliest place where there are several; None where it is gone. `count` is how many places
    there are, `places` the likeliest of them, the first first. `nearest` is for a quote that is gone.
    `sha256` is that of the text as it is now; `changed` says whether it was another one, None where that is not known.
    """

    valid: bool
    reason: str
    now: Now
    start: int | None
    end: int | None
    count: int
    places: tuple[Place, ...]
    nearest: Similar | None
    sha256: str
    changed: bool | None


def verify(snapshot: ServedSnapshot, document: str, claim: Claim) -> Verdict:
    """As `check_quote`, in one document of a snapshot; raises NotFoundError."""

    def sentences() -> list[Span]:
        # Passages may overlap.
        return sorted({sentence for passage in snapshot.passages(document) for sentence in passage.sentences})

    return check_quote(snapshot.document(document), claim, sentences)


def check_quote(document: Document, claim: Claim, sentences: Callable[[], Sequence[Span]] = tuple) -> Verdict:
    """Whether `document.text[start:end]` is the quote, character for character; else where the quote stands.

    `sentences` gives those of the document, in order: the nearest one is looked for where the quote is gone.
    """
    text, start, end, quote = document.text, claim.start, claim.end, claim.quote
    changed = None if claim.sha256 is None else claim.sha256 != document.info.sha256

    def verdict(
        now: Now, reason: str, count: int = 0, places: Sequence[Place] = (), nearest: Similar | None = None
    ) -> Verdict:
        said = f"the text has changed since: {reason}" if changed and now != "exact" else reason
        return Verdict(
            valid=now == "exact",
            reason=said,
            now=now,
            start=places[0].start if places else None,
            end=places[0].end if places else None,
            count=count,
            places=tuple(places),
            nearest=nearest,
            sha256=document.info.sha256,
            changed=changed,
        )

    is_span = 0 <= start <= end <= len(text)
    if is_span and text[start:end] == quote:
        return verdict("exact", f"the document says exactly this at {start} to {end}", 1, [Place(start, end)])
    at = f"at {start} to {end}" if is_span else f"at {start} to {end}, as it has only {len(text)} characters"
    count = text.count(quote) if quote else 0
    if count:
        places = likeliest_places(text, claim)
        there = f"{places[0].start} to {places[0].end}"
        if count == 1:
            return verdict("moved", f"the document says this at {there}, not {at}", 1, places)
        several = f"the document says this in {count} places, not {at}; the likeliest is {there}"
        return verdict("ambiguous", several, count, places)
    nearest = most_similar_sentences(text, quote, _clamped(text, start), sentences)
    also = f"; what comes nearest stands at {nearest.start} to {nearest.end}" if nearest else ""
    says = f"says something else {at}" if is_span else f"says nothing {at}"
    return verdict("gone", f"the document {says}, and the quote nowhere{also}", nearest=nearest)


def likeliest_places(text: str, claim: Claim) -> list[Place]:
    """Some of the places where the quote stands: those in which most of what stood around it does, then the nearest."""
    quote, prefix, suffix = claim.quote, claim.prefix[-LOOKED_AT:], claim.suffix[:LOOKED_AT]
    near = _clamped(text, claim.start)
    # However often the quote stands there, the place where all of it stands is among those that are compared.
    whole = text.find(prefix + quote + suffix)
    found = {whole + len(prefix)} if whole >= 0 else set()
    found.update(chain(islice(_each(text, quote, 0), COMPARED), islice(_each(text, quote, near), COMPARED)))

    def unlikeliness(at: int) -> tuple[int, int]:
        end = at + len(quote)
        before = _shared(prefix[::-1], text[max(0, at - len(prefix)) : at][::-1])
        return -before - _shared(suffix, text[end : end + len(suffix)]), abs(at - near)

    return [Place(at, at + len(quote)) for at in sorted(found, key=unlikeliness)[:PLACES]]


def _shared(one: str, other: str) -> int:
    """How many code points two texts begin with that are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _clamped(text: str, position: int) -> int:
    """The position, or the end of the text that lies next to it."""
    return min(max(0, position), len(text))


def _each(text: str, quote: str, start: int) -> Iterator[int]:
    """Where the quote stands from `start` on, without overlaps."""
    at = text.find(quote, start)
    while at >= 0:
        yield at
        at = text.find(quote, at + len(quote))
