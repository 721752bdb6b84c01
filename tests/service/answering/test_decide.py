"""The decision: which sentence is quoted, and when the answer is withheld."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from corpus.sources import make_document
from index.build import build
from index.retrieval.fusion import DENSE_ONLY
from index.snapshots.store import Store
from service.answering.answer import Reply
from service.answering.confidence import Confidence
from service.answering.decide import ASKED
from service.answering.engine import Engine
from tests.fakes import FakeEncoder
from tests.readers import FakeReader

SURE = Confidence({}, 30.0, 0.5)
Ask = Callable[..., Reply]


@pytest.fixture
def ask(fill: Callable[..., Store], encoder: FakeEncoder) -> Ask:
    """Asks an engine that knows one text."""

    def ask(text: str, question: str, confidence: Confidence = SURE) -> Reply:
        return Engine(fill({"a": text}).open(), encoder, confidence).ask(question)

    return ask


def quote(reply: Reply) -> str:
    """What is quoted as the answer."""
    assert reply.answer is not None
    return reply.answer.text


def test_the_sentence_that_holds_the_words_is_quoted(ask: Ask) -> None:
    reply = ask("Fish swim in the sea. The harbour opened in 1920. Gulls eat bread.", "When did the harbour open?")
    assert quote(reply) == "The harbour opened in 1920."


@pytest.mark.parametrize("opening", ["He", "They", "It", "This", "Their"])
def test_a_sentence_that_points_back_is_quoted_with_the_one_before(ask: Ask, opening: str) -> None:
    reply = ask(
        f"Ann Lee is a pilot. {opening} founded the harbour museum. Gulls eat bread.", "Who founded the museum?"
    )
    assert quote(reply) == f"Ann Lee is a pilot. {opening} founded the harbour museum."


def test_the_first_sentence_has_nothing_before_it(ask: Ask) -> None:
    reply = ask("It founded the museum. Gulls eat bread.", "Who founded the museum?")
    assert quote(reply) == "It founded the museum."


def test_a_neighbour_that_holds_a_missing_word_is_quoted_as_well(ask: Ask) -> None:
    text = "The harbour museum has a large tower. Visitors climb the spiral staircase daily. Gulls eat bread."
    reply = ask(text, "harbour museum large tower staircase")
    assert quote(reply) == "The harbour museum has a large tower. Visitors climb the spiral staircase daily."


def test_confidence_below_the_threshold_withholds_the_best_answer(ask: Ask) -> None:
    reply = ask("The harbour opened in 1920.", "When did the harbour open?", Confidence({}, 0.0, 0.6))
    assert reply.answer is None
    assert reply.confidence == 0.5
    assert reply.abstained is not None
    assert reply.abstained.code == "low_confidence"
    assert "50%" in reply.abstained.message
    assert reply.best_answer is not None
    assert reply.best_answer.text == "The harbour opened in 1920."


def evidence(reply: Reply) -> list[str]:
    """Everything that is quoted."""
    assert reply.answer is not None
    return [one.quote for one in reply.answer.evidence]


def test_a_question_is_never_quoted_as_its_own_answer(ask: Ask) -> None:
    text = "Can I bring a dog to the pool?\n\nDogs stay outside the gate.\n\nGulls eat bread."
    assert quote(ask(text, "Can I bring a dog to the pool?")) == "Dogs stay outside the gate."


@pytest.mark.parametrize(
    "text",
    [
        "Q: Can I bring a dog?\nA: Only to the lower pool.\n\nQ: Can I bring a cat?\nA: Never.\n",
        "## Can I bring a dog?\n\nA: Only to the lower pool.\n\n## Can I bring a cat?\n\nNever.\n",
        "<h3>Can I bring a dog?</h3>\n<p>A: Only to the lower pool.</p>\n<h3>Can I bring a cat?</h3><p>Never.</p>\n",
    ],
)
def test_the_answer_of_an_faq_is_quoted(ask: Ask, text: str) -> None:
    assert quote(ask(f"# Pool\n\n{text}", "Can I bring a dog?")) == "A: Only to the lower pool."


@pytest.mark.parametrize("question", ["Who mends a tyre?", "who mends a tyre"])
@pytest.mark.parametrize(
    "text",
    [
        "## 2. Who mends a tyre?\n\nOur stand does.\n",
        "| Question | Answer |\n|--|--|\n| Who mends a tyre? | Our stand |\n",
    ],
)
def test_what_answers_the_very_question_is_likely(ask: Ask, question: str, text: str) -> None:
    reply = ask(text, question, Confidence({}, -2.0, 0.6))
    assert reply.answer
    assert reply.confidence == ASKED


def test_a_lead_in_is_quoted_with_its_list(ask: Ask) -> None:
    reply = ask(
        "Visitors of the mine must bring:\n\n- a lamp\n- a rope\n\nGulls eat bread.",
        "What must visitors of the mine bring?",
    )
    assert quote(reply) == "Visitors of the mine must bring:\n\n- a lamp\n- a rope"


def test_a_lead_in_is_quoted_with_the_code_that_it_announces(ask: Ask) -> None:
    text = "To copy the ledger, run this every night:\n\n```\nlcp --to vault\n```\n\nGulls eat bread."
    assert quote(ask(text, "How do I copy the ledger?")).endswith("lcp --to vault")


@pytest.mark.parametrize("number", ["1947", "TX-300-C", "14"])
def test_a_number_or_code_that_no_text_holds_is_not_answered(ask: Ask, number: str) -> None:
    text = "In 1946 the bridge TX-200-C was closed for 15 days by the harbour master. Gulls eat bread."
    for question in (f"Who closed the bridge {number}?", f"What happened to the bridge in {number}?"):
        assert ask(text, question).answer is None


def test_a_number_that_the_text_writes_otherwise_is_answered(ask: Ask) -> None:
    reply = ask("On 2019-03-05 the harbour master closed the bridge.", "What was closed on 5 March 2019?")
    assert quote(reply) == "On 2019-03-05 the harbour master closed the bridge."


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The harbour opened with a concert.", "When did the harbour open?"),
        ("The harbour has large cranes.", "How many cranes has the harbour?"),
        ("The crash of the crane was fixed.", "Which version fixed the crash of the crane?"),
        ("Der Hafen liegt an der Mole.", "Wie viele Kräne hat der Hafen?"),
    ],
)
def test_a_sentence_without_the_kind_of_thing_asked_for_is_no_answer(ask: Ask, text: str, question: str) -> None:
    assert ask(text, question).answer is None


def test_a_heading_is_quoted_where_it_holds_the_date_asked_for(ask: Ask) -> None:
    text = "# Log\n\n## 1.3.0 (9 July 2020)\n\nCranes turn.\n\n## 1.2.0 (2 May 2019)\n\nGulls are counted.\n"
    reply = ask(text, "When were gulls counted?")
    assert evidence(reply) == ["1.2.0 (2 May 2019)", "Gulls are counted."]
    assert all(text[one.start : one.end] == one.quote for one in reply.answer.evidence) if reply.answer else False


def test_a_heading_is_not_quoted_for_a_name_that_is_none(ask: Ask) -> None:
    text = "# Guide\n\n## Hours of the Town Hall\n\nThe caretaker opens the hall at nine.\n"
    assert evidence(ask(text, "Who opens the hall?")) == ["The caretaker opens the hall at nine."]


def test_what_affirms_comes_before_what_denies(ask: Ask) -> None:
    text = "Bicycles are not allowed on the pier.\n\nScooters are allowed on the pier."
    assert quote(ask(text, "What is allowed on the pier?")) == "Scooters are allowed on the pier."
    assert quote(ask(text, "What is not allowed on the pier?")) == "Bicycles are not allowed on the pier."


def test_a_field_of_a_form_is_quoted_with_the_one_that_names_what_it_is_about(ask: Ask) -> None:
    reply = ask("Name: Biscuit\nFood: rice\n\nName: Admiral\nFood: eels\n", "Which food does Admiral get?")
    assert quote(reply) == "Food: eels"
    assert reply.answer is not None
    assert [evidence.quote for evidence in reply.answer.evidence] == ["Food: eels", "Name: Admiral"]


def test_a_short_form_is_answered_by_the_sentence_that_introduces_it(ask: Ask) -> None:
    text = "The HRC meets in May.\n\nThe Harbour Rescue Council (HRC) owns two boats.\n\nThe HRC has a hall."
    assert quote(ask(text, "What does HRC stand for?")) == "The Harbour Rescue Council (HRC) owns two boats."


def test_the_newer_of_two_versions_is_quoted(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    texts = {
        "old": "# Travel rules 2021\n\nA hotel may cost 90 euros a night.",
        "new": "# Travel rules 2024\n\nA hotel may cost 120 euros a night.",
    }
    engine = Engine(fill(texts).open(), encoder, SURE)
    assert quote(engine.ask("What may a hotel cost a night?")) == "A hotel may cost 120 euros a night."
    assert quote(engine.ask("What might a hotel cost a night in 2021?")) == "A hotel may cost 90 euros a night."


def test_the_newer_by_a_stated_date_is_quoted_and_first(store: Store, encoder: FakeEncoder) -> None:
    dated = {"old": ("2021-02-01", "90"), "new": ("2024-05-01", "120")}
    text = "---\ndate: {}\n---\n# Travel rules\n\nA hotel may cost {} euros a night."
    documents = [make_document(f"{name}.md", text.format(*values)) for name, values in dated.items()]
    build(store, documents, encoder)
    engine = Engine(store.open(), encoder, SURE)
    reply = engine.ask("What may a hotel cost a night?")
    assert quote(reply) == "A hotel may cost 120 euros a night."
    expected = [("new.md", None), ("old.md", "new.md")]
    rules = [hit for hit in reply.hits if "hotel" in hit.passage.text]  # the dates are passages too
    assert [(hit.passage.document, hit.superseded_by) for hit in rules] == expected
    assert not any(hit.superseded_by for hit in engine.search("hotel a night", ranking=DENSE_ONLY).hits)


def test_the_newer_version_is_quoted_though_another_sentence_of_it_reads_better(
    fill: Callable[..., Store], encoder: FakeEncoder
) -> None:
    texts = {
        "old": "# Rules 2021\n\nBicycles travel in the trailer for 8 francs.\n\nSkis go free.",
        "new": "# Rules 2024\n\nBicycles travel in the trailer for 12 francs.\n\nSkis go in it for 5 francs.",
    }
    reader = FakeReader(**{"8 francs": 12.0, "5 francs": -1.0})
    reply = Engine(fill(texts).open(), encoder, SURE, reader=reader).ask("What do bicycles in the trailer cost?")
    assert reply.best_answer is not None
    assert reply.best_answer.text == "Bicycles travel in the trailer for 12 francs."


def test_words_alone_make_no_answer_sure_in_a_script_that_the_encoder_does_not_know(ask: Ask) -> None:
    reply = ask("植物园每天上午七点半开园。", "植物园上午七点半开园？")
    assert quote(reply) == "植物园每天上午七点半开园。"
    assert (reply.level, reply.confidence <= 0.6) == ("unsure", True)


def test_a_year_answers_for_its_decade(ask: Ask) -> None:
    reply = ask("The tower was built in 1872. Gulls eat bread.", "Which tower was built in the 1870s?")
    assert quote(reply) == "The tower was built in 1872."


def test_what_is_said_of_a_rival_is_no_answer(ask: Ask) -> None:
    text = "Blood group O- goes to the large room upstairs on Mondays. Gulls eat bread. O+ waits."
    reply = ask(text, "Which large room upstairs has blood group O+ on Mondays?")
    assert reply.answer is None or reply.answer.text == "O+ waits."


def test_what_is_withheld_is_never_called_likely(fill: Callable[..., Store], encoder: FakeEncoder) -> None:
    below = Confidence({}, -0.5, 0.5, likely=0.2)
    engine = Engine(fill({"a": "The harbour opened in 1920."}).open(), encoder, replace(below, unread=below))
    reply = engine.ask("When did the harbour open?")
    assert (reply.answer, reply.level) == (None, "unsure")
    assert 0.2 < reply.confidence < 0.5
