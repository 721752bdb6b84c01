"""Texts whose positions are counted differently in code points, UTF-16 units and bytes."""

from hypothesis import strategies as st

# Emoji of one and of several code points, combining marks, flags, ideographs beyond the basic plane.
SIGNS = ["a", "é", "e\u0301", "ß", "€", "😀", "👩‍🚀", "🇳🇱", "𠀀", "语", "\u0327", " ", "\n", "word ", "\u2028"]
TEXTS = st.lists(st.sampled_from(SIGNS) | st.characters(exclude_categories=["Cs"]), min_size=1).map("".join)
