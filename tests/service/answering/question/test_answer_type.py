"""What kind of thing a question asks for, and whether a sentence holds one."""

import pytest

from service.answering.question.answer_type import AnswerType, answer_type, holds, needs_one


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is the head of the Centre?", "person"),
        ("Whose idea was it?", "person"),
        ("when was it founded", "date"),
        ("In what year was it founded?", "date"),
        ("Where is the Centre?", "place"),
        ("In which city is it?", "place"),
        ("How many members has the board?", "amount"),
        ("What is the number of members?", "amount"),
        ("Why was it founded?", "reason"),
        ("What is the purpose of the toolkit?", "reason"),
        ("Is the Centre in The Hague?", "whether"),
        ("Can you tell me when it was founded?", "date"),
        ("What does it do?", "other"),
        ("toolkit", "other"),
        ("How long is the warranty?", "duration"),
        ("How often is the filter changed?", "duration"),
        ("Which version fixed the crash?", "version"),
        ("In what release was it removed?", "version"),
        ("What did release 2.11.3 change?", "other"),
        ("What does version 4 need?", "other"),
        ("What is edition 2 about?", "other"),
        ("What is the monthly fee?", "amount"),
        ("How old is the bridge?", "duration"),
        ("Does anyone know how many there are?", "amount"),
        ("Does the alarm ring when the rope is slack?", "whether"),
        ("Is it known when it was founded?", "date"),
        ("Who keeps the list up to date?", "person"),
        ("Which cheese is kept for two years?", "other"),
        ("What did it earn last year?", "amount"),
        ("What was spent in the first year?", "other"),
        ("What is the date of the fair?", "date"),
        ("founding year of the Centre", "date"),
        ("date of birth", "date"),
        ("sales in the last year", "other"),
        ("At what hour does it close?", "date"),
        ("On which weekday does it close?", "date"),
        ("In what month is the price set?", "date"),
        ("Which job costs 85?", "other"),
        ("What are the opening hours of the pool?", "date"),
        ("How late may one come?", "date"),
        ("How far ahead can I book?", "duration"),
        ("Where is the number of films noted?", "place"),
        ("What is the price of soup?", "amount"),
        ("", "other"),
    ],
)
def test_the_words_of_a_question_tell_its_answer_type(question: str, expected: AnswerType) -> None:
    assert answer_type(question) == expected


@pytest.mark.parametrize(
    ("expected", "sentence", "question", "held"),
    [
        ("date", "It opened in July.", "When did it open?", True),
        ("date", "It opened in 2017.", "What happened in 2017?", False),
        ("date", "It opened early.", "When did it open?", False),
        ("date", "It opened in nineteen ninety-two.", "When did it open?", True),
        ("date", "It opened in two thousand and three.", "When did it open?", True),
        ("date", "It opened in twenty-twelve.", "When did it open?", True),
        ("date", "It opened with nineteen boats.", "When did it open?", False),
        ("amount", "The board has 20 members.", "How many members?", True),
        ("amount", "The board has members.", "How many members?", False),
        ("person", "The head is Irakli Beridze.", "Who is the head?", True),
        ("person", "The head is a civil servant.", "Who is the head?", False),
        ("place", "It is in The Hague.", "Where is it?", True),
        ("reason", "It closed because of rain.", "Why did it close?", True),
        ("date", "It opens on Mondays.", "When does it open?", True),
        ("date", "It opens at half past nine.", "When does it open?", True),
        ("date", "It opens 05.06.24.", "When does it open?", True),
        ("amount", "It opened in May 2024.", "How many came?", False),
        ("amount", "Thirty came.", "How many came?", True),
        ("duration", "It lasts two weeks.", "How long does it last?", True),
        ("duration", "It lasts.", "How long does it last?", False),
        ("date", "3 Nov: alarm", "When was the alarm changed?", True),
        ("date", "| Wed | goulash |", "On what day is there goulash?", True),
        ("date", "We wed in silence.", "When did they marry?", False),
        ("date", "9.45 | Keynote", "At what time does the keynote begin?", True),
        ("date", "0240 Fishing boat passed", "When did it pass?", True),
        ("date", "24/5 kiln unpacked", "When was the kiln unpacked?", True),
        ("date", "Report INC-2024-0817, final, 2024-08-29", "When was report INC-2024-0817 issued?", True),
        ("date", "He pulled it down in MCXII.", "When was it pulled down?", True),
        ("date", "Scaffold down on the 20th.", "When did it come down?", True),
        ("date", "Returned at Christmas.", "When did it come back?", True),
        ("date", "Put it in on day 4.", "On which day is it put in?", True),
        ("date", "Not between 7 and 8!", "At what hours is it closed?", True),
        ("date", "Selby: 7 to 19", "What are the opening hours in Selby?", True),
        ("date", "Hotline 7–11 h", "At what time can one phone?", True),
        ("date", "The last day for renewing is on the sheet.", "By what date do I renew?", False),
        ("date", "It won the prize in ’98.", "When did it win?", True),
        ("date", "It won Kim’s prize.", "When did it win?", False),
        ("date", "Grown since the ninth century.", "When was it first grown?", True),
        ("date", "Last year.", "When was it painted?", True),
        ("date", "On the following day.", "When did it fall?", True),
        ("date", "It is open day and night.", "When did it open?", True),
        ("date", "It fell when the mill burned.", "On what day did it fall?", False),
        ("date", "It fell when the mill burned on a Monday.", "On what day did it fall?", True),
        ("date", "It falls every January.", "In which year did it first fall?", False),
        ("date", "It fell in January 1873.", "In which year did it first fall?", True),
        ("date", "It fell two years after the fire.", "In what year did it fall?", True),
        ("date", "For the opening hours see the timetable.", "What are the opening hours?", False),
        ("amount", "The fee was 20 euros.", "What was the fee in 2024?", True),
        ("amount", "The fee was raised in 2024.", "What was the fee in 2024?", False),
        ("duration", "It takes 4 days.", "How long did it take in 2024?", True),
        ("amount", "Entry is free.", "What does entry cost?", True),
        ("amount", "The lantern sold for twopence.", "What was the price of the lantern?", True),
        ("amount", "There were none.", "How many were there?", True),
        ("amount", "½ kg potatoes", "How many potatoes?", True),
        ("duration", "The bridge was built in 1961.", "How old is the bridge?", True),
        ("duration", "Soak overnight.", "How long should it soak?", True),
        ("version", "Fixed in 2.4.1.", "Which version fixed it?", True),
        ("version", "It was fixed.", "Which version fixed it?", False),
        ("version", "Version 2.4.1 is out.", "Is 2.4.1 the version?", False),
        ("whether", "It rains.", "Does it rain?", None),
        ("other", "It rains.", "What does it do?", None),
    ],
)
def test_a_sentence_holds_a_thing_of_the_type(
    expected: AnswerType, sentence: str, question: str, held: bool | None
) -> None:
    assert holds(expected, sentence, question) is held


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did it open?", True),
        ("When am I allowed in?", False),
        ("When does it close?", False),  # "In snow" may answer
        ("How many came?", True),
        ("How long does it last?", True),
        ("Which version fixed it?", True),
        ("Who is the head?", False),
        ("Why did it close?", False),
        ("Does it rain?", False),
    ],
)
def test_some_questions_have_no_answer_without_a_thing_of_their_type(question: str, expected: bool) -> None:
    assert needs_one(answer_type(question), question) is expected
