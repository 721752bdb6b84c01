"""The folded form: what a text means where letters are compared, and where each of its letters comes from."""

import pytest

from corpus.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("plain words, 5 km", "plain words, 5 km"),
        ("Ver\u00adant\u00adwor\u00adtung", "Verantwortung"),
        ("Ver\u00ad\n  antwortung", "Verantwortung"),
        ("the main-\n   tenance", "the maintenance"),
        ("a re\u2010\nturn", "a return"),
        ("Baden-\nBaden, 1990-\n2000", "Baden-\nBaden, 1990-\n2000"),
        ("oﬀice ﬁle ﬂow oﬃce waﬄe ﬅ", "office file flow office waffle st"),
        ("H₂O, CO₂, 5 m², x⁻¹⁰", "H2O, CO2, 5 m2, x-10"),
        ("Ｆｕｌｌ１２", "Full12"),
        ("٣٥ ۴ ५ ๗", "35 4 5 7"),
        ("he‑llo −5 ‐", "he-llo -5 -"),
        ("don’t ‘so’", "don't 'so'"),
        ("non\u00a0breaking\u202fspace\u3000wide", "non breaking space wide"),
        ("**bold** _it_ `code` ~~no~~", "bold it code no"),
        ("snake_case_name __init__ 2*3", "snake_case_name init 2*3"),
        ("a <b>bold</b> x < y > z <T> <br/>", "a  bold  x < y > z <T>  "),
        ("مـــدرسة مُعَلِّم", "مدرسة معلم"),
        ("№ 5 ™", "No 5 TM"),
    ],
)
def test_the_same_words_whatever_signs_they_are_written_with(text: str, folded: str) -> None:
    assert fold(text).text.rstrip("\ufeff") == folded


@pytest.mark.parametrize(
    ("text", "word", "folded_word"),
    [
        ("An oﬃce with H₂O and more", "more", "more"),
        ("wa\u00adter wa\u00adter is w\u00adet", "is", "is"),
        ("the main-\n  tenance of it", "of", "of"),
        ("**Note** `x` _then_ stop", "stop", "stop"),
        ("<b>One</b> <i>two</i> three", "three", "three"),
        ("oﬃce", "oﬃce", "office"),
        ("a Ver\u00adant\u00adwor\u00adtung b", "Ver\u00adant\u00adwor\u00adtung", "Verantwortung"),
    ],
)
def test_an_offset_leads_to_the_same_letters(text: str, word: str, folded_word: str) -> None:
    start = text.index(word)
    folded = fold(text)
    assert folded.text[folded.offset(start) : folded.offset(start + len(word))] == folded_word


@pytest.mark.parametrize(
    ("text", "folded_word", "word"),
    [
        ("a **bold** word", "bold", "bold"),
        ("_Walden_ was read", "Walden", "Walden"),
        ("the main-\n  tenance of it", "maintenance", "main-\n  tenance"),
        ("an oﬃce", "office", "oﬃce"),
        ("an oﬃce", "ice", "oﬃce"[1:]),
        ("of 340 m²", "m2", "m²"),
        ("Ver\u00adant\u00adwor\u00adtung x", "x", "x"),
        ("<b>One</b> two", "One", "One"),
        ("plain", "plain", "plain"),
    ],
)
def test_a_folded_stretch_leads_back_to_the_letters_it_came_from(text: str, folded_word: str, word: str) -> None:
    folded = fold(text)
    start = folded.text.index(folded_word)
    first, last = folded.original(start, start + len(folded_word))
    assert text[first:last] == word


@pytest.mark.parametrize("text", ["a main-\n   tenance b", "x **bold** y", "so \u00ad   ft", "a <br class='wide'/> b"])
def test_offsets_inside_what_is_left_out_do_not_pass_what_follows(text: str) -> None:
    folded = fold(text)
    offsets = [folded.offset(at) for at in range(len(text) + 1)]
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(folded.text)


def test_a_text_with_nothing_to_fold_is_not_copied() -> None:
    text = "Nothing here, at all. 42"
    assert fold(text).text is text
