"""Tables of questions and quotes: where the quotes are found, and what is left out or refused."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.datasets.load import load_dataset
from eval.datasets.questions import Dataset, Gold, Question

TEXTS = {
    "mill": "The mill opens at eight.\nIt closes\nat noon on Sundays.",
    "port": "The port opens at six. The port opens at six in summer too. It closes at ten.",
}


def read(path: Path, text: str, *collections: Mapping[str, str]) -> Dataset:
    def texts() -> Iterator[Mapping[str, str]]:
        yield from collections or (TEXTS,)

    path.write_text(text, "utf-8")
    return load_dataset(path, texts=texts)


def test_quotes_are_found_in_the_texts(tmp_path: Path) -> None:
    dataset = read(
        tmp_path / "set.csv",
        'question,quote\nWhen does the mill open?,at eight\n\n"When,\nif at all?","closes at noon"\nHow late?,at ten\n',
    )
    assert dataset.questions == (
        Question("line-2", "When does the mill open?", True, (Gold("mill", 15, 23, "at eight"),), "", "", "line-2"),
        Question("line-4", "When,\nif at all?", True, (Gold("mill", 28, 42, "closes\nat noon"),), "", "", "line-4"),
        Question("line-6", "How late?", True, (Gold("port", 70, 76, "at ten"),), "", "", "line-6"),
    )
    assert (dataset.name, dataset.documents, dataset.unit, dataset.notes) == ("set", None, "span", ())
    for question in dataset.questions:
        for gold in question.gold:
            assert TEXTS[gold.document][gold.start : gold.end] == gold.quote


@pytest.mark.parametrize(("name", "separator"), [("set.csv", ";"), ("set.tsv", "\t"), ("set.CSV", ",")])
def test_columns_may_come_in_any_order_and_with_any_separator(tmp_path: Path, name: str, separator: str) -> None:
    rows = (
        "\ufeffDocument, Quote,ID,question,answerable,split,remark",
        "port,It closes,7,When?,YES,dev,x",
        ",,8,Who?,false,test,",
        "mill,It,9,What?,,,",
    )
    dataset = read(tmp_path / name, "\r\n".join(row.replace(",", separator) for row in rows))
    assert dataset.questions == (
        Question("7", "When?", True, (Gold("port", 60, 69, "It closes"),), "", "dev", "7"),
        Question("8", "Who?", False, (), "", "test", "8"),
        Question("9", "What?", True, (Gold("mill", 25, 27, "It"),), "", "", "9"),
    )


def test_what_cannot_be_scored_is_left_out_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    lines = (
        "id,question,quote,document",
        "a,When?,at eight,",
        "a,Why?,at ten,",
        "b,Where?,at seven,",
        "c,Where?,at ten,mill",
        "d,Where?,at ten,quay",
        "e,When?,The port opens at six,",
        "f,Who?,,",
        "g, ,at ten,",
        ",How?,at ten,",
        ",How?,at eight,",
    )
    dataset = read(path, "\n".join(lines))
    assert [question.id for question in dataset.questions] == ["a", "line-10"]
    assert dataset.notes == (
        f"{path}: questions whose id is taken, left out: 1 (line 3: 'a')",
        f"{path}: questions whose quote stands in no document, left out: 3 (line 4: 'b', line 5: 'c', line 6: 'd')",
        f"{path}: questions whose quote stands in several places (give its document, or a longer quote), left out: 1 "
        "(line 7: 'e')",
        f"{path}: questions without a label, left out: 1 (line 8: 'f')",
        f"{path}: questions without words, left out: 1 (line 9: 'g')",
        f"{path}: questions that stand further up, left out: 1 (line 11: 'How?')",
    )


def test_the_first_collection_that_holds_a_quote_decides(tmp_path: Path) -> None:
    text = "question,quote\nWhen?,at eight\nHow?,at ten\n"
    new, active = {"mill": "Opens at eight."}, {"mill": "It opens at eight.", "port": "Closes at ten."}
    questions = read(tmp_path / "set.csv", text, new, active).questions
    assert [gold for question in questions for gold in question.gold] == [
        Gold("mill", 6, 14, "at eight"),
        Gold("port", 7, 13, "at ten"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: one column should be called quest"),
        ("query,quote\nWhen?,noon\n", ":1: one column should be called question; found query, quote"),
        ("question,quote,quote\n", ":1: one column should be called quote; found question, quote, quote"),
        ('question,"quote\n', ":1: no line of a table (unexpected end of data)"),
        ('question,quote\nWhen?,at ten\n"Why?" not,x\n', ":3: no line of a table ("),
        ("question,quote\nWhen?,at eight, or so\n", ":2: 3 cells, but 2 columns; quote cells that hold separators"),
        ("question,quote,answerable\nWhen?,x,maybe\n", ":2: answerable should be true or false, found 'maybe'"),
        ("question,quote,answerable\nWhen?,x,no\n", ":2: a question that is not answerable must have no quote"),
        ("question,quote,split\nWhen?,x,train\n", ":2: split should be dev or test, not 'train'"),
        ("question,quote\n", ": holds no question that can be scored; give a labelled set"),
    ],
)
def test_tables_that_mean_nothing_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "set.csv"
    with pytest.raises(DatasetError, match=f"^{re.escape(str(path) + message)}"):
        read(path, text)


def test_a_table_needs_texts_and_takes_no_distractors(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("question,quote\nWhen?,at ten\n")
    with pytest.raises(DatasetError, match=r"set.csv: a table has no positions; give a set with positions"):
        load_dataset(path)
    with pytest.raises(DatasetError, match="distractors go with SQuAD files"):
        load_dataset(path, [tmp_path / "more.json"], lambda: [TEXTS])
