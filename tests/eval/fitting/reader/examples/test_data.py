"""What a reader learns from: files, halves, titles, the span to learn, and questions made unanswerable."""

import json
import random
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.questions import half_of
from eval.datasets.squad import read_squad
from eval.fitting.reader.examples.data import Example, SetSpec, held_back, read_set, readable_title
from eval.fitting.reader.examples.negatives import Shares, WordRanking, lacks, make_negatives, names_in

TEXT = "The mill opened in 1902. Ada Kovac ran it, and in 1954 it closed."


def squad(path: Path, *paragraphs: tuple[str, str, list[dict[str, object]]]) -> Path:
    """A SQuAD file of (title, context, questions)."""
    articles = [{"title": title, "paragraphs": [{"context": text, "qas": qas}]} for title, text, qas in paragraphs]
    path.write_text(json.dumps({"version": "v2.0", "data": articles}), "utf-8")
    return path


def asked(question: str, *answers: str, text: str = TEXT, number: int = 0) -> dict[str, object]:
    marked = [{"text": answer, "answer_start": text.index(answer)} for answer in answers]
    return {"id": f"{question} {number}", "question": question, "answers": marked, "is_impossible": not answers}


def test_the_span_that_most_people_marked_is_learnt(tmp_path: Path) -> None:
    path = squad(
        tmp_path / "s.json", ("Mill", TEXT, [asked("When?", "in 1902", "1902", "1902"), asked("Who sold it?")])
    )
    first, second = read_set(SetSpec(path)).examples
    assert TEXT[first.start : first.end] == "1902"
    assert first.answers == ("in 1902", "1902")
    assert not second.answerable
    assert second.answers == ()


def test_parts_of_a_list_are_learnt_as_one_span(tmp_path: Path) -> None:
    path = squad(tmp_path / "multispanqa.json", ("Mill", TEXT, [asked("When?", "1902", "1954")]))
    (example,) = read_set(SetSpec(path)).examples
    assert TEXT[example.start : example.end] == "1902. Ada Kovac ran it, and in 1954"


def test_misplaced_and_overlong_answers_are_left_out(tmp_path: Path) -> None:
    wrong: dict[str, object] = {"id": "w", "question": "When?", "answers": [{"text": "1902", "answer_start": 3}]}
    long = "word " * 100
    path = squad(
        tmp_path / "s.json", ("Mill", TEXT, [wrong, asked("Who?", "Ada Kovac")]),
        ("Long", long, [asked("What?", long.strip(), text=long)]),
    )  # fmt: skip
    assert [example.question for example in read_set(SetSpec(path)).examples] == ["Who?"]


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("European_Union_law", "European Union law"),
        ("1973_oil_crisis", "1973 oil crisis"),
        ("/wiki/Exchange_and_Provost", "Exchange and Provost"),
        ("Amazon_Reviews_745", ""),
        ("quoref_0", ""),
        ("covid-12", ""),
        ("https://www.gov.uk/tax", ""),
        ("ticketmaster.com", ""),
        ("m3fs8fu4ezhmhwi0ruvr", ""),
    ],
)
def test_titles_that_only_number_an_article_are_not_read(title: str, read: str) -> None:
    assert readable_title(title) == read


def test_halves_are_those_of_the_other_commands(tmp_path: Path) -> None:
    titles = [f"Article {number}" for number in range(12)]
    path = squad(tmp_path / "s.json", *((title, f"{title}. {TEXT}", [asked(title)]) for title in titles))
    for half in ("dev", "test"):
        ours = {example.article for example in read_set(SetSpec(path, half)).examples}
        assert ours == {title for title in titles if half_of(title) == half}
        assert ours == {question.text for question in read_squad(path).part(half).questions}


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("a.json", SetSpec(Path("a.json"))),
        ("a.json@dev", SetSpec(Path("a.json"), "dev")),
        ("a.json@test=0.5", SetSpec(Path("a.json"), "test", 0.5)),
        ("a.json=2", SetSpec(Path("a.json"), "all", 2.0)),
    ],
)
def test_a_set_is_named_with_half_and_share(text: str, spec: SetSpec) -> None:
    assert SetSpec.parse(text) == spec


@pytest.mark.parametrize("text", ["a.json@third", "a.json=much"])
def test_a_wrong_name_of_a_set_is_refused(text: str) -> None:
    with pytest.raises(DatasetError, match=r"a\.json"):
        SetSpec.parse(text)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"data": [{}]}', '{"data": [{"paragraphs": [{"qas": [{}]}]}]}', '{"data": []}']
)
def test_a_file_that_is_no_set_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content, "utf-8")
    with pytest.raises(DatasetError, match="broken"):
        read_set(SetSpec(path))


