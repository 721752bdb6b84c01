"""What a document says in its first lines that it is about: the object of a record, the user of a ticket."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.documents import Block

LONGEST = 60  # characters of what a field says: more is a description
_LABELS = (
    "title name subject re regarding object item product model project matter topic device machine vehicle vessel ship "
    "property building course species animal customer client patient user tenant applicant candidate employee "
    "student pupil resident insured policyholder claimant supplier company organisation organization"
)
# "**Object:** Tide clock", "- Customer's name: Dario Nunes. Device: MX-20", "| Product | Ember 40 |"
_FIELD = (
    rf"(?:^[ \t]{{0,8}}(?:[-*•|][ \t]{{1,8}})?|(?<=\. ))\**(?P<label>{_LABELS.replace(' ', '|')})"
    r"(?:['’]s)?(?: name| of \w{1,20})?\**[ \t]{0,8}%s\**[ \t]{1,40}"
    r"(?P<value>[^\n;|]{1,200}?)(?=\.?[ \t|]{0,8}$|[ \t]{0,8};|[ \t]{3}|\. \w{1,20}:)"
)
_IN_LINE = re.compile(_FIELD % ":", re.IGNORECASE | re.MULTILINE)
_IN_ROW = re.compile(_FIELD % r"\|", re.IGNORECASE | re.MULTILINE)
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg) ?: ?){1,9}", re.IGNORECASE)


def subjects(text: str, blocks: Sequence[Block], end: int) -> Iterator[str]:
    """What the fields name up to there, in their order. What a document names often, it is not about."""
    fields = [
        (field["label"].casefold(), field["value"], block.start)
        for block in blocks
        for field in (_IN_ROW if block.kind == "row" else _IN_LINE).finditer(text, block.start, block.end)
    ]
    often = Counter(label for label, _, _ in fields)
    for label, value, start in fields:
        value = _REPLY.sub("", value.replace("*", "").strip(), count=1)
        value = value if len(value) <= LONGEST else value.partition(",")[0]
        if start < end and often[label] == 1 and 1 < len(value) <= LONGEST and not value.isdecimal():
            yield value
