"""What a document says in its first fields that it is about: the object of a record, the user of a ticket."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from corpus.documents import Block, Section, Span
from corpus.prose.blocks import MAX_HEADING
from corpus.prose.records import LEADER

LONGEST = 60  # characters of what a field says: more is a description
MOST = 3  # subjects of a document
UNLABELLED = 2  # of them where no label says that it is one
FORM = 3  # blocks with fields by which a record begins
# Labels of what is described, of whom it is about, and of what was written about.
_ABOUT = re.compile(
    r"(?:(?:(?!the |an? |your )[^\W\d_]+ )?(?:title|name|designation)|object|item|product|article|model|machine|device"
    r"|equipment|appliance|tool|instrument|part|component|vehicle|car|make|vessel|ship|boat|aircraft|property|house|flat"
    r"|apartment|building|site|bridge|station|farm|specimen|sample|substance|compound|species|variety|plant|tree|crop|animal"
    r"|pet|colony|horse|dog|cat|breed|dish|recipe|wine|beer|cheese|drug|medicine|work|artwork|painting|book|song|piece|film"
    r"|exhibition|course|module|programme|project|matter|tour|destination|route|position|post|role|vacancy|summary"
    r"|subject|topic|re|regarding|issue|problem|defect|fault|incident|task|customer|client|patient|user|tenant"
    r"|applicant|candidate|employee|trainee|student|pupil|child|resident|insured|policyholder|claimant|borrower"
    r"|deceased|recipient|buyer|supplier|vendor|contractor|company|organi[sz]ation)"
    r"(?:['’]s)?(?: name)?(?: (?:of|/) \w{1,20})?",
    re.IGNORECASE,
)
# Labels of how a record is kept, which say nothing of what it is about.
_KEPT = re.compile(
    r"\b(?:by|from|to|cc|on|at|in|date|time|present|chair|author|written|place|venue|status|state|version|page|responsible"
    r"|approved|distribution|lecturer|doctor|mechanic|lawyer|officer|contact|phone|channel|urgency|priority)\b",
    re.IGNORECASE,
)
# "Repair order 6120" and "Tree inspection sheet"; not "Prices 2024", and no kind of text that tells what happened.
_OF_RECORD = re.compile(
    r"(?!.*(?:minutes|agenda|report|protocol|notes?|handover|schedule|letter|list|menu|catalogue|plan|rota|timetable)\b)"
    r"(?:[^\W\d_][\w'’]*[ .:,#–-]+){0,4}"
    r"(?:(?=\S*\d)(?!(?:19|20)\d\d\b)\S+(?: \d+)*|card|sheet|form|record|slip|file|[a-z])",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_PARTS = re.compile(r"[ \t]{3,}|\t|[ \t][·•][ \t]|[ \t]*(?<!\\)\|[ \t]*|;[ \t]|\.[ \t](?=[A-Z]\w*(?: \w+){0,2}:)")
_NAMED = re.compile(
    r"(?:[-*•+–][ \t]+)?[*_]{0,2}(?P<label>[^\W\d_][^:\n]{0,40}?)[*_]{0,2}[ \t]?"
    rf"(?::[*_]{{0,2}}[ \t]+|{LEADER}[ \t]?)(?P<value>\S.*)"
)
_DAYS = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|[\W\d_]+",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[a-z]{4}[.!?] ")
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg) ?: ?){1,9}", re.IGNORECASE)


def is_subject(label: str) -> bool:
    """Whether a field of this label says what the record is about."""
    return bool(_ABOUT.fullmatch(label))


def _is_of_record(title: str) -> bool:
    """Whether a title or a heading is a code or a day, under which records are kept."""
    return bool(_OF_RECORD.fullmatch(title) or _DAY.fullmatch(title))


def subjects(title: str, text: str, blocks: Sequence[Block], end: int) -> list[str]:
    """What the fields name up to there, in their order, that a document of this title is about.

    Those whose labels say so; of a record that is called by a code, what its first field names as well, or else the
    first names. What a document has several fields for, it is not about.
    """
    said = [block for block in blocks if block.kind not in ("heading", "code", "quotation")]
    is_first = [number == 0 or said[number - 1].kind != block.kind for number, block in enumerate(said)]
    fields = (list(_fields(text, *each)) for each in zip(said, is_first, strict=True))
    found = list(islice(fields, sum(block.start < end for block in said)))
    is_form = _is_of_record(title) and len(found) >= FORM and (all(found[:FORM]) or all(found[1 : FORM + 1]))
    if not is_form and not any(is_subject(label) for each in found for label, _ in each):
        return []
    often = Counter(label.casefold() for each in (*found, *fields) for label, _ in each)
    names = [(label, _name(value)) for each in found for label, value in each if often[label.casefold()] == 1]
    about = [name for label, name in names if name and is_subject(label)]
    if is_form:
        unlabelled = [name for label, name in names[: 1 if about else None] if name and not _KEPT.search(label)]
        about = list(dict.fromkeys([*unlabelled[:UNLABELLED], *about]))
    return about[:MOST]


def with_subjects(title: str, subjects: Sequence[str]) -> str:
    """What a record is called, followed by what it is about: records of one form are told apart by that alone."""
    new = [subject for subject in subjects if subject.casefold() not in title.casefold()]
    full = ": ".join(filter(None, (title, ", ".join(new))))
    return full if len(full) <= MAX_HEADING else title


def name_sections(title: str, text: str, blocks: Sequence[Block], sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections, where headings of records that stand in one document say what these are about.

    `title` is that of the document, and says nothing of them alone.
    """
    starts = [block.start for block in blocks]
    about: dict[Span, str] = {}
    for section in sections:
        if not section.path or not _is_of_record(section.path[-1]):
            continue
        words, heading = section.path[-1], section.headings[-1]
        if text[slice(*heading)] != words:  # it is written in another way
            continue
        own = blocks[bisect_left(starts, section.start) : bisect_left(starts, section.end)]
        names = [name for name in subjects(words, text, own, section.end) if name.casefold() not in title.casefold()]
        about[heading] = with_subjects(words, names)
    return tuple(
        replace(each, path=tuple(about.get(span, words) for words, span in zip(each.path, each.headings, strict=True)))
        for each in sections
    )


