"""What only leads up to a question, or stands around it, is left out."""

import pytest

from service.answering.understanding.courtesies import without_courtesies

QUESTION = "Who chairs the Commission?"


@pytest.mark.parametrize(
    "said",
    [
        "Hello! {}",
        "{} Many thanks in advance!",
        "{} I need it for a report by Friday.",
        "Good morning. Sorry to bother you again. {} Kind regards.",
        "I have looked through all the papers and found nothing. {}",
        "My boss asked me yesterday, and I could not remember. {}",
    ],
)
def test_courtesies_are_left_out(said: str) -> None:
    assert without_courtesies(said.format(QUESTION)) == QUESTION


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "Hello, who chairs the Commission?",
        "Do I have to know how to swim?",
        "What do I need to tell the porter?",
        "I don't have to ask the landlord before I get a cat, do I?",
        "Can you tell me whether the museum is open on Mondays?",
        "I know the way, and I have the key.",
        "Do you have the right to inspect the flat?",
        "I need to put in my report where he found them.",
        "Tell me the whole text.",
        "My grandmother has died, how long can I stay at home?",
        "If I want to know who reported me, whom do I ask?",
        "Quanto custa um quilo de peras?",
        "Who wrote Uh Huh Her, and when?",
        "Thanks for all.",
        "um",
        "Good morning. I know who paid.",
        "I rent two flats. How often must I have the water tested?",
        "The meeting is on Friday. Who chairs it?",  # it tells what the question is about
        "I know who paid. When was the team meeting?",
        "Can you help me? When is the meeting on Monday?",
    ],
)
def test_what_a_question_may_be_about_is_kept(question: str) -> None:
    assert without_courtesies(question) == question


@pytest.mark.parametrize(
    "said",
    [
        "Could you tell me who chairs the Commission?",
        "I would be very grateful to hear who chairs the Commission.",
        "Sorry, do you happen to know who chairs the Commission",
        "I'm wondering, could somebody tell us who chairs the Commission?",
        "I have no idea who chairs the Commission.",
        "I wonder if you can tell me who chairs the Commission.",
        "Good morning. Please tell me who chairs the Commission.",
        "Good morning! May I ask who chairs the Commission? Many thanks!",
    ],
)
def test_what_leads_up_to_a_question_is_left_out(said: str) -> None:
    assert without_courtesies(said) == QUESTION


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Please let me know by when I have to reply.", "By when I have to reply?"),
        ("I am not sure up to which day I can cancel.", "Up to which day I can cancel?"),
        ("I need the price of a day ticket.", "What is the price of a day ticket?"),
        ("I'm looking for the name of the present chair.", "What is the name of the present chair?"),
        ("um so how late is it open", "so how late is it open"),
        ("Is it, erm, open?", "Is it, open?"),
    ],
)
def test_a_request_is_taken_as_a_question(said: str, asked: str) -> None:
    assert without_courtesies(said) == asked


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("I have an invoice to settle and need the name of the treasurer.",
         "I have an invoice to settle. What is the name of the treasurer?"),
        ("My van belongs to the firm; tell me which papers they want to see.",
         "My van belongs to the firm. Which papers they want to see?"),
    ],
)  # fmt: skip
def test_what_somebody_tells_before_a_request_becomes_a_sentence(said: str, asked: str) -> None:
    assert without_courtesies(said) == asked
