"""Requests that no quote can serve: a summary, a translation, a text to be written, everything at once."""

import re

from service.answering.question.answer_type import LOOKED_AT

_ASKED_POLITELY = r"^\W*(?:(?:please|kindly|can|could|would|will|you|i|want|need|like|d|to|me|us|just|help)\b\W*)*"
_WHOLE = (
    r"(?:everything|it all|(?:(?:all|every|each|whole|entire|complete|full|the|this|these|those|of|my|our)\s+)*"
    r"(?:documents?|texts?|articles?|files?|pages?|collection|corpus|facts?|information|details|contents?))"
)
_REQUESTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (what, re.compile(_ASKED_POLITELY + pattern, re.IGNORECASE))
    for what, pattern in (
        (
            "a summary",
            rf"(?:summari[sz]e\b|(?:sum up|outline|(?:give|make|write|get) .{{0,20}}(?:summary|overview) of) {_WHOLE})",
        ),
        ("a translation", r"translate\b"),
        (
            "a text to be written",
            r"(?:write|draft|compose) (?:me |us )?(?:an?|some) (?:\w+ ){0,2}?"
            r"(?:poem|essay|letter|e-?mail|story|report|paragraph|article|speech|post|song|reply|memo|summary)\b",
        ),
        (
            "everything at once",
            rf"(?:list|show|tell|name|give)(?: me| us)? (?:about )?{_WHOLE}"
            r"\W*(?:$|\b(?:there (?:is|are)|you (?:know|have)|in (?:the|this|these|it))\b)",
        ),
        ("a comparison of everything", r"compare (?:all|every|everything|each)\b"),
    )
)


def asks_for_more_than_quotes(question: str) -> str | None:
    """What the question asks for that no quote is; None where a quote may answer it."""
    return next((what for what, pattern in _REQUESTS if pattern.search(question[:LOOKED_AT])), None)
