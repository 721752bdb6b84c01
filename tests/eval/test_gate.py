"""Floors, and a release that keeps the active snapshot where it does not pass."""

from collections.abc import Callable, Mapping

import pytest

from corpus.errors import ConflictError, DatasetError, GateError, InputError
from corpus.sources import make_document
from eval.datasets.questions import Dataset, Gold, Question
from eval.gate import JudgedSnapshot, build_and_judge, parse_floors, shortfalls
from eval.scoring.scores import Score
from index.encoding.encoder import Encoder
from index.snapshots.store import Store

TOWNS = ("Rouen", "Caen", "Bayeux", "Lisieux", "Evreux", "Dieppe", "Fecamp", "Granville")
TEXTS = {town.lower(): f"{town} is known for its harbour{at}." for at, town in enumerate(TOWNS)}
QUESTIONS = tuple(
    Question(town, f"What is {town} known for?", True, (Gold(town.lower(), 0, len(town), town),), "", "", town)
    for town in TOWNS
)
DATASET = Dataset("towns", None, QUESTIONS, "span", "ab")


def judge(
    store: Store, encoder: Encoder, texts: Mapping[str, str], floors: Mapping[str, float], *, no_worse: bool = False
) -> JudgedSnapshot:
    documents = [make_document(name, text) for name, text in texts.items()]
    return build_and_judge(store, documents, encoder, DATASET, floors, no_worse=no_worse)


def test_what_passes_becomes_active_with_its_report(fill: Callable[..., Store], encoder: Encoder) -> None:
    store = fill({"rouen": TEXTS["rouen"]})
    judged = judge(store, encoder, TEXTS, {"hit@3": 0.9}, no_worse=True)
    assert store.current() == judged.active != judged.snapshot
    judged.release(store)
    assert store.current() == judged.snapshot
    newest, oldest = store.list()
    assert newest.evaluation is not None
    assert newest.evaluation["gate"] == {
        "passed": True,
        "reasons": [],
        "floors": {"hit@3": 0.9},
        "no_worse_than": judged.active,
    }
    assert newest.evaluation["measures"]["hit@3"]["value"] == 1.0
    confidences = [record.confidence for record in judged.run.records if record.confidence is not None]
    assert newest.evaluation["confidence"] == pytest.approx(sum(confidences) / len(TOWNS))
    assert sum(tenth["n"] for tenth in newest.evaluation["reliability"]) == len(QUESTIONS)
    assert oldest.evaluation is None


def test_what_was_not_judged_to_the_end_is_not_kept(
    fill: Callable[..., Store], encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = fill(TEXTS)

    def fail(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(store, "annotate", fail)
    with pytest.raises(OSError, match="No space"):
        judge(store, encoder, {"rouen": TEXTS["rouen"]}, {})
    assert store.names() == [store.current()]


def test_below_a_floor_the_active_snapshot_stays(fill: Callable[..., Store], encoder: Encoder) -> None:
    store = fill(TEXTS)
    judged = judge(store, encoder, {"rouen": TEXTS["rouen"]}, {"hit@3": 0.9})
    with pytest.raises(GateError) as refused:
        judged.release(store)
    assert str(refused.value) == (
        f"{judged.snapshot} was built but not activated, {judged.active} stays active: "
        "hit@3 is 0.125, below its floor of 0.9"
    )
    assert store.current() == judged.active
    evaluation = store.list()[0].evaluation
    assert evaluation is not None
    assert evaluation["gate"]["passed"] is False


def test_significantly_worse_than_the_active_one_is_refused(fill: Callable[..., Store], encoder: Encoder) -> None:
    store = fill(TEXTS)
    fewer = {"rouen": TEXTS["rouen"]}
    assert judge(store, encoder, fewer, {}).reasons == ()
    judged = judge(store, encoder, fewer, {}, no_worse=True)
    assert judged.reasons[0].startswith("hit@1 fell from 1.000 to 0.125 (p 0.0")
    with pytest.raises(GateError):
        judged.release(store)
    assert judge(store, encoder, TEXTS, {}, no_worse=True).reasons == ()


def test_the_first_release_has_nothing_to_be_worse_than(fill: Callable[..., Store], encoder: Encoder) -> None:
    store = fill(TEXTS, activate=False)
    judged = judge(store, encoder, TEXTS, {"hit@1": 1.1}, no_worse=True)
    assert (judged.active, judged.comparison) == (None, None)
    with pytest.raises(GateError, match="nothing is active"):
        judged.release(store)
    assert store.current() is None


def test_a_release_may_leave_activation_to_others(fill: Callable[..., Store], encoder: Encoder) -> None:
    store = fill(TEXTS)
    judged = judge(store, encoder, TEXTS, {})
    judged.release(store, activate=False)
    assert store.current() == judged.active


def test_a_release_that_was_overtaken_is_not_activated(fill: Callable[..., Store], encoder: Encoder) -> None:
    store = fill(TEXTS)
    judged = judge(store, encoder, TEXTS, {})
    other = judge(store, encoder, TEXTS, {})
    other.release(store)
    with pytest.raises(ConflictError, match="another snapshot became active while"):
        judged.release(store)
    assert store.current() == other.snapshot


def test_a_release_needs_questions_about_the_corpus(fill: Callable[..., Store], encoder: Encoder) -> None:
    own = Dataset("own", (make_document("a", "A."),), QUESTIONS, "span", "ab")
    with pytest.raises(DatasetError, match="own: brings its own documents"):
        build_and_judge(fill(TEXTS), [], encoder, own, {})


def test_floors_are_measures_and_numbers() -> None:
    assert parse_floors(["hit@3=0.9", "mrr@10=.5", "latency_p95=50"]) == {
        "hit@3": 0.9,
        "MRR@10": 0.5,
        "latency_p95": 50,
    }


@pytest.mark.parametrize(
    ("floor", "message"),
    [
        ("hit@2=1", "^no measure is called 'hit@2'; give one of hit@1, "),
        ("hit@3", "^floor 'hit@3': 'hit@3' is no number; write it as hit@3=0.9$"),
        ("hit@3=high", "^floor 'hit@3=high': 'high' is no number; write it as hit@3=0.9$"),
        ("hit@3=nan", "^floor 'hit@3=nan': give a finite number, as in hit@3=0.9$"),
    ],
)
def test_a_floor_that_means_nothing_is_refused(floor: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_floors([floor])


def test_shortfalls_name_measure_value_and_bound() -> None:
    scores = [
        Score("hit@3", 9, 0.85, 0.8, 0.9),
        Score("brier", 9, 0.25, 0.2, 0.3),
        Score("AUROC", 0, None, None, None),
        Score("hit@1", 9, 0.5, 0.4, 0.6),
    ]
    assert shortfalls(scores, {"hit@3": 0.9, "brier": 0.2, "AUROC": 0.9, "hit@1": 0.5}) == [
        "hit@3 is 0.85, below its floor of 0.9",
        "brier is 0.25, above its ceiling of 0.2",
        "AUROC could not be measured, and its floor is 0.9",
    ]
