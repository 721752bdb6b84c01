"""What became of a thing, as the headings of a changelog say it: added, changed, deprecated, removed, fixed."""

import re

from service.answering.question.answer_type import LOOKED_AT

# The headings of Keep a Changelog, and how a question asks for what stands below each.
_ASKED = {
    "added": "added|introduced|came in|appeared|arrived",
    "changed": "changed|altered",
    "deprecated": "deprecated",
    "removed": "removed|dropped|deleted|taken out|thrown out|disappeared|went away",
    "fixed": "fixed|repaired|solved|resolved|corrected|mended",
}
_SEARCHES = {change: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for change, words in _ASKED.items()}


def is_other_change(question: str, heading: str) -> bool:
    """Whether a heading of a changelog says that something else became of what is below it than is asked for."""
    own = heading.strip().lower()
    if own not in _ASKED:
        return False
    asked = [change for change, search in _SEARCHES.items() if search.search(question[:LOOKED_AT])]
    return len(asked) == 1 and asked != [own]
