"""Which records stay together: the lines of a form are one thing, those of a long log are not."""

from corpus.packing import JOINED_TOKENS
from corpus.passages import Chunking, split
from corpus.sources import make_document
from tests.corpus.test_passages import count_words

FORM = "Form: {0}\nItem: violin case\nFound on: 6 October\nOwner: Hedda Quill\nKept at: locker 17"


def passages_of(text: str) -> list[str]:
    """The texts of the passages, which end at every block where they may."""
    return [passage.text for passage in split(make_document("d", text), Chunking(254, 1), 254, count_words)]


def test_the_lines_of_a_form_stay_together_and_forms_apart() -> None:
    forms = [FORM.format(number) for number in range(3)]
    assert passages_of("\n\n".join(forms)) == forms


def test_a_form_is_parted_from_the_prose_around_it() -> None:
    text = f"These things were found.\n\n{FORM}\n\nThey are kept for sixty days."
    assert passages_of(text) == text.split("\n\n")


def test_a_long_log_is_no_form() -> None:
    lines = [f"10:{number:02} Ann: I saw it there" for number in range(JOINED_TOKENS // 6 + 1)]
    assert passages_of("\n".join(lines)) == lines
