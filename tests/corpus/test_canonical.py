"""The canonical form of a text: what is stripped, what stays, and that it is stable."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.canonical import canonical

ANY_TEXT = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\r\n\v\f\x85\u2028\ufeff\ud83d\u200b\u0301e")
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\vd\fe\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("\ufeffa\x00b\x1b\x7f\x9f\tc", "ab\tc"),
        ("a\u200b\u2060\u2064b\u200c\u200d", "ab\u200c\u200d"),
        ("a\u202e\u2066b\u200f", "ab\u200f"),
        ("a\ud800b\U000e0041\ufdd0\ufffe\U0010ffff", "ab"),
        ("e\u200b\u0301", "é"),
        ("\U0001f600\ufb01", "\U0001f600\ufb01"),
    ],
)
def test_canonical(text: str, expected: str) -> None:
    assert canonical(text) == expected


@settings(deadline=None)
@given(ANY_TEXT)
def test_canonical_is_idempotent_nfc_and_utf_8(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode().decode() == once
    assert not [c for c in once if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t"]


def test_no_character_but_the_unwanted_is_stripped() -> None:
    lost = {c for c in map(chr, range(sys.maxunicode + 1)) if not canonical(c)}
    controls, zero_width, bidi, surrogates, noncharacters, tags = 65 - 6, 7, 9, 2048, 66, 128
    assert len(lost) == controls + zero_width + bidi + surrogates + noncharacters + tags
    assert {unicodedata.category(c) for c in lost} == {"Cc", "Cf", "Cs", "Cn"}
