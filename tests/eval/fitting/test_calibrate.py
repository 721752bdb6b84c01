"""Fitting confidence: what it learns from, what threshold it allows, and the file that the engine reads."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from corpus.errors import DatasetError
from corpus.sources import make_document
from eval.fitting.calibrate import SURE_WRONG_ELSEWHERE, Fit, check_better, fit_confidence
from eval.fitting.regression import threshold_for
from eval.runs.records import Record, Run
from index.build import build
from index.encoding.encoder import Encoder
from index.snapshots.store import Store
from service.answering.confidence import SHIPPED, Confidence
from service.answering.engine import Engine
from service.answering.features import FITTED_FEATURES, UNREAD_FEATURES


def record(number: int, *, right: bool | None, sure: float = 0.5, group: str = "") -> Record:
    features = dict.fromkeys(FITTED_FEATURES, 0.0) | {"late": sure, "passage": (number % 7) / 7, "unheard_of": 9.0}
    name, group = f"q{number}", group or f"g{number}"
    return Record(name, "Who?", "", group, True, False, (), "", (1,), {}, (), right, 0.25, None, features, {})


def run(*records: Record) -> Run:
    return Run("r", "2026-01-01", "set", "ab", "span", "s", {}, (), records)


LEARNABLE = run(
    *(record(number, right=number % 5 > 1, sure=0.8 if number % 5 > 1 else 0.3 + number / 200) for number in range(60))
)


@pytest.mark.parametrize(
    ("chances", "labels", "risk", "expected"),
    [
        ((0.9, 0.8, 0.7, 0.6), (1, 1, 0, 1), 0.0, 0.8),
        ((0.9, 0.8, 0.7, 0.6), (1, 1, 0, 1), 0.25, 0.6),  # 1 of 4 wrong, though 1 of 3 is too many on the way
        ((0.9, 0.8, 0.7, 0.6), (1, 1, 0, 0), 0.3, 0.8),
        ((0.6, 0.9, 0.7, 0.8), (1, 1, 0, 1), 0.0, 0.8),  # in any order
        ((0.9, 0.8, 0.8, 0.6), (1, 1, 0, 0), 0.0, 0.9),  # equal chances are let through together or not at all
        ((0.9, 0.8, 0.8, 0.6), (1, 0, 1, 0), 0.34, 0.8),
        ((0.9, 0.8), (0, 1), 0.1, 1.0),  # nothing may be answered
        ((0.9, 0.8), (1, 1), 0.0, 0.8),
        ((0.5, 0.5), (1, 0), 0.5, 0.5),
        ((0.9, 0.2), (0, 0), 1.0, 0.2),
    ],
)
def test_the_threshold_is_the_lowest_that_keeps_the_risk(
    chances: tuple[float, ...], labels: tuple[int, ...], risk: float, expected: float
) -> None:
    assert threshold_for(np.array(chances), np.array(labels, float), risk) == expected


def test_what_tells_right_from_wrong_gets_the_weight() -> None:
    fit = fit_confidence([LEARNABLE], 0.15)
    weights = fit.confidence.weights
    assert set(weights) == set(FITTED_FEATURES)
    assert weights["late"] > 1 > abs(weights["passage"])
    assert fit.labels.tolist() == [float(number % 5 > 1) for number in range(60)]
    assert fit.auroc(fit.chances) == 1.0
    assert (fit.auroc(fit.before), set(fit.before)) == (0.5, {0.25})
    given = fit.chances >= fit.confidence.threshold
    assert 1 - fit.labels[given].mean() <= 0.15
    assert fit.fitted_on == {"sets": [{"dataset": "set", "sha256": "ab", "questions": 60}], "risk": 0.15}


def test_the_fit_is_that_of_the_model_on_raw_features() -> None:
    fit = fit_confidence([LEARNABLE], 0.15)
    sure, unsure = (fit.confidence.chance(record.features) for record in (LEARNABLE.records[2], LEARNABLE.records[0]))
    assert sure > 0.85
    assert unsure < 0.35


def test_no_question_is_judged_by_a_fit_that_saw_its_group() -> None:
    records = [replace(record, group=f"g{number % 12}") for number, record in enumerate(LEARNABLE.records)]
    turned = [replace(r, right=not r.right) if r.group == "g0" else r for r in records]
    before, after = (fit_confidence([run(*asked)], 0.15).chances for asked in (records, turned))
    own = np.array([record.group == "g0" for record in records])
    assert (before[own] == after[own]).all()
    assert (before[~own] != after[~own]).any()


def test_questions_without_an_answer_to_judge_are_no_label() -> None:
    more = [record(100, right=None), replace(record(101, right=False), features={}, confidence=0.0)]
    fit = fit_confidence([run(*LEARNABLE.records, *more)], 0.15)
    assert fit.fitted_on["sets"] == [{"dataset": "set", "sha256": "ab", "questions": 60}]


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([record(number, right=True) for number in range(40)], "40 right and 0 wrong answers on 40"),
        ([record(number, right=number < 9) for number in range(40)], "9 right and 31 wrong answers on 40"),
        (
            [record(number, right=number % 2 > 0, group="one") for number in range(40)],
            "20 right and 20 wrong answers on 1",
        ),
        (
            [record(number, right=number % 2 > 0, group="right" if number % 2 else "wrong") for number in range(40)],
            "20 right and 20 wrong answers on 2",
        ),
        ([], "0 right and 0 wrong answers on 0"),
    ],
)
def test_too_few_labels_are_refused(records: list[Record], found: str) -> None:
    message = rf"^set: {found} facts or articles are too few to fit; label more questions, 10 of each kind at least$"
    with pytest.raises(DatasetError, match=message):
        fit_confidence([run(*records)], 0.15)


def test_the_file_is_the_same_each_time_and_read_as_it_was_written(tmp_path: Path) -> None:
    paths = tmp_path / "new" / "one.json", tmp_path / "two.json"
    for path in paths:
        fit = fit_confidence([LEARNABLE], 0.15)
        fit.save(path, fit_confidence([LEARNABLE], 0.15, UNREAD_FEATURES))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    read = Confidence.load(paths[0])
    assert read.weights == pytest.approx(fit.confidence.weights, abs=5e-5)
    assert (read.intercept, read.threshold) == pytest.approx(
        (fit.confidence.intercept, fit.confidence.threshold), abs=5e-5
    )
    assert read.unread is not None
    assert set(read.unread.weights) == set(UNREAD_FEATURES)
    assert json.loads(paths[0].read_text())["fitted"] == fit.fitted_on


def test_several_sets_are_fitted_together_and_their_groups_kept_apart() -> None:
    other = replace(LEARNABLE, dataset="other")
    fit = fit_confidence([LEARNABLE, other], 0.15)
    assert len(fit.labels) == 120
    assert [each["dataset"] for each in cast(list[dict[str, str]], fit.fitted_on["sets"])] == ["set", "other"]


def test_chances_of_a_set_come_from_fits_that_saw_nothing_of_it() -> None:
    turned = run(*(replace(each, right=not each.right) for each in LEARNABLE.records))
    fit = fit_confidence([LEARNABLE, replace(turned, dataset="other")], 0.15)
    assert fit.auroc(fit.chances) < 0.1  # what one set teaches is wrong in the other


def test_no_more_right_answers_are_withheld_than_told() -> None:
    records = [record(number, right=number % 2 > 0, sure=number / 60) for number in range(60)]
    strict = fit_confidence([run(*records)], 0.0)
    assert strict.withheld > 0.9
    assert fit_confidence([run(*records)], 0.0, most_withheld=0.2).withheld <= 0.2


def test_what_is_sure_is_at_most_so_often_wrong() -> None:
    fit = fit_confidence([LEARNABLE], 0.15)
    assert fit.confidence.sure >= fit.confidence.likely
    sure = fit.labels[fit.chances >= fit.confidence.sure]
    assert 1 - sure.mean() <= 0.07
    likely = fit.labels[(fit.chances >= fit.confidence.likely) & (fit.chances < fit.confidence.sure)]
    assert not len(likely) or 1 - likely.mean() <= 0.25


def test_a_fit_for_texts_of_other_kinds_calls_fewer_answers_sure() -> None:
    def noisy(name: str) -> Run:
        """Of the 100 surest answers, 3 or 4 are wrong."""
        records = [record(number, right=number >= 100 and number % 29 > 0, sure=number / 200) for number in range(200)]
        return replace(run(*records), dataset=name)

    one, several = fit_confidence([noisy("one")], 0.15), fit_confidence([noisy("one"), noisy("two")], 0.15)
    assert several.confidence.sure > one.confidence.sure
    sure = several.labels[several.chances >= several.confidence.sure]
    assert 1 - sure.mean() <= SURE_WRONG_ELSEWHERE


def test_a_fit_that_is_no_better_is_refused() -> None:
    fit = fit_confidence([LEARNABLE], 0.15)
    check_better(fit)
    with pytest.raises(DatasetError, match=r"no better .* label 60 questions more"):
        check_better(replace(fit, before=fit.labels))


def test_the_shipped_file_is_of_this_kind() -> None:
    assert set(json.loads(SHIPPED.read_text())["weights"]) == set(FITTED_FEATURES)


def test_a_snapshot_built_afterwards_records_it_and_the_engine_goes_by_it(
    fill: Callable[..., Store], encoder: Encoder
) -> None:
    store = fill({"rouen": "Rouen is an old town on the river."})
    question = "Which town is on the river?"
    fit = fit_confidence([LEARNABLE], 0.15)
    certain = Fit(Confidence({}, 25.0, 0.0), fit.chances, fit.labels, fit.before, fit.fitted_on)
    certain.save(store.root / "confidence.json")
    before = Engine(store.open(), encoder).ask(question)
    assert before.confidence < 0.999
    build(store, [make_document("rouen", "Rouen is an old town on the river.")], encoder)
    opened = store.open()
    assert "confidence.json" in opened.manifest.files
    after = Engine(opened, encoder).ask(question)
    assert after.confidence > 0.999
    assert after.answer is not None
