"""Where sentences end, in English and in other scripts."""

import re

import pytest

from corpus.prose.asking import is_question
from corpus.prose.blocks import trim
from corpus.prose.sentences import opens_sentence, sentences


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
        ["Bay 3 at 06:40.\u200f", "Bay 7 at 07:15.\u200e", "So it is."],
        ["... Then it began.", "So."],
        ["See [Who pays?](#who) first.", "Then [May I take a dog?](#dogs)"],
    ],
)
def test_sentences(expected: list[str]) -> None:
    joined = " ".join(expected)
    assert cut(joined) == expected


def test_sentences_of_scripts_without_spaces() -> None:
    assert cut("你好。再见！好吗？是的") == ["你好。", "再见！", "好吗？", "是的"]


@pytest.mark.parametrize(
    "expected",
    [
        ["It weighs approx. Forty kilos.", "Lift it with care."],
        ["Es spricht Frau Dr.-Ing. Anna Beck aus Ulm.", "Danach gibt es Kaffee."],
        ["Kapitän ist Herr Dipl.-Ing. Weiß.", "See Fig. 2.-b.", "Next."],
        ["Bring a lamp, a rope, etc. and a map.", "Ask Mrs. Bell or Prof. Ives first."],
        ["See Reg. 14 and Sec. 3 of the treaty.", "Fig. 2 shows it.", "Read pp. 4 to 9."],
        ["He lives at St. Olaf's.", "The fee (incl. VAT) is due."],
        ["It opens at 9 a.m. on weekdays.", "It shuts at 5 p.m. Sundays are free."],
        ["Die Frist endet z.B. Montag.", "Sie gilt bzw. Galt lange.", "Das ist alles."],
        ["Am 3. Oktober ist frei.", "Der 2. Wagen fehlt.", "Er kommt um 3."],
        ["Mme. Petit est venue.", "Voir l'art. 5 du code."],
        ["La Sra. Gil vive en Lima.", "Pesa aprox. Veinte kilos."],
        ["We have five.", "The rest is gone.", "It is in.", "Go!"],
        ["Ship by May.", "Send it to us.", "So be it.", "We have no.", "That is all."],
    ],
)
def test_abbreviations_of_four_languages_end_no_sentence(expected: list[str]) -> None:
    assert cut(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["Skis go free.", "Lost items are kept in the hall.", "Wait for the bus.", "It is cold.", "The End."],
        ["We met at the South Bank.", '"Take the car."', "(Pay the tax.)", "Use our app.", "Éva likes art."],
        ["It may weigh 23 kg.", "The rope is 4.5 m.", "Wait for 30 min.", "Then go 2 km.", "Rest."],
        ["Er liegt im Park.", "Ängste sind es nicht.", "Il est au port.", "À demain."],
        ["Bring it to gate C.", "Then take vitamin D.", '"Hall B."', "Ask J. Hall or Director A. Novak."],
        ["It is due in Sept. Ask Capt. Hale of the Transport Dept. Hall or Univ. Bonn.", "Ferns (var. Rosea) stay."],
    ],
)
def test_common_words_end_sentences_and_abbreviations_do_not(expected: list[str]) -> None:
    assert cut(" ".join(expected)) == expected


def test_no_capitals_tell_nothing_of_where_sentences_end() -> None:
    assert cut("it rains. it snows. we go home.") == ["it rains.", "it snows.", "we go home."]


@pytest.mark.parametrize(
    "expected",
    [
        ["今天下雨。", "明天呢？", "「好。」", "走吧！"],
        ["雨です。", "『はい！』", "終わり"],
        ["यह घर है।", "वह कहाँ है?", "ठीक है।।"],
        ["هل فتحتم؟", "نعم نفتح غدا."],
        ["الطبيبة هي د. هالة منصور.", "الثمن ٩٠ جنيهًا.", "العيادة مفتوحة."],
        ["Он живёт на ул. Ленина.", "Там проф. Иванов."],
        ["डॉ. राव आते हैं।", "ठीक है।"],
        ["You get max. 2.5 ml of it.", "See Tab. 4 and ca. 3 more.", "Yes."],
    ],
)
def test_sentences_of_other_scripts(expected: list[str]) -> None:
    assert cut(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("sentence", "asks"),
    [
        ("When was the ferry put into service?", True),
        ("[Who runs it?](#who)", True),
        ("when was the ferry put into service", True),
        ("How long does the crossing take", True),
        ("What is needed is a permit.", False),
        ("When the ferry was old, it was sold.", False),
        ("It was put into service in 1931.", False),
        ("What a day.", False),
        ("09:12 - Kim: ok. what time is the match", True),
        ("Kim: ok and when do we leave", True),
        ("Lea: no, he can do it", False),
        ("<kim> could someone water my plants on friday", True),
        ("[18:40] Lea: can you bring the rope", True),
        ("Kim: who is last pays: that is the rule.", False),
        ("Anyone can: whoever is last.", False),
        ("Lea: I can, someone will help me.", False),
        ("Sam: that is what I said. What they do is fine.", False),
    ],
)
def test_questions_with_and_without_their_mark(sentence: str, asks: bool) -> None:
    assert is_question(sentence) is asks


def test_a_word_opens_a_sentence_where_the_marks_before_it_say_so() -> None:
    text = "“Ask” Mr. Vesk. By when? (Is it late?) What of J. Smith, e.g. In Rome: Where?\nWhy so... Often"
    opening = {"“Ask”"[1:-1], "By", "Is", "What", "Where", "Why", "Often"}
    capitals = {match[0] for match in re.finditer(r"[A-Z]\w+", text) if opens_sentence(text, match.start())}
    assert capitals == opening
