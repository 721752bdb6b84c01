"""Short forms that a text introduces."""

import pytest

from service.answering.question.acronyms import (
    acronyms_in,
    asks_for_long_form,
    begins_with_another,
    introduction_of,
    spelled_by,
    with_short_forms,
)

BODIES = "The Harbour Rescue Council (HRC) and the Tide Office (TO) share a hall."


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("The Harbour Rescue Council (HRC) meets.", "hrc", {"harbor", "rescu", "council"}),
        ("The HRC (Harbour Rescue Council) meets.", "hrc", {"harbor", "rescu", "council"}),
        ("Board of Trade (BOT) rules", "bot", {"board", "trade"}),
        ("a Quarterly Tide Report (QTR), and so on", "qtr", {"quarter", "tide", "report"}),
        ("the small boats register (SBR)", "sbr", {"small", "boat", "regist"}),
        ("Institut für Wasserbau (IFW)", "ifw", {"institut", "fuer", "wasserbau"}),
        ("The **Harbour Rescue Council** (**HRC**; Welsh: *Cyngor*) meets.", "hrc", {"harbor", "rescu", "council"}),
        ("the Harbour Rescue Council (“HRC”, founded in 1920)", "hrc", {"harbor", "rescu", "council"}),
    ],
)
def test_a_short_form_is_known_by_the_initials_before_or_after_it(text: str, short: str, long: set[str]) -> None:
    (found,) = acronyms_in([text])
    assert found.short == short
    assert set(found.long) == long


@pytest.mark.parametrize(
    "text",
    ["The Harbour Council (HRX) meets.", "The council (see below) meets.", "It rains (RAIN).", "(HRC)", "HRC ()", ""],
)
def test_what_introduces_none(text: str) -> None:
    assert acronyms_in([text]) == ()


def test_the_first_text_that_introduces_a_short_form_decides() -> None:
    found = acronyms_in(["Tide Report (TR).", "Town Register (TR).", "Fish Market Office (FMO)."])
    assert [(one.short, sorted(one.long)) for one in found] == [
        ("tr", ["report", "tide"]),
        ("fmo", ["fish", "market", "offic"]),
    ]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            'made between the Town of Ostrand ("the Customer") and Pell & Lisle Ltd, of Penfold (the “Supplier”)',
            [("custom", {"town", "ostrand"}), ("supplier", {"pell", "lisl"})],
        ),
        ("Mrs Ada Quill, 4 Mill Lane, Penfold (hereinafter the Tenant)", [("tenant", {"ada", "quill"})]),
        ("signed by Tarn Mill GmbH, hereinafter called the Lender, in May", [("lender", {"tarn", "mill"})]),
        ('the fee for late orders (the "Fee")', []),
        ("They sang twice (“Hallo”), said Ada", []),
        ("The Town of Ostrand (see the Map) is old.", []),
    ],
)
def test_a_contract_says_what_its_parties_are_called(text: str, roles: list[tuple[str, set[str]]]) -> None:
    found = acronyms_in([text])
    assert [(one.short, set(one.long)) for one in found] == roles
    assert all(one.is_role for one in found)


def test_a_party_in_a_question_gets_its_role_and_is_no_rival_of_another() -> None:
    parties = 'Town of Ostrand ("the Customer") and Pell & Lisle Ltd (the "Supplier")'
    asked = with_short_forms("When must Pell & Lisle deliver?", [parties])
    assert asked == "When must Pell & Lisle (Supplier) deliver?"
    assert not begins_with_another("When must the Supplier pay?", "The Customer pays in May.", acronyms_in([parties]))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does HRC stand for?", True),
        ("What does HRC mean?", True),
        ("How is the Harbour Rescue Council abbreviated?", True),
        ("What is the full name of the HRC?", True),
        ("What is HRC short for?", True),
        ("waht is HRC an abreviation of?", True),
        ("What do the letters HRC mean?", True),
        ("What does the HRC do?", False),
        ("Where does the HRC stand?", False),
    ],
)
def test_questions_for_a_long_or_a_short_form(question: str, expected: bool) -> None:
    assert asks_for_long_form(question) is expected


def test_a_sentence_introduces_what_is_asked_about_and_nothing_else() -> None:
    sentence = "The Harbour Rescue Council (HRC) meets in May."

    def introduced(*words: str) -> str | None:
        span = introduction_of(sentence, words)
        return sentence[slice(*span)] if span else None

    assert introduced("hrc") == "Harbour Rescue Council"
    assert introduced("harbor", "rescu", "council", "may") == "HRC"
    assert introduced("harbor", "council") is None
    assert introduction_of("The HRC meets in May.", ["hrc"]) is None
    turned = "HRC (Harbour Rescue Council) meets."
    assert introduction_of(turned, ["hrc"]) == (5, 27)
    marked = "- **Harbour Rescue Council (HRC)**: those who meet."
    assert introduction_of(marked, ["hrc"]) == (4, 26)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where is the Harbour Rescue Council?", "Where is the Harbour Rescue Council (HRC)?"),
        ("who runs the harbour rescue council and the tide office", None),
        ("Where is the HRC?", "Where is the HRC?"),
        ("Where is the Harbour Rescue Council (HRC)?", "Where is the Harbour Rescue Council (HRC)?"),
        ("Which council rescues in the harbour?", "Which council rescues in the harbour?"),
        ("Where are the Tide Offices?", "Where are the Tide Offices?"),
        ("What is the Harbour Rescue Council abbreviated to?", "What is the Harbour Rescue Council abbreviated to?"),
    ],
)
def test_a_long_form_in_a_question_gets_its_short_form(question: str, expected: str | None) -> None:
    both = "who runs the harbour rescue council (HRC) and the tide office (TO)"
    assert with_short_forms(question, ["Gulls eat bread.", BODIES]) == (expected or both)


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("When was the HRC set up?", "The TO was set up in 1974.", True),
        ("When was the Harbour Rescue Council set up?", "The Tide Office was set up in 1974.", True),
        ("When was the HRC set up?", "TO began in 1974.", True),
        ("When was the HRC set up?", "The HRC was set up in 1974.", False),
        ("When was the HRC set up?", "The TO and the HRC were set up in 1974.", False),
        ("When was the HRC set up?", "It was set up in 1974 by the TO.", False),
        ("When did the HRC leave the TO?", "The TO was left in 1974.", False),
        ("When was the hall built?", "The TO was set up in 1974.", False),
    ],
)
def test_a_sentence_is_about_another_body_than_the_question(question: str, sentence: str, expected: bool) -> None:
    assert begins_with_another(question, sentence, acronyms_in([BODIES])) is expected


@pytest.mark.parametrize(
    ("text", "word", "names"),
    [
        ("Full title: Weights and Rods of Prehistory", "Warp", "Weights and Rods of Prehistory"),
        ("the Agency for Interpreters in Court", "AIC", "Agency for Interpreters in Court"),
        ("the Contact Group on Illicit Trade (2019)", "CG-IT", "Contact Group on Illicit Trade"),
        ("the Agency for interpreters in Court", "AIC", None),
        ("Harbour Rescue", "HRC", None),
        ("Harbour Rescue. Council", "HRC", None),
        ("Pay Day", "PD", None),
    ],
)
def test_names_in_capitals_spell_a_short_form(text: str, word: str, names: str | None) -> None:
    span = spelled_by(text, [word])
    assert (text[slice(*span)] if span else None) == names
