"""A thing that is called by a letter or a number is not another thing of its kind."""

import pytest

from service.answering.question.designations import designations_in

GROUPS = ("Plan", ["Group A meets in the barn.", "Group I meets at nine.", "Vitamin D3 is sold.", "Blood O- is short."])
HALLS = ("Station", ["Hall 7 is swept at six.", "Halls 11 and 12 are closed.", "Bags are kept for nine weeks."])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where does group E meet?", True),
        ("Where does group I meet?", False),
        ("Where does group A meet?", False),
        ("Where does group A+ meet?", True),
        ("Who is short of O−?", False),
        ("How much O negative is there?", False),
        ("What does vitamin D do?", False),
        ("What does J. Smith do in the U.S.?", False),
        ("Is an X-ray made?", False),
        ("Where do I and my B&B guests meet?", False),
        ("WHERE DOES GROUP E MEET?", False),
        ("E is for what?", False),
        ('Which group begins with the letter E, or with "F"?', False),
    ],
)
def test_letters(question: str, expected: bool) -> None:
    assert designations_in(question).name_others(*GROUPS) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where is AB+ kept?", False),
        ("Where is AB- kept?", True),
        ("Where is AB negative kept?", True),
        ("Where is AB positive kept?", False),
        ("Where does the EU keep it - and who pays?", False),
        ("What is UN-led here?", False),
    ],
)
def test_several_letters_with_a_sign(question: str, expected: bool) -> None:
    assert designations_in(question).name_others("Cold store", ["Group AB+ is kept in fridge eight."]) is expected


def test_a_range_may_hold_the_letter() -> None:
    assert not designations_in("Who handles names with M?").name_others("", ["Ann (A–K) and Bo (L–Z)."])
    assert designations_in("Who handles names with M?").name_others("", ["Ann (A, K) and Bo (L, Z)."])


SETTINGS = ("Settings", ["`upload_retry_count` is 5.", "Open Main Window first.", "Errors go to last_error.log daily."])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is upload_retry_wait set to?", True),
        ("What is upload_retry_count set to?", False),
        ("what is UPLOAD_RETRY_COUNT", False),
        ("What is retry_count set to?", False),
        ("What is main_window?", False),
        ("What goes to last_upload.log?", True),
        ("What goes to last_error.log?", False),
        ("Is it _really_ open at mill.org?", False),
    ],
)
def test_identifiers(question: str, expected: bool) -> None:
    assert designations_in(question).name_others(*SETTINGS) is expected


def test_another_identifier_is_a_rival() -> None:
    asked = designations_in("What is upload_retry_count set to?")
    assert [asked.names_rival("Settings", sentence) for sentence in SETTINGS[1]] == [False, False, True]


BANDS = ("Bands", ["The drums of Will are red.", "Ann sings with It in the barn.", "The shed in OR is full."])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where did Can play?", True),
        ("Who sings with Them?", True),
        ("Who sings with It?", False),
        ("What colour are the drums of Will?", False),
        ("Which shed in ME is full?", True),
        ("Which shed in OR is full?", False),
        ("What is in The barn?", False),
        ("When in May did It play?", False),
        ("Which tickets are NOT sold?", False),
        ("Who wrote To Kill a Mockingbird?", False),  # a word of grammar in a longer name
        ("WHERE DID CAN PLAY?", False),
        ("Can the barn be rented?", False),
    ],
)
def test_words_of_grammar_that_are_names(question: str, expected: bool) -> None:
    assert designations_in(question).name_others(*BANDS) is expected


def test_a_sentence_about_another_name_of_that_kind() -> None:
    named = designations_in("Who sings with Who?")
    assert named.names_rival("", "Ann sings with It in the barn.")
    assert not named.names_rival("", "Ann sings with Who, and It plays.")
    assert not named.names_rival("", "It plays. Will they sing?")
    assert designations_in("How much is in ME?").names_rival("", "There are 40 in OR.")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When is hall 9 swept?", True),
        ("When is hall 7 swept?", False),
        ("Is hall 12 open?", False),
        ("Is hall no. 12 open?", False),
        ("When is room 9 swept?", False),  # the text speaks of no rooms: other words for the same
        ("How long are 9 bags kept?", False),
    ],
)
def test_numbers(question: str, expected: bool) -> None:
    assert designations_in(question).name_others(*HALLS) is expected


def test_what_stands_above_names_the_thing() -> None:
    assert not designations_in("When is hall 9 swept?").name_others(
        "Station > Hall 9", ["At six.", "The other hall at ten."]
    )
    assert not designations_in("Where does group E meet?").name_others("Group E", ["In the barn."])
    assert designations_in("When is hall 9 swept?").name_others("Station > Hall 8", ["At six.", "For five weeks."])


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("To which room does group O+ go?", "Donors with group O- go to room 8.", True),
        ("To which room does group O- go?", "Donors with group O− go to room 8.", False),
        ("Which door is for candidates marked A*?", "Candidates marked A go in by the east door.", True),
        ("Which door is for candidates marked A?", "Candidates marked A* go in by the east door.", True),
        ("Which door is for candidates marked A?", "A porter shows candidates in.", False),
        ("Who plays the study in F# major?", "The study in F major is played by Roza.", True),
        ("Who plays the study in F sharp?", "The study in F# is played by Roza.", False),
        ("Where does group E meet?", "Group B meets in the barn.", True),
        ("Where does group E meet?", "It meets in the barn.", False),
        ("When is hall 9 swept?", "Hall 7 is swept at six.", True),
        ("When is hall 9 swept?", "Halls 7, 8 and 9 are swept at six.", False),
        ("When is hall 9 swept?", "It is swept at six.", False),
        ("What is a minute in zone B?", "**Zone B** is in **B**, 0.29.", False),
        ("When is it swept?", "Hall 7 is swept at six.", False),
    ],
)
def test_a_sentence_about_a_rival(question: str, sentence: str, expected: bool) -> None:
    assert designations_in(question).names_rival("Plan", sentence) is expected
    assert not designations_in(question).names_rival("Hall 9, groups E, O+, O-, F#, A, and A*", sentence)


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("What size does Ann Holt wear?", "Bo Holt wears a large one.", True),
        ("What size does Ann Holt wear?", "Holt, Bo | large", True),
        ("When does the Finance Committee meet?", "The Roads Committee meets in May.", True),
        ("What size does Ann Holt wear?", "Ann Holt wears a large one.", False),
        ("What size does Ann Holt wear?", "A. Holt wears a large one.", False),
        ("What size does Ann Holt wear?", "Dr Holt wears a large one.", False),
        ("What size does Dr Holt wear?", "Bo Holt wears a large one.", False),
        ("What size does Ann Holt wear?", "She wears a large one.", False),
        ("When is it open on Easter Monday?", "On Whit Monday it is open at 10.", False),
    ],
)
def test_somebody_else_of_the_same_last_name(question: str, sentence: str, expected: bool) -> None:
    assert designations_in(question).names_namesake(f"Sizes\n{sentence}", sentence) is expected


def test_a_first_name_may_stand_elsewhere_in_the_passage() -> None:
    asked = designations_in("When did Ann Holt open the mill?")
    assert not asked.names_namesake(
        "Ann and her husband. Bo Holt and she opened it in 1902.", "Bo Holt and she opened it."
    )
