"""Versions of one rule: documents whose titles, or what they state of themselves, tell which one applies."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from corpus.documents import Passage
from index.retrieval.notation import DATE, MONTHS
from index.retrieval.words import terms
from index.search import Hit
from service.answering.question.content_words import content_terms, held_terms

ALIKE = (
    0.5  # share of their terms that two sentences have in common from which on they say the same thing, or its change
)
NEARLY = 0.4  # the same for that sentence of another version which has most in common with one
COMPARED = 20  # sentences of a passage that another version lacks: each is compared with each of that version's
# What a document may state of itself, the surest first. The date of a file is when it was saved, so it tells nothing.
STATED = ("version", "edition", "revision", "effective", "valid from", "updated", "date", "published", "issued")
YEARS = range(1000, 3000)

_NUMBER = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W_]+")
_ANY_VERSION = frozenset(terms("version edition issue rules policy list price prices one"))
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MONTH = re.compile(rf"\b(?P<month>{'|'.join(MONTHS)})\.?,? (?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_WITHDRAWN, _DRAFT, _STANDS, _CURRENT = range(-4, 0)  # no numbers that a question names
_OLD = r"archived?|obsolete|outdated|superseded|withdrawn|expired|retired|deprecated|repealed"
_EARLIER = re.compile(rf"\b(?:old|older|previous|former|earlier|{_OLD}) (?P<noun>\w+)", re.IGNORECASE)
_OLD_TITLE = re.compile(rf"\b(?:{_OLD}|old|former|previous)\b", re.IGNORECASE)
_NEW_TITLE = re.compile(r"\b(?:current|new|latest|revised|updated)\b", re.IGNORECASE)
_DRAFT_TITLE = re.compile(r"\b(?:draft|proposed|proposal|rejected)\b", re.IGNORECASE)
_ASKS_FOR_DRAFT = re.compile(r"\b(?:draft|propos|reject|plan)", re.IGNORECASE)
# What a text says of itself, and where it begins to.
_ITSELF = (
    r"(?:^|[.!?:]\s)\W{0,5}(?:(?:this|these) (?:[\w-]+ ){0,3}(?:is|was|are|were|(?:has|have)(?: been)?)"
    r" (?:now |only |still )?(?:an? )?|status:? )?"
)
_IS_OLD = re.compile(
    rf"{_ITSELF}(?:{_OLD}|replaced|no longer (?:valid|in force|in use|applicable|current|appl(?:y|ies)))\b",
    re.IGNORECASE | re.MULTILINE,
)
_IS_DRAFT = re.compile(
    rf"{_ITSELF}(?:(?:draft|proposal)(?= \d| (?:for|of|by)\b|[^\w\s]|$)|not (?:yet )?(?:been )?(?:adopted|approved)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_SINCE = re.compile(
    r"\b(?:valid|effective|in force|appl(?:y|ies)|as of|updated|revised|adopted|issued)\b(.{0,60})", re.IGNORECASE
)
_REMARK = re.compile(r"\([^()\d]*\d[^()]*\)")  # (in force from 1 April 2019, withdrawn on 31 December 2023)
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\b(?:v|version|rev|revision|edition|issue)\.?\s*\d", re.IGNORECASE)


def are_versions(passage: Passage, other: Passage) -> bool:
    """Whether the passages stand in two versions of one document, as these tell of themselves."""
    return _editions(passage, other) is not None


def counterpart(sentence: str, others: Sequence[str]) -> int | None:
    """The number of the sentence that says nearly the same, with most terms in common; None where there is none."""
    shares = [_share(held_terms(sentence), held_terms(other)) for other in others]
    best = max(shares, default=0.0)
    return shares.index(best) if best >= NEARLY else None


def are_about_the_same(sentence: str, other: str, title: str) -> bool:
    """Whether two sentences below this title share a word that is no grammar and not of the title."""
    return bool((content_terms(sentence) & content_terms(other)) - held_terms(title))


def applies_rather(passage: Passage, other: Passage, question: str) -> bool:
    """Whether the first of two versions is the one that the question names, or else the newer one."""
    editions = _editions(passage, other)
    if editions is None:
        return False
    asked = {int(number) for number in _NUMBER.findall(question)}
    own, others = editions
    is_named, other_is_named = asked & set(own) - set(others), asked & set(others) - set(own)
    if bool(is_named) != bool(other_is_named):
        return bool(is_named)
    older, newer = sorted(editions)
    if any(older[0] <= year < newer[0] for year in asked if year in YEARS and older[0] in YEARS):
        return own == older
    is_draft = (_DRAFT,) in editions
    asks_for_other = _ASKS_FOR_DRAFT.search(question) if is_draft else _asks_for_earlier(question, passage.title)
    return own < others if asks_for_other else own > others


def _asks_for_earlier(question: str, title: str) -> bool:
    """Whether a question is about what held before: the old tariff, where the title names a tariff."""
    named = {term for match in _EARLIER.finditer(question) for term in terms(match["noun"])}
    return bool(named & (_ANY_VERSION | held_terms(title)))


def mark_superseded(question: str, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits, each that a newer version of its document contradicts marked with that.

    They keep their order, but the version that the question names, or else the newer one, comes before the other.
    """
    by_title: dict[str, list[Hit]] = {}
    for hit in hits:
        by_title.setdefault(_undated(hit.passage.title), []).append(hit)
    marks: dict[int, str] = {}  # by rank
    ranks = [hit.rank for hit in hits]
    for alike in by_title.values():
        for older in alike if len(alike) > 1 and any(_tells_edition(hit.passage) for hit in alike) else ():
            newest = older
            for newer in alike:
                if _supersedes(newer.passage, older.passage):
                    newest = newer if applies_rather(newer.passage, newest.passage, "") else newest
                    marks[older.rank] = newest.passage.document
                    _put_first(ranks, newer, older, question)
    if not marks:
        return hits
    by_rank = {hit.rank: hit for hit in hits}
    moved = [(by_rank[old], marks.get(old)) for old in ranks]
    return tuple(
        replace(hit, rank=rank, superseded_by=by or hit.superseded_by) for rank, (hit, by) in enumerate(moved, 1)
    )


