"""The shipped question set: true to the text, whole, and fairly split."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import TypedDict

import pytest
import Stemmer

ROOT = Path(__file__).resolve().parents[3]
ANSWERABLE_KINDS = {
    *("who", "when", "where", "which", "what", "what-for", "how", "how-many", "yes-no"),
    *("list", "statement", "keyword", "lowercase", "misspelt", "paraphrase"),
}
UNANSWERABLE_KINDS = {"near-miss", "false-premise", "false-detail", "unrelated"}
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a an the and or of for to in on at by with from into against when where what which who whom whose why how
        is are was were be been being do does did has have had will would can could may it its they them their he she
        this that these those there as if not no s""",
    )
)


class Evidence(TypedDict):
    """One place where the answer stands."""

    document: str
    start: int
    end: int
    quote: str


class Row(TypedDict):
    """One line of the file."""

    id: str
    question: str
    kind: str
    fact: str
    split: str
    answerable: bool
    evidence: list[Evidence]


TEXT = (ROOT / "corpus/texts/unicri-centre.txt").read_bytes().decode()
ROWS: list[Row] = [json.loads(line) for line in (ROOT / "eval/data/centre.jsonl").read_bytes().decode().splitlines()]
ANSWERABLE = [row for row in ROWS if row["answerable"]]
UNANSWERABLE = [row for row in ROWS if not row["answerable"]]
# The text has no abbreviation before a capital, so this finds its sentences exactly; headings are not sentences.
SENTENCES = [
    (line.start() + sentence.start(), line.start() + sentence.end())
    for line in re.finditer(r"^[^=\n].*$", TEXT, re.MULTILINE)
    for sentence in re.finditer(r"\S.*?(?:\.(?= [A-Z])|$)", line.group())
]


def sentence_of(evidence: Evidence) -> tuple[int, int]:
    """The sentence that holds the span whole; (-1, -1) where none does."""
    return next(((a, b) for a, b in SENTENCES if a <= evidence["start"] and evidence["end"] <= b), (-1, -1))


def content_stems(text: str) -> set[str]:
    words = set(re.findall(r"\w+", text.lower())) - FUNCTION_WORDS
    return set(Stemmer.Stemmer("english").stemWords(sorted(words)))


def test_text_is_canonical_so_offsets_hold() -> None:
    assert unicodedata.is_normalized("NFC", TEXT)
    assert not set("\r\ufeff\u2028\u2029") & set(TEXT)


def test_sentences_of_the_text() -> None:
    texts = [TEXT[a:b] for a, b in SENTENCES]
    assert len(texts) == 30
    assert all(text == text.strip() for text in texts)
    assert [text for text in texts if not text.endswith(".")] == [
        "United Nations Interregional Crime and Justice Research Institute Centre for AI and Robotics",
        "- Location: The Hague, The Netherlands",
        "- Key People: Irakli Beridze (Head of Centre)",
        "- Established: 2017",
    ]


def test_fields() -> None:
    for row in ROWS:
        assert row.keys() == Row.__annotations__.keys(), row["id"]
        assert row["question"] == row["question"].strip() != "", row["id"]
        assert row["split"] in {"dev", "test"}, row["id"]
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["fact"]), row["id"]
        for evidence in row["evidence"]:
            assert evidence.keys() == Evidence.__annotations__.keys(), row["id"]


def test_evidence_stands_where_it_says() -> None:
    for row in ROWS:
        for evidence in row["evidence"]:
            assert evidence["document"] == "unicri-centre"
            assert evidence["quote"] == evidence["quote"].strip() != "", row["id"]
            assert TEXT[evidence["start"] : evidence["end"]] == evidence["quote"], row["id"]


def test_evidence_lies_inside_one_sentence() -> None:
    assert [row["id"] for row in ROWS if any(sentence_of(e) == (-1, -1) for e in row["evidence"])] == []


def test_every_sentence_is_asked_about() -> None:
    asked = {sentence_of(evidence) for row in ROWS for evidence in row["evidence"]}
    assert [TEXT[a:b] for a, b in SENTENCES if (a, b) not in asked] == []


def test_only_answerable_questions_have_evidence() -> None:
    assert [row["id"] for row in ROWS if row["answerable"] != bool(row["evidence"])] == []


def test_evidence_of_one_question_is_listed_once() -> None:
    for row in ROWS:
        spans = [(e["start"], e["end"]) for e in row["evidence"]]
        assert len(spans) == len(set(spans)), row["id"]


def test_counts() -> None:
    assert len(ROWS) >= 130
    assert len(ANSWERABLE) >= 85
    assert len(UNANSWERABLE) >= 45


def test_kinds() -> None:
    assert {row["kind"] for row in ANSWERABLE} == ANSWERABLE_KINDS
    assert {row["kind"] for row in UNANSWERABLE} == UNANSWERABLE_KINDS


def test_most_unanswerable_questions_are_near_misses() -> None:
    unrelated = sum(row["kind"] == "unrelated" for row in UNANSWERABLE)
    assert 0.2 <= unrelated / len(UNANSWERABLE) <= 0.3


def test_ids_and_questions_are_unique() -> None:
    assert [row["id"] for row in ROWS] == [f"c{n:03}" for n in range(1, len(ROWS) + 1)]
    asked = Counter(row["question"].casefold().rstrip("?.") for row in ROWS)
    assert [question for question, n in asked.items() if n > 1] == []


@pytest.mark.parametrize("field", ["split", "answerable"])
def test_a_fact_has_one(field: str) -> None:
    values: dict[str, set[object]] = defaultdict(set)
    for row in ROWS:
        values[row["fact"]].add(row[field])  # type: ignore[literal-required]
    assert [fact for fact, seen in values.items() if len(seen) > 1] == []


def test_no_evidence_is_in_both_halves() -> None:
    halves: dict[tuple[int, int], set[str]] = defaultdict(set)
    for row in ROWS:
        for evidence in row["evidence"]:
            halves[evidence["start"], evidence["end"]].add(row["split"])
    assert [TEXT[slice(*span)] for span, seen in halves.items() if len(seen) > 1] == []


def test_halves_are_balanced() -> None:
    halves = Counter((row["split"], key) for row in ROWS for key in (row["kind"], str(row["answerable"])))
    assert {key: d for _, key in halves if abs(d := halves["dev", key] - halves["test", key]) > 2} == {}


def test_paraphrases_share_no_content_word_with_their_evidence() -> None:
    shared = {
        row["id"]: words
        for row in ROWS
        if row["kind"] == "paraphrase"
        for evidence in row["evidence"]
        if (words := content_stems(row["question"]) & content_stems(TEXT[slice(*sentence_of(evidence))]))
    }
    assert shared == {}


def test_lowercase_and_statement_questions_look_it() -> None:
    lower = [row["question"] for row in ROWS if row["kind"] == "lowercase"]
    assert [q for q in lower if q != q.lower() or not re.fullmatch(r"[a-z ]+", q)] == []
    assert [row["question"] for row in ROWS if row["kind"] == "statement" and row["question"].endswith("?")] == []


@pytest.mark.parametrize(
    ("question", "answerable"),
    [
        ("Who is the head of the Centre?", True),
        ("What is the Centre's annual budget?", False),
        ("How do I bake bread?", False),
    ],
)
def test_the_questions_everyone_asks_first(question: str, answerable: bool) -> None:
    assert [row["answerable"] for row in ROWS if row["question"] == question] == [answerable]