def _fields(text: str, block: Block, is_first: bool) -> Iterator[tuple[str, str]]:
    """The labels and the values of the fields that a block holds; the first row of a table may be its header."""
    lines = text[block.start : block.end].split("\n")
    if block.kind == "item" and len(lines) == 2 and not _NAMED.match(lines[0]):
        yield lines[0].strip(" \t:"), lines[1].strip()  # an entry of a list of definitions
        return
    for line in lines:
        parts = [part.strip() for part in _PARTS.split(line)]
        parts = parts[not parts[0] : len(parts) - (not parts[-1])]
        named = [match for part in parts if (match := _NAMED.fullmatch(part))]
        if named:
            yield from ((match["label"], match["value"]) for match in named)
        elif len(parts) == 2 and (block.lead or not is_first or " " in parts[1]):
            yield parts[0], parts[1]
        elif len(parts) == 4 and "\t" not in line and "|" not in line:
            yield from zip(parts[::2], parts[1::2], strict=True)


def _name(value: str) -> str:
    """The name that a field holds, empty where it holds a number, a day, an address, a sentence or one plain word."""
    value = _REPLY.sub("", " ".join(value.replace("*", "").split()).strip(".\"'“”"), count=1)
    value = value if len(value) <= LONGEST else value.partition(",")[0]
    if not 1 < len(value) <= LONGEST or not value[0].isalpha() or "@" in value or "://" in value:
        return ""
    is_plain = value.islower() and " " not in value
    return "" if is_plain or _SENTENCES.search(value) or len(_DAYS.sub("", value)) < 2 else value
