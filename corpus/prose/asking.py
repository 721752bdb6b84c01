"""Whether a sentence asks something, with a question mark or without one, or announces what follows it."""

import re

AUXILIARY = "is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|shall|may|might|must"
ASKING = frozenset("who whom whose what when where which why how".split())
BEGINS_TO_ASK = re.compile(rf"\W*(?:{'|'.join(sorted(ASKING))}|{AUXILIARY})\b", re.IGNORECASE)
"""How a question begins, with its mark or without one."""
LOOKED_AT = 400  # characters of a sentence; a longer one without a mark is no question

_MARKED = re.compile(r"\?[\s*_\"')\]”’]*+(?:\([^)\s]{0,500}\)\s*+)?$")  # how a question ends, as text or as a link
# Without its mark: "when was it built", "Kim: ok and can someone open". "What is needed is a permit" is none.
_UNMARKED = re.compile(
    r"(?:^|[:.!>]\s+)\W*(?:(?:and|but|so|or|ok(?:ay)?|well|then|also|hi|hey|hello|sorry|oh|yes|no|all|guys),? ){0,3}"
    rf"(?:(?:{'|'.join(sorted(ASKING))})\s+(?:\w+\s+)?(?:{AUXILIARY})\b(?!.*\b(?:{AUXILIARY})\b)"
    rf"|(?:{AUXILIARY})\s+(?:any|some)(?:one|body)\b|(?:can|could|will|would)\s+you\b)[^.!:]*$",
    re.IGNORECASE,
)


def is_question(sentence: str) -> bool:
    """Whether a sentence is a question, or ends with one."""
    return bool(_MARKED.search(sentence)) or (len(sentence) <= LOOKED_AT and bool(_UNMARKED.search(sentence)))


def is_lead_in(text: str) -> bool:
    """Whether a text announces the list that follows it: it ends with a colon, or as a question."""
    return text.endswith((":", "：")) or bool(_MARKED.search(text, len(text) - LOOKED_AT))
