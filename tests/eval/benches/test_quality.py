"""Every figure in one report: which sets are asked, what stands beside what, and what is missing."""

import json
from pathlib import Path

import pytest

from corpus.errors import InputError
from eval.benches.quality import SQUAD, measure_quality
from eval.benches.quality_report import QualityReport, write_quality
from eval.runs.records import BM25, DENSE, HYBRID
from tests.eval.conftest import give
from tests.fakes import FakeEncoder

pytestmark = pytest.mark.slow

TOWNS = ("Rouen", "Caen", "Bayeux", "Lisieux")


def squad(path: Path, towns: tuple[str, ...] = TOWNS) -> None:
    data = [
        {
            "title": f"{town}.org",
            "paragraphs": [
                {
                    "context": f"{town} harbour is on the north bank.",
                    "qas": [qa(f"{town}?", f"Where is the {town} harbour?", town)],
                },
                {"context": f"{town} keeps a tapestry.", "qas": []},
            ],
        }
        for town in towns
    ]
    path.write_text(json.dumps({"data": data}))


def qa(name: str, text: str, answer: str) -> dict[str, object]:
    return {"id": name, "question": text, "answers": [{"text": answer, "answer_start": 0}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two of the SQuAD sets and one BEIR folder."""
    tmp_path = tmp_path_factory.mktemp("sets")
    for name in ("squad2_half", "policyqa", "covidqa"):
        squad(tmp_path / f"{name}.json")
    (tmp_path / "covidqa.json").unlink()
    squad(tmp_path / "squad2_distractors.json", ("Evreux",))
    wings = tmp_path / "wings"
    (wings / "qrels").mkdir(parents=True)
    texts = {"1": "Wings lift.", "2": "Shear flow in a boundary layer."}
    (wings / "corpus.jsonl").write_text("\n".join(json.dumps({"_id": key, "text": texts[key]}) for key in texts))
    queries = [{"_id": "a", "text": "what lift"}, {"_id": "b", "text": "what shear flow"}]
    (wings / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (wings / "qrels" / "test.tsv").write_text("a\t1\t1\nb\t2\t1\n")
    return tmp_path


@pytest.fixture(scope="module")
def report(folder: Path) -> QualityReport:
    """Made once: it takes ten seconds."""
    with pytest.MonkeyPatch.context() as patch:
        give(FakeEncoder(), patch)
        return measure_quality(folder, folder, folder / "var", limit=20, workers=2)


def test_every_set_there_is_is_asked(report: QualityReport) -> None:
    runs = {run.dataset: (len(run.records), run.settings["within"]) for run in report.runs}
    assert runs == {
        "squad2_half+squad2_distractors": (4, None),
        "policyqa": (4, "article"),
        "wings": (2, None),
        "centre": (20, None),
        "genres": (20, None),
    }
    assert {record.group for record in report.runs[0].records} == {f"{town}.org" for town in TOWNS}


def test_what_is_missing_or_narrowed_is_said(report: QualityReport, folder: Path) -> None:
    assert report.notes == (
        f"qed_nq: left out, there is no {folder / 'qed_nq.json'}",
        f"covidqa: left out, there is no {folder / 'covidqa.json'}",
        "policyqa: every question is asked of its own article only",
        f"fairytaleqa: left out, there is no {folder / 'fairytaleqa.json'}",
    )


def test_each_figure_stands_beside_both_baselines(report: QualityReport) -> None:
    figures = {(figure.dataset, figure.measure): figure for figure in report.figures}
    assert {name for name, _ in figures} == {"squad2_half", "policyqa", "wings", "centre", "genres"}
    hit = figures["squad2_half", "hit@1"]
    assert set(hit.scores) == set(hit.gains) | {HYBRID} == {HYBRID, BM25, DENSE}
    assert (hit.scores[HYBRID].n, hit.scores[HYBRID].value) == (4, 1.0)
    assert set(figures["squad2_half", "answer_accuracy"].scores) == {HYBRID}
    assert figures["wings", "nDCG@10"].scores[BM25].value == 1.0
    values, gains = report.grids()
    assert values.rows[0][:3] == ("squad2_half", "document_hit@1", "1.000 [1.000, 1.000]")
    assert {row[1] for row in gains.rows} == {"over bm25", "over dense"}
    assert "latency_p50" not in {row[2] for row in gains.rows}


def test_a_report_is_written_as_text_numbers_and_a_picture(report: QualityReport, tmp_path: Path) -> None:
    text, numbers, picture = write_quality(report, tmp_path / "out")
    assert text.read_text().startswith("# Quality\n\n- created: 2")
    assert "- run of policyqa: 2" in text.read_text()
    written = json.loads(numbers.read_text())
    first = written["figures"][0]
    assert (first["set"], first["measure"], first["n"], first["hybrid"]["value"]) == (
        "squad2_half",
        "document_hit@1",
        4,
        1.0,
    )
    assert set(first["gains"]["bm25"]) == {"difference", "low", "high", "p", "verdict"}
    assert written["runs"]["genres"] == report.runs[-1].id
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_folders_without_any_set_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds none of squad2_half.json, .* no BEIR folder; give the folders that"):
        measure_quality(tmp_path, tmp_path, tmp_path / "var")


def test_the_targets_sets_are_all_there() -> None:
    assert [squad_set.name for squad_set in SQUAD if squad_set.within_group] == ["policyqa", "fairytaleqa"]
    assert SQUAD[0].distractors == ("squad2_distractors",)