def _put_first(ranks: list[int], newer: Hit, older: Hit, question: str) -> None:
    """Move the version that applies to where the other one stands, if that comes before it."""
    is_newer = applies_rather(newer.passage, older.passage, question)
    first, second = (newer.rank, older.rank) if is_newer else (older.rank, newer.rank)
    if ranks.index(first) > ranks.index(second):
        ranks.remove(first)
        ranks.insert(ranks.index(second), first)


def _supersedes(passage: Passage, other: Passage) -> bool:
    """Whether the first is of a newer version, which says something else in the place of what the second says."""
    if passage.document == other.document or not applies_rather(passage, other, ""):
        return False
    said, others = _sentence_terms(passage), _sentence_terms(other)
    changed = [terms for terms in said if terms not in others][:COMPARED]
    replaced = [terms for terms in others if terms not in said][:COMPARED]
    return any(_share(one, two) >= ALIKE for one in changed for two in replaced)


def _sentence_terms(passage: Passage) -> Mapping[frozenset[str], None]:
    """The terms of each sentence, in order."""
    return dict.fromkeys(held_terms(passage.text[s - passage.start : e - passage.start]) for s, e in passage.sentences)


def _share(terms: frozenset[str], others: frozenset[str]) -> float:
    """How many of all their terms both have, 0 to 1."""
    return len(terms & others) / max(1, len(terms | others))


def _editions(passage: Passage, other: Passage) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """What tells the two versions apart, the greater being the newer; None where they are no versions of one thing."""
    titles = (passage.title, other.title)
    has_one_title = passage.title.casefold() == other.title.casefold()
    if _undated(titles[0]) != _undated(titles[1]) or (has_one_title and passage.document == other.document):
        return None
    standing = (_standing(passage),), (_standing(other),)
    if (_DRAFT,) in standing and standing[0] != standing[1]:
        return standing
    if not has_one_title and all(map(_DATED.search, titles)):
        since = (_in_force_since(titles[0]), _in_force_since(titles[1]))
        return since if all(since) else (_edition(titles[0]), _edition(titles[1]))
    if standing[0] != standing[1]:
        return standing
    return _dates_told(passage, other) if has_one_title else None


