"""What a run records, on an engine that returns what it is told to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from corpus.documents import Document, DocumentInfo, Passage
from corpus.sources import make_document
from eval.datasets.questions import Dataset, Gold, Question
from eval.runs.evaluate import evaluate
from eval.runs.records import BM25, DENSE, HYBRID, Record
from index.retrieval.fusion import DENSE_ONLY, LEXICAL_ONLY, Ranking
from index.search import Hit
from service.answering.answer import Abstention, Answer, Evidence, Reply, ShortAnswer
from service.answering.engine import Engine, SearchReply

TEXT = "Rouen is old. Caen is new. Bayeux has a tapestry."
OTHER = "The tapestry is long."
PASSAGES = {"towns": [(0, 13), (14, 26), (27, 49)], "cloth": [(0, 21)]}
ROUEN, CAEN, BAYEUX, CLOTH = [("towns", 0), ("towns", 1), ("towns", 2), ("cloth", 0)]


class ScriptedEngine(Engine):
    """Ranks by script: `rankings` for the service, dense and BM25; quotes `answer` from the first hit."""

    def __init__(self, rankings: Mapping[str, list[tuple[str, int]]], answer: tuple[int, int], *, refuse: bool) -> None:
        self.texts = {"towns": make_document("towns", TEXT), "cloth": make_document("cloth", OTHER)}
        self.rankings = rankings
        self.answer = answer
        self.refuse = refuse
        self.asked: list[tuple[str, int]] = []
        self.among = set[Collection[str] | None]()

    @property
    def snapshot(self) -> str:
        return "s1"

    def ask(
        self,
        question: str,
        top_k: int = 5,
        documents: Collection[str] | None = None,
        filter: Mapping[str, str] | None = None,  # noqa: A002
        *,
        read: bool = True,
        history: Sequence[str] = (),
    ) -> Reply:
        self.asked.append((question, top_k))
        self.among.add(documents)
        hits = self._hits(HYBRID, top_k)
        answer = None
        if hits:
            first, (start, end) = hits[0].passage, self.answer
            quote = self.texts[first.document].text[start:end]
            short = ShortAnswer(quote[:4], first.document, start, start + 4) if read else None
            answer = Answer(quote, "extractive", (Evidence(first.document, start, end, quote, 1),), short)
        abstained = Abstention("low_confidence", "no") if self.refuse else None
        given = None if abstained else answer
        return Reply(0.75, "likely", given, abstained, answer, {"margin": 0.5}, question, hits, "s1", 4.0)

    def search(
        self,
        query: str,
        top_k: int = 5,
        documents: Collection[str] | None = None,
        ranking: Ranking | None = None,
        filter: Mapping[str, str] | None = None,  # noqa: A002
    ) -> SearchReply:
        name = {DENSE_ONLY: DENSE, LEXICAL_ONLY: BM25}[ranking] if ranking else HYBRID
        self.among.update([documents] if ranking else [])
        return SearchReply(query, self._hits(name, top_k), "s1", 2.0)

    def documents(self) -> tuple[DocumentInfo, ...]:
        return tuple(document.info for document in self.texts.values())

    def document(self, document: str) -> Document:
        return self.texts[document]

    def passages(self, document: str) -> tuple[Passage, ...]:
        return tuple(self._passage((document, number)) for number in range(len(PASSAGES[document])))

    def _passage(self, key: tuple[str, int]) -> Passage:
        document, (start, end) = self.texts[key[0]], PASSAGES[key[0]][key[1]]
        return Passage(key[0], document.info.title, (), start, end, document.text[start:end], ((start, end),))

    def _hits(self, name: str, top_k: int) -> tuple[Hit, ...]:
        passages = [self._passage(key) for key in self.rankings[name][:top_k]]
        scores = np.ones(1, np.float32)
        return tuple(Hit(rank, p, 1 / rank, {"dense": 1 / rank}, scores, None) for rank, p in enumerate(passages, 1))


def engine(
    hybrid: list[tuple[str, int]] = [ROUEN, CAEN, CLOTH],  # noqa: B006
    answer: tuple[int, int] = (0, 13),
    *,
    refuse: bool = False,
) -> ScriptedEngine:
    return ScriptedEngine({HYBRID: hybrid, DENSE: [CAEN, ROUEN], BM25: [CLOTH]}, answer, refuse=refuse)


def question(*gold: Gold, name: str = "q1") -> Question:
    return Question(name, "Which town?", bool(gold), gold, "which", "", "towns")


def dataset(*questions: Question, unit: str = "span", by_text: bool = False) -> Dataset:
    return Dataset("set", None, questions, "document" if unit == "document" else "span", "ab", by_text, ("a note",))


def only(engine: ScriptedEngine, data: Dataset) -> Record:
    (record,) = evaluate(engine, data).records
    return record


OLD = Gold("towns", 9, 12, "old")


def test_a_record_holds_rankings_answer_and_confidence() -> None:
    record = only(engine(), dataset(question(OLD)))
    hybrid, dense, bm25 = (record.rankings[name] for name in (HYBRID, DENSE, BM25))
    assert hybrid.ids == ("towns:0-13", "towns:14-26", "cloth:0-21")
    assert (hybrid.grades, dense.grades, bm25.grades) == ((1, 0, 0), (0, 1), (0,))
    assert (hybrid.recall, bm25.recall) == (1.0, 0.0)
    assert hybrid.precision == 3 / (13 + 12 + 21)
    assert (hybrid.took_ms, dense.took_ms) == (4.0, 2.0)
    assert record.judged == (1,)
    assert record.evidence == (Evidence("towns", 0, 13, "Rouen is old.", 1),)
    assert (record.right, record.confidence, record.abstained) == (True, 0.75, None)
    assert (record.signals, record.features) == ({"dense": 1.0}, {"margin": 0.5})
    assert (record.gold, record.absent, record.context) == ((OLD,), False, TEXT)


def test_a_run_names_what_it_was_made_of() -> None:
    phases: list[tuple[str, int, int]] = []
    data = dataset(question(OLD), question(name="q2"))
    run = evaluate(
        engine(),
        data,
        settings={"split": "dev"},
        progress=lambda phase, done, total: phases.append((phase, done, total)),
    )
    assert (run.dataset, run.sha256, run.unit, run.snapshot) == ("set", "ab", "span", "s1")
    assert (run.settings, run.notes) == ({"split": "dev", "within": None}, ("a note",))
    assert phases == [("ask", 1, 2), ("ask", 2, 2)]


def test_a_withheld_answer_is_judged_too() -> None:
    record = only(engine(refuse=True), dataset(question(OLD)))
    assert (record.right, record.abstained) == (True, "low_confidence")


def test_another_sentence_is_not_right() -> None:
    assert only(engine([CAEN], (14, 26)), dataset(question(OLD))).right is False


def test_the_answers_words_elsewhere_are_right_only_by_text() -> None:
    gold = Gold("towns", 6, 8, "is")
    assert only(engine([CAEN], (14, 26)), dataset(question(gold))).right is False
    assert only(engine([CAEN], (14, 26)), dataset(question(gold), by_text=True)).right is True


def test_an_unanswerable_question_needs_no_baselines_and_is_never_right() -> None:
    record = only(engine(), dataset(question()))
    assert (record.answerable, record.absent, record.right, record.judged) == (False, False, False, ())
    assert list(record.rankings) == [HYBRID]


def test_nothing_found_is_a_miss() -> None:
    record = only(engine([]), dataset(question(OLD)))
    assert (record.rankings[HYBRID].ids, record.evidence, record.right) == ((), (), False)
    assert (record.rankings[HYBRID].recall, record.rankings[HYBRID].precision) == (0.0, 0.0)


@pytest.mark.parametrize("gold", [Gold("gone", 9, 12, "old"), Gold("towns", 9, 15, "ancient")])
def test_a_question_about_text_that_is_not_there_is_reported(gold: Gold) -> None:
    run = evaluate(engine(), dataset(question(gold)))
    (record,) = run.records
    assert (record.absent, record.gold, record.judged, record.right) == (True, (gold,), (), False)
    assert record.rankings[HYBRID].grades == (0, 0, 0)
    assert run.notes == ("a note", "questions about text that is not in the snapshot, counted as missed: 1 (q1)")


def test_a_label_moves_with_its_quote() -> None:
    run = evaluate(engine(), dataset(question(Gold("towns", 2, 5, "old"))))
    assert run.records[0].gold == (OLD,)
    assert run.notes == ("a note", "labels found elsewhere in their document than labelled: 1")


def test_each_passage_that_holds_an_alternative_is_judged() -> None:
    gold = (Gold("towns", 6, 8, "is", 2), Gold("cloth", 13, 15, "is", 1), Gold("towns", 9, 18, TEXT[9:18]))
    record = only(engine(), dataset(question(*gold)))
    assert record.judged == (2, 1)  # no passage holds the third
    assert record.rankings[HYBRID].grades == (2, 0, 1)


def test_whole_documents_are_ranked_by_their_first_passage() -> None:
    fake = engine([ROUEN, BAYEUX, CLOTH, CAEN])
    record = only(fake, dataset(question(Gold("cloth", 0, 0, "", 3), Gold("gone", 0, 0, "", 1)), unit="document"))
    assert record.rankings[HYBRID].ids == ("towns", "cloth")
    assert record.rankings[HYBRID].grades == (0, 3)
    assert record.judged == (3, 1)
    assert (record.rankings[HYBRID].recall, record.right, record.absent) == (None, None, False)
    assert fake.asked == [("Which town?", 50)]


def test_a_question_of_one_article_is_asked_of_that_alone() -> None:
    fake = engine()
    run = evaluate(fake, dataset(replace(question(OLD), among=("towns",))))
    assert fake.among == {("towns",)}
    assert run.settings["within"] == "article"


def test_what_a_reader_sees_in_a_given_room_is_recorded() -> None:
    hybrid = only(engine(), dataset(question(OLD))).rankings[HYBRID]
    assert (hybrid.recall_2000, hybrid.recall_4000) == (1.0, 1.0)
    long = Gold("cloth", 0, 21, OTHER)
    assert only(engine([CAEN]), dataset(question(long))).rankings[HYBRID].recall_4000 == 0.0


def test_grades_stop_at_ten_though_more_is_looked_at() -> None:
    fake = engine([CAEN] * 10 + [ROUEN])
    hybrid = only(fake, dataset(question(OLD))).rankings[HYBRID]
    assert (len(hybrid.ids), hybrid.grades, hybrid.recall_2000) == (10, (0,) * 10, 1.0)


def test_questions_may_be_left_without_baselines() -> None:
    (record,) = evaluate(engine(), dataset(question(OLD)), baselines={}).records
    assert list(record.rankings) == [HYBRID]


def test_side_by_side_the_records_are_the_same_and_only_a_sample_is_timed() -> None:
    data = dataset(*(question(*([OLD] if number % 3 else []), name=f"q{number}") for number in range(8)))
    alone, fake = evaluate(engine(), data), engine()
    together = evaluate(fake, data, workers=3, timed=2)
    assert [asked.rankings[HYBRID].took_ms for asked in together.records] == [4.0, *[None] * 3, 4.0, *[None] * 3]
    assert len(fake.asked) == 8 + 2

    def timeless(record: Record) -> Record:
        return replace(
            record, rankings={name: replace(ranked, took_ms=None) for name, ranked in record.rankings.items()}
        )

    assert [*map(timeless, alone.records)] == [*map(timeless, together.records)]
    assert alone.notes == together.notes
