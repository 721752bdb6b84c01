"""Where sentences end, in English and in other scripts."""

import pytest

from corpus.sections import trim
from corpus.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, trim(text, 0, len(text)))]


@pytest.mark.parametrize(
    "expected",
    [
        ["With 1QBit, Inc., for support.", "It is No. 5.", "Held 11–12 July 2018 at INTERPOL's Complex.", "Yes!"],
        ["See e.g. The Hague, i.e. The Centre, cf. Art. 3.", "J. R. R. Tolkien wrote it.", "Then Dr. Smith left."],
        ['He said "Stop it."', "“It ends.”", "(So it is.)", "Wow...", "Is it?"],
        ["He won.[1]", "He lost.[2][citation needed]", "[They] ended.[3]"],
        ["これは文です。", "次の文？", "「はい。」", "Yes."],
        ["یہ ایک جملہ ہے۔", "یہ دوسرا ہے؟", "हाँ।", "नहीं।"],
        ["One line\nand the next.", "Then! ?"],
        ["はい。 。", "次。"],
        ["He left.", "[They] stayed."],
        ["... Then it began.", "So."],
    ],
)
def test_sentences(expected: list[str]) -> None:
    joined = " ".join(expected)
    assert cut(joined) == expected


def test_sentences_of_scripts_without_spaces() -> None:
    assert cut("你好。再见！好吗？是的") == ["你好。", "再见！", "好吗？", "是的"]
