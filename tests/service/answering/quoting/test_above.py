"""What has to be quoted above a sentence: a field of its form, what asks for it, the item or the row it is below."""

import numpy as np
import pytest

from service.answering.quoting.above import field_that_names, holder, leading_to
from tests.service.answering.quoting.test_quotes import passages_of

CHAT = "[9:01] Ada: Hello! Who has the key to the shed?\n[9:02] Bo: Me, it is in my kitchen\n[9:05] Cy: Rain again\n"
CODE = "To copy the ledger:\n\n~~~\nlcp --to vault\n~~~\n\n- Then rest.\n"
FORMS = "Tool: drill\nOwner: Ada\nShelf: B4\n\nTool: saw\nOwner: Cy\nShelf: C1\n"


@pytest.mark.parametrize(
    ("text", "said", "named", "above"),
    [
        (FORMS, "B4", "Ada", "Owner: Ada"),
        (FORMS, "C1", "Cy", "Owner: Cy"),
        (FORMS, "C1", "saw", "Tool: saw"),  # no name, but what the form is about
        (FORMS, "C1", "Owner", None),
        (FORMS, "C1", "Ada", None),  # another form
        (FORMS, "Cy", "Ada", None),
        (FORMS.replace("Owner: Ada", "Lent by Ada"), "B4", "Ada", None),  # no form
        ("**Name:** Ada\n**Trade:** weaver\n", "weaver", "Ada", "**Name:** Ada"),
    ],
)
def test_the_field_of_a_form_that_names_what_it_is_about(text: str, said: str, named: str, above: str | None) -> None:
    (passage,) = passages_of(text)
    texts = passage.sentence_texts
    support = np.array([[float(named in each) for each in texts]], np.float32)
    (sentence,) = (number for number, each in enumerate(texts) if said in each)
    is_name = np.array([named in ("Ada", "Cy")])
    found = field_that_names(passage, sentence, support, is_name)
    assert (None if found is None else texts[found]) == above


@pytest.mark.parametrize(
    ("text", "said", "named", "above"),
    [
        (CHAT, "Me", "shed", "[9:01] Ada: Hello! Who has the key to the shed?"),
        (CHAT, "Me", "kitchen", None),  # the answer says it itself
        (CHAT, "Rain", "shed", None),
        (CHAT, "Hello", "shed", None),
        (CODE, "lcp", "ledger", "To copy the ledger:"),
        (CODE, "lcp", "nightly", None),
        (CODE, "Then", "lcp", None),
    ],
)
def test_what_asks_for_a_line_or_announces_it_says_what_it_is_about(
    text: str, said: str, named: str, above: str | None
) -> None:
    (passage,) = passages_of(text)
    texts = passage.sentence_texts
    support = np.array([[float(named in each) for each in texts]], np.float32)
    (sentence,) = (number for number, each in enumerate(texts) if said in each)
    found = leading_to(passage, sentence, support)
    assert (None if found is None else texts[found]) == above


STAFF = "- Operations: Pell\n  - Warehouse: Brandt\n    - Night shift: Marrow\n- Gate: Reiter\n"
HIRE = "| Drive | Size | Day |\n|---|---|---|\n| Petrol | small | 97 |\n| | large | 163 |\n"


@pytest.mark.parametrize(
    ("text", "sentence", "held", "above"),
    [
        (STAFF, 2, [0.0, 0.0, 0.0, 0.0], 1),  # the nearest, where none holds more of the question
        (STAFF, 2, [1.0, 0.0, 0.0, 0.0], 0),
        (STAFF, 2, [1.0, 0.0, 1.0, 0.0], 1),
        (STAFF, 3, [1.0, 1.0, 0.0, 0.0], None),
        (HIRE, 1, [0.0, 0.0], 0),
        (HIRE, 0, [0.0, 0.0], None),
    ],
)
def test_what_holds_a_sentence(text: str, sentence: int, held: list[float], above: int | None) -> None:
    (passage,) = passages_of(text)
    assert holder(passage, sentence, np.array([held], np.float32)) == above