def _dates_told(passage: Passage, other: Passage) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The first of these that both have and that differs: what is stated of them, their names, since when they hold."""
    stated, others_state = _stated(passage), _stated(other)
    told = [(stated[name], others_state[name]) for name in STATED if name in stated and name in others_state]
    names = (passage.document, other.document)
    if _undated(names[0]) == _undated(names[1]) and all(map(_DATED.search, names)):
        told.append((_edition(names[0]), _edition(names[1])))
    told.append((_in_force_since(passage.text), _in_force_since(other.text)))
    return next((editions for editions in told if _can_compare(*editions)), None)


def _standing(passage: Passage) -> int:
    """Whether a title, a status or the text says that it is withdrawn, only a draft, or the one in force."""
    status = " ".join(value for name, value in passage.metadata if name.casefold() == "status")
    called = f"{passage.title} {status}"
    if _OLD_TITLE.search(called) or _says(_IS_OLD, passage.text):
        return _WITHDRAWN
    if _DRAFT_TITLE.search(called) or _says(_IS_DRAFT, passage.text):
        return _DRAFT
    return _CURRENT if _NEW_TITLE.search(called) else _STANDS


@lru_cache(maxsize=1 << 11)
def _says(what: re.Pattern[str], text: str) -> bool:
    return bool(what.search(text))


@lru_cache(maxsize=1 << 10)
def _in_force_since(text: str) -> tuple[int, ...]:
    """The first day from which a text says that it holds; nothing where it says none."""
    return next((min(dates) for match in _SINCE.finditer(text) if (dates := _dates(match[1]))), ())


def _can_compare(edition: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether one of them is newer: the year 2024 is not older or newer than a day in it, but version 2.1 than 2."""
    common = min(len(edition), len(other))
    return common > 0 and edition != other and (edition[:common] != other[:common] or edition[0] not in YEARS)


def _stated(passage: Passage) -> dict[str, tuple[int, ...]]:
    """The editions that a document states, by the name under which it does."""
    return {name.casefold(): _edition(value) for name, value in passage.metadata if name.casefold() in STATED}


def _tells_edition(passage: Passage) -> bool:
    """Whether a document may be a version of another: most cannot, and are not compared with each other."""
    stated = any(name.casefold() in STATED for name, _ in passage.metadata)
    is_dated = _DATED.search(passage.title) or _DATED.search(passage.document)
    return bool(stated or is_dated or _standing(passage) != _STANDS or _in_force_since(passage.text))


@lru_cache(maxsize=1 << 12)
def _undated(title: str) -> str:
    """A title without its dates and numbers, and without words that say only whether it is in force."""
    words = _MONTH.sub("", DATE.sub("", _REMARK.sub("", title)))
    for gone in (_NUMBER, _OLD_TITLE, _NEW_TITLE, _DRAFT_TITLE):
        words = gone.sub("", words)
    return " ".join(_WORDS.findall(words.casefold()))


@lru_cache(maxsize=1 << 12)
def _edition(text: str) -> tuple[int, ...]:
    """The date in a text as year, month and perhaps day; where there is none, or several, all of its numbers."""
    dates = _dates(text)
    return dates.pop() if len(dates) == 1 else tuple(map(int, _NUMBER.findall(text)))


def _dates(text: str) -> set[tuple[int, ...]]:
    dates = {date.groups() for term in terms(text) if (date := _ISO.fullmatch(term))}
    dates |= {(month["year"], str(MONTHS[month["month"].lower()])) for month in _MONTH.finditer(DATE.sub("", text))}
    return {tuple(map(int, date)) for date in dates}
