"""What asks for a number in other languages, and what is one."""

import pytest

from service.answering.question.answer_type import answer_type, holds, needs_one

ASKED = [
    ("Wie viele Gäste passen auf die Fähre?", "Sie fasst hundertzwanzig Gäste.", "Gäste warten im Hafen."),
    ("Was kostet der Eintritt?", "Der Eintritt ist kostenlos.", "Der Eintritt ist im Hof."),
    ("Combien coûte une visite ?", "Une visite coûte douze couronnes.", "Une visite part du quai."),
    ("¿A qué hora abre el molino?", "Abre al mediodía.", "El molino abre por la puerta norte."),
    ("¿Cuántos barcos hay?", "Hay veintidós barcos.", "Los barcos son azules."),
    ("Quante barche ci sono?", "Le barche sono trentasei.", "Le barche sono rosse."),
    ("A que horas fecha a loja?", "Fecha às dez.", "A loja fecha a porta do lado."),
    ("Hoeveel schapen zijn er?", "Er zijn vijfendertig schapen.", "De schapen slapen."),
    ("Сколько стоит билет?", "Билет стоит двадцать крон.", "Билет берут у входа."),
    ("成人票多少钱？", "成人票三十元。", "成人票在门口买。"),
    ("成人票多少錢？", "成人票三十元。", "成人票在門口買。"),
    ("博物馆几点开门？", "上午九点半开门。", "博物馆门口有石狮。"),
    ("入場料はいくらですか", "入場料は無料です。", "入場料は窓口です。"),
    ("كم عدد القوارب؟", "في الميناء خَمْسَةٌ من القوارب.", "القوارب في الميناء."),
    ("नाव का किराया कितना है?", "किराया छब्बीस रुपये है।", "नाव घाट पर है।"),
    ("ค่าเข้าเท่าไร", "ค่าเข้าสามสิบบาท", "เข้าทางประตูหน้า สามารถจอดรถได้"),
]


@pytest.mark.parametrize(("question", "with_number", "without"), ASKED)
def test_a_number_is_needed(question: str, with_number: str, without: str) -> None:
    assert answer_type(question) == "number"
    assert needs_one("number", question)
    assert holds("number", with_number, question)
    assert holds("number", without, question) is False


@pytest.mark.parametrize(
    "question",
    [
        "Wann öffnet die Fähre bei Sturm?",  # "when the wind drops" may answer
        "Wie heißt die Fähre?",
        "Quand ferme le moulin ?",
        "博物馆在哪里？",
        "ใครเป็นคนบอกว่าค่าเข้าเท่าไร",
        "من يدير الميناء؟",
    ],
)
def test_other_questions_need_none(question: str) -> None:
    assert answer_type(question) != "number"