def test_shares_draw_less_or_more_than_once(tmp_path: Path) -> None:
    path = squad(tmp_path / "s.json", *((f"A{n}", f"{n} {TEXT}", [asked(f"{n}?")]) for n in range(10)))
    for share, count in ((0.5, 5), (1.0, 10), (2.5, 25)):
        drawn = read_set(SetSpec(path, share=share)).draw(random.Random(1))
        assert len(drawn) == count
        assert len({example.question for example in drawn}) == min(10, count)


def test_whole_articles_are_held_back() -> None:
    examples = [example(f"What is {n}?", "text", article=f"A{n // 4}") for n in range(800)]
    out = {each.article for each in examples if held_back(each.article)}
    assert 4 <= len(out) <= 30
    assert not out & {each.article for each in examples if not held_back(each.article)}


def example(question: str, context: str, answer: str = "", article: str = "A") -> Example:
    start = context.index(answer) if answer else -1
    end = start + len(answer) if answer else -1
    return Example(question, article, context, start, end, "set", article, answers=(answer,) if answer else ())


def test_a_ranking_puts_the_passage_with_the_rare_words_first() -> None:
    ranking = WordRanking(
        ["The mill opened early.", "The mill closed late.", "A mill, a mill: the mills of Ljubljana."]
    )
    assert ranking.first("When did the mill close?", 3)[0] == 1
    assert ranking.first("Which mills did Ljubljana have?", 1) == [2]
    assert ranking.first("xyzzy", 3) == []


def test_made_negatives_lack_the_answer() -> None:
    towns = ["Bled", "Piran", "Kranj", "Celje", "Ptuj", "Koper", "Izola", "Idrija"]
    examples = [
        example(f"How many mills did {town} have in 19{n:02}?", f"In 19{n:02} the town of {town} had {n + 200} mills.",
                str(n + 200), article=f"Town {n % 8}")
        for n in range(64) for town in [towns[n % 8]]
    ]  # fmt: skip
    made = make_negatives(examples, Shares(1, 1, 1, 0, 0), random.Random(3))
    assert not any(negative.answerable or negative.answers for negative in made)
    by_question = {each.question: each for each in examples}
    kept = [negative for negative in made if negative.question in by_question]
    swapped = [negative for negative in made if negative.question not in by_question]
    assert len(kept) >= 128  # every question, by ranking and by article
    assert all(lacks(negative.context, by_question[negative.question]) for negative in kept)
    assert len(swapped) > 40
    for negative in swapped:
        assert any(name not in negative.context for name in names_in(negative.question))


def test_a_passage_is_asked_about_another_name_that_it_holds() -> None:
    text = "In 1902 the mill of Ada Kovac burnt, and Ann Lee saw it from Bled in 1954. It was grey."
    given = example("When did the mill of Ada Kovac burn?", text, "1902")
    made = [make_negatives([given], Shares(0, 0, 0, 1, 0), random.Random(seed)) for seed in range(20)]
    assert {negative.context for (negative,) in made} == {text}
    assert {negative.question for (negative,) in made} == {
        "When did the mill of Ann Lee burn?",
        "When did the mill of Bled burn?",
    }


def test_a_passage_is_asked_about_another_thing_that_it_holds() -> None:
    text = "The slipway was rebuilt in 2009, and the lighthouse is kept by Ann Lee. The old crane lifts 4 t."
    given = example("When was the slipway rebuilt?", text, "2009")
    made = [make_negatives([given], Shares(0, 0, 0, 0, 0, 1), random.Random(seed)) for seed in range(5)]
    assert {negative.question for (negative,) in made} == {"When was the lighthouse rebuilt?"}
    assert not any(negative.answerable for (negative,) in made)


def test_a_passage_without_the_sentences_that_answer() -> None:
    text = "The mill burnt in 1902. Ada Kovac saw it. Nobody was hurt. In 1902 there were many fires."
    given = example("When did the mill burn?", text, "1902")
    (negative,) = make_negatives([given], Shares(0, 0, 0, 0, 1), random.Random(0))
    assert negative.context == "Ada Kovac saw it. Nobody was hurt."
    assert not negative.answerable
    short = example("When did the mill burn?", "The mill burnt in 1902. Ada Kovac saw it.", "1902")
    assert make_negatives([short], Shares(0, 0, 0, 0, 1), random.Random(0)) == []


def test_small_sets_make_no_ranked_negatives() -> None:
    examples = [example("Who?", f"{name} did.", name, article=name) for name in ("Ada", "Bo")]
    assert make_negatives(examples, Shares(1, 1, 1, 1, 1), random.Random(0)) == []


def test_names_leave_the_first_word_out() -> None:
    assert names_in("Where did Ada Kovac go in 1954, with 3 boxes?") == ["Ada Kovac", "1954", "3"]
    assert names_in("Which Mill?") == ["Mill"]
