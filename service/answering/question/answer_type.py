"""The answer type: what kind of thing a question asks for, and whether a sentence holds one."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias

from corpus.prose.asking import AUXILIARY
from service.answering.question.other_languages import ARABIC_VOWELS, ASKS_FOR_NUMBER, NUMBER_WORDS

AnswerType: TypeAlias = Literal[
    "person", "date", "place", "amount", "duration", "version", "reason", "number", "whether", "other"
]
"""A `number` is what other languages than English ask for with how many, how much, at what hour."""

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekdays?|weekends?"
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|[mb]illions?"
_NUMBERS += "|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy"
_NUMBERS += "|eighty|ninety|first|second|third|fourth|fifth|once|twice|half|several|many"
_NUMBERS += "|both|couple|few|pair|single|double|quarter|sixth|seventh|eighth|ninth|tenth"
_NUMBERS += "|none|nobody|no one|nothing|nil|zero"
# A price in a word.
_FREE = "free|gratis|unpaid|penny|pennies|twopence|threepence|sixpence|halfpenny|(?:no|without) charge"
_OFTEN = "hourly|nightly|daily|weekly|fortnightly|monthly|quarterly|yearly|annual(?:ly)?|bi-?(?:annual|ennial)(?:ly)?"
_OFTEN += "|round the clock"
_LASTS = "never|rarely|seldom|sometimes|regularly|always|decades?|centur(?:y|ies)|fortnights?|weeks|months|years"
_LASTS += "|for ?ever|for good|lifetime|for life"
# A version, but not a certain one, and not what belongs to it: "release 2.1", "release notes".
_VERSION = r"(?:version|release|edition)\b(?!\s+(?:v?\d|date|day|year|note))"

# "Can you tell me when", but not "Does it ring when".
_ASKED_FOR = r"(?:tell|say|said|know|known|stated?|show|explain|find)\b.*\b(?:who|when|where|why|how many|how much)\b"
_ASKING = "who|whom|whose|what|which|where|why|how"

# Only so many characters of a question are looked at: some patterns take the square of that.
LOOKED_AT = 1000

# The first pattern that is found in the question decides.
_QUESTION_PATTERNS: tuple[tuple[AnswerType, str], ...] = (
    ("number", ASKS_FOR_NUMBER),
    ("whether", rf"^(?:so |and |but )?(?:{AUXILIARY})\b(?!.*\b{_ASKED_FOR})"),
    (
        "version",
        rf"\b(?:what|which) (?:(?!(?:{AUXILIARY})\b)\w+ )?{_VERSION}"
        rf"|\bwhat(?:'s| is| was) the (?:\w+ ){{0,2}}{_VERSION}",
    ),
    ("duration", r"\bhow (?:long|often|old|far (?:ahead|back|in advance))\b"),
    (
        "amount",
        r"\bhow (?:many|much|far|large|big|tall|high|deep|wide|heavy|fast)\b"
        r"|^(?!.*\b(?:who|where|when|why)\b).*\b(?:number|amount|percentage|share) of\b"
        r"|\bwhat (?:percent|share|number|amount)\b"
        r"|\b(?:what|which)(?:'s| is| are| was| were) (?:\w+ ){0,3}?(?:price|cost|fee|fare|salary|rent|budget|rate)s?\b"
        r"|\bwhat (?:do|does|did|will)\b.*\b(?:cost|earn|pay|weigh|measure)\b",
    ),
    # "When" asks, unless another word asked before it: "What did she do when it rained?"
    (
        "date",
        r"^(?!.*\b(?:who|whom|whose|where|why|how|what|which)\b.*\bwhen\b).*\bwhen\b"
        r"|\b(?:what|which) (?:\w+ )?(?:year|date|day|weekday|month|century|time|hour)s?\b"
        r"|\b(?:what|which)(?:'s| is| are| was| were) the (?:\w+ )?(?:date|year)s?\b(?!['’])"
        r"|^(?!.*\b(?:who|whom|whose|where|why|which (?!are)\w|what (?!are|is|times?|hours)\w)).*"
        r"\b(?:opening|closing|visiting|office) (?:hours|times?)\b|\bhow (?:late|early|soon)\b"
        rf"|^(?!.*\b(?:{_ASKING})\b)(?:\w+ )*(?:date|(?<!last )(?<!first )(?<!\d )year)(?: of\b|$)",
    ),
    ("person", r"\b(?:who|whom|whose)\b|\b(?:what|which) (?:person|man|woman)\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:city|country|place|town|state|region|continent|location)\b|\blocation\b"),
    ("reason", r"\bwhy\b|\bwhat for\b|\b(?:reason|purpose|goal|aim)s?\b|\bhow come\b"),
)
_SPELLED_YEAR = (  # nineteen ninety-two
    r"\b(?:six|seven|eigh|nine)teen[ -](?:hundred|oh|ten|eleven|twelve|\w+teen|\w+ty)\b|\btwo thousand\b"
    r"|\btwenty[ -](?:ten|eleven|twelve|\w+teen|twenty)\b"
)
_DATE = rf"\b\d{{4}}-\d\d(?:-\d\d)?\b|{_SPELLED_YEAR}|"
_DATE += (
    rf"\b(?:1\d{{3}}|20\d\d)s?\b|\b(?:{_MONTHS})\b|\bcentur(?:y|ies)\b|\b\d{{1,4}} (?:bce?|ad|ce)\b|(?<!\w)['’]\d\ds?\b"
)
_TIME = (
    rf"\b(?:{_DAYS})\b|\b\d{{1,2}}(?::\d\d)|\b\d{{1,2}}\s?[ap]\.?m\b|\bo'?clock\b|\b(?:at|from|by|until|till|past|before|after)"
    rf" (?:the )?(?:half |quarter |about |around )?(?:{_NUMBERS}|\d{{1,2}}|noon|midnight|dawn|dusk|sunset|sunrise)\b"
    r"|\bbetween \d{1,2} and \d{1,2}\b|\b(?:day|week|month|year)s? \d+\b"
    r"|\b(?:spring|summer|autumn|fall|winter|morning|afternoon|evening|noon|night|midnight|today|tomorrow|yesterday)s?\b"
    rf"|\b(?:{_OFTEN})\b|\b\d+\s?(?:yrs?|mths?|wks?|hrs?|mins?|secs?)\b"
    rf"|\b(?:{_NUMBERS}) (?:to|till|until) (?:{_NUMBERS})\b"
    rf"|\b(?:\d+|{_NUMBERS}|an?|per|each|every|any|all|same|next|following|previous|this|late|early"
    r"|(?<!the )last|the(?! (?:last|exact|right)))[ -]"
    r"(?:\w+[ -])?(?:day|week|month|quarter|year|hour|minute|season)s?\b|\bovernight\b"
    r"|\b\d{1,2}(?:[.:]\d\d)?\s?(?:to|[-–]|until|till)\s?\d{1,2}\b|\b\d{1,2}\s?h\b"
    r"|\b\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?\b|\b\d{1,2}(?:st|nd|rd|th)\b|\b0\d[0-5]\d\b"
    r"|\b(?:christmas|easter|whitsun|advent|lent|new year|ramadan|eid|diwali|passover|midsummer|census)\b"
    r"|(?-i:\b(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat?|Sun|MON|TUE|WED|THU|FRI|SAT|SUN|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct"
    r"|Nov|Dec)\b|\bM{1,2}[CDLXVI]{2,}\b)"
)
_CLAUSE = r"\b(?:as soon as|while|when|whenever|until|till|before|after|during|since|once|except on)\b"
_YEAR = (
    r"\b[12]\d{3}s?\b|(?<!\w)['’]\d\ds?\b|\bcentur(?:y|ies)\b|\b\d{1,4} (?:bce?|ad|ce)\b"
    r"|\b\d{1,2}[./-]\d{1,2}[./-]\d\d\b"
    rf"|{_SPELLED_YEAR}|\byears?\b|(?-i:\bM{{1,2}}[CDLXVI]{{2,}}\b)"
)
# A certain year, or a certain day: "when it rained" says neither.
_ASKED_YEAR = re.compile(r"\b(?:what|which) (?:\w+ )?year\b(?!\s+group)", re.IGNORECASE)
_ASKED_DAYS = re.compile(r"\bhow many (?:\w+ )?(?:day|night|week|month|year|hour|minute)s\b", re.IGNORECASE)
_ASKED_DAY = re.compile(r"\b(?:what|which) (?:\w+ )?(?:date|day|weekday|month|time|hour)\b", re.IGNORECASE)
_NAME = r"(?<![.!?]\s)(?<!^)\b[A-Z][\w’'-]+(?:\s+(?:(?:of|the|de|van|von|al|bin|for|and)\s+)*[A-Z][\w’'-]+)*"
_NAME += r"|(?:^|[.!?:]\s)(?:[A-Z][\w’'-]+\s+[A-Z][\w’'-]+|[A-Z]{2,10}(?=\s+[a-z]))"  # "HR orders new screens"
# Days and years hold digits too, but are no amounts.
_DAY_OR_YEAR = re.compile(
    rf"\d{{0,2}}(?:\s*[–-]\s*\d{{1,2}})?\s*\b(?:{_MONTHS})\b(?:\s+\d{{1,2}}\b,?)?(?:\s+\d{{4}})?|\b(?:1\d|20)\d\d\b",
    re.IGNORECASE,
)
_HELD_PATTERNS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "date": re.compile(f"{_DATE}|{_TIME}|{_CLAUSE}", re.IGNORECASE),
        "day": re.compile(f"{_DATE}|{_TIME}", re.IGNORECASE),
        "year": re.compile(_YEAR, re.IGNORECASE),
        "amount": re.compile(rf"\d++(?:[.,:]\d++)*+|[¼½¾⅓⅔]|\b(?:{_NUMBERS}|{_FREE})\b", re.IGNORECASE),
        "duration": re.compile(
            rf"\d++(?:[.,:]\d++)*+|[¼½¾⅓⅔]|\b(?:{_NUMBERS}|{_LASTS})\b|{_TIME}|{_CLAUSE}", re.IGNORECASE
        ),
        "number": re.compile(NUMBER_WORDS, re.IGNORECASE),
        "version": re.compile(r"(?<!\d)\d++(?:\.\d++)+|\b[vV]?\d++\b"),
        "person": re.compile(_NAME),
        "place": re.compile(_NAME),
        "reason": re.compile(
            r"\b(?:because|due|since|therefore|thus|so that|in order|purpose|goal|aim|to|for)\b", re.IGNORECASE
        ),
    }
)
_SEARCHES: tuple[tuple[AnswerType, Callable[[str], re.Match[str] | None]], ...] = tuple(
    (answer_type, re.compile(pattern, re.IGNORECASE).search) for answer_type, pattern in _QUESTION_PATTERNS
)
_NEEDED: frozenset[AnswerType] = frozenset(("date", "amount", "duration", "version", "number"))
_SEVERAL = re.compile(
    r"^\W*(?:please )?(?:(?:list|name|enumerate)\b|(?:what|which)\s+(?:are|were)\b"
    r"|(?:what|which)\s+(?:\w+\s+){0,2}?(?:\w{3,}s\s+(?:are|were|do|did|have|must|can|should|may|will)"
    r"|\w{2,}[^\Wsui]s\s+(?:does|has))\b"
    r"|what(?:\s+else)?\s+(?:is|was)\s+(?:not\s+)?(?:required|needed|included|provided|excluded|covered|forbidden|allowed)\b"
    r"|what\s+(?:has|have|needs?|is|are)\s+to\s+be\b"
    r"|what(?:\s+else)?\s+(?:should|must|do|can|may)\s+(?:\w+\s+){1,3}?(?:bring|pack|leave|carry|wear|need|provide)\b)",
    re.IGNORECASE,
)
# "When does it close?" may be answered by "in snow"; "When did it close?" may not.
_CONDITION = re.compile(r"\bwhen (?:do|does|is|are|am|can|may|must|should|will|shall|would)\b", re.IGNORECASE)


@lru_cache(maxsize=64)  # it is asked for every hit of a question
def answer_type(question: str) -> AnswerType:
    """What kind of thing would answer the question; `other` where its words do not tell."""
    return next((answer_type for answer_type, search in _SEARCHES if search(question[:LOOKED_AT])), "other")


def asks_for_several(question: str) -> bool:
    """Whether a question asks for several things, so that a whole list may answer it."""
    return bool(_SEVERAL.search(question[:LOOKED_AT]))


def needs_one(answer_type: AnswerType, question: str) -> bool:
    """Whether a sentence that holds no thing of this type is no answer, whatever else it says."""
    return answer_type in _NEEDED and not _CONDITION.search(question)


def holds(answer_type: AnswerType, sentence: str, question: str) -> bool | None:
    """Whether the sentence holds a thing of this type that the question does not name itself.

    None where no pattern can tell (`whether` and `other`).
    """
    if answer_type not in _HELD_PATTERNS:
        return None
    lower_question = question.lower()
    return any(
        # "20" is not named by "2024".
        thing not in lower_question or not re.search(rf"(?<!\w){re.escape(thing)}(?!\w)", lower_question)
        for thing in _things(_held_kind(answer_type, question), sentence)
    )


def says_when(sentence: str) -> bool:
    """Whether a sentence holds a year, a day or a time, and not only a clause such as "after a restart"."""
    return bool(_things("day", sentence))


@lru_cache(maxsize=64)  # it is asked for every sentence of a question
def _held_kind(answer_type: AnswerType, question: str) -> str:
    """The pattern of what a sentence has to hold: a question may ask for a certain year or day, or how many days."""
    asked = question[:LOOKED_AT]
    if answer_type == "amount" and _ASKED_DAYS.search(asked):
        return "duration"  # "11 to 12 July" says how many days
    if answer_type != "date":
        return answer_type
    return "year" if _ASKED_YEAR.search(asked) else "day" if _ASKED_DAY.search(asked) else answer_type


@lru_cache(maxsize=4096)  # sentences
def _things(answer_type: str, sentence: str) -> tuple[str, ...]:
    """The different things of this type that a sentence holds, in lower case."""
    sentence = " ".join(sentence.split())  # a run of spaces would cost the patterns its square
    if answer_type == "amount":
        sentence = _DAY_OR_YEAR.sub(" ", sentence)
    if answer_type == "number":
        sentence = ARABIC_VOWELS.sub("", sentence)
    return tuple(dict.fromkeys(match[0].lower() for match in _HELD_PATTERNS[answer_type].finditer(sentence)))
