"""Where evaluated engines come from: caches, snapshots, rankings and saved runs."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from corpus.errors import InputError, NotFoundError
from corpus.passages import Chunking
from corpus.sources import make_document
from eval.datasets.questions import Dataset, Gold, Question
from eval.runs import prepare as engines
from eval.runs.evaluate import evaluate
from eval.runs.records import BM25, save
from index.encoding.encoder import Encoder
from index.retrieval.fusion import Ranking
from index.snapshots.store import Store

TEXTS = {"rouen": "Rouen is an old town on the river.", "caen": "Caen was rebuilt after the war."}
QUESTION = Question("q1", "Which town is on the river?", True, (Gold("rouen", 0, 5, "Rouen"),), "", "", "q1")
ABOUT_SNAPSHOT = Dataset("set", None, (QUESTION,), "span", "ab")
OWN = Dataset("own", tuple(make_document(name, text) for name, text in TEXTS.items()), (QUESTION,), "span", "cd")


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch, encoder: Encoder) -> None:
    """Both places that open encoders get the test's own."""
    for module in ("eval.runs.prepare", "service.answering.engine"):
        monkeypatch.setattr(f"{module}.open_encoder", lambda folder, variant, threads=None, progress=None: encoder)


def test_a_dataset_is_indexed_once(tmp_path: Path, encoder: Encoder) -> None:
    phases: list[str] = []
    first = engines.index_dataset(OWN, tmp_path, encoder, progress=lambda phase, done, total: phases.append(phase))
    assert set(phases) == {"read", "encode", "index", "publish"}
    again = engines.index_dataset(OWN, tmp_path, encoder, progress=lambda phase, done, total: phases.append("again"))
    assert again.id == first.id
    assert "again" not in phases


def test_other_documents_or_chunking_are_other_stores(tmp_path: Path, encoder: Encoder) -> None:
    fewer = Dataset("own", OWN.documents and OWN.documents[:1], (QUESTION,), "span", "cd")
    first = engines.index_dataset(OWN, tmp_path, encoder)
    assert engines.index_dataset(fewer, tmp_path, encoder).id != first.id
    assert engines.index_dataset(OWN, tmp_path, encoder, Chunking(max_tokens=20)).id != first.id
    assert len(list((tmp_path / "eval" / "stores").iterdir())) == 3


def test_a_damaged_store_is_built_again(tmp_path: Path, encoder: Encoder) -> None:
    first = engines.index_dataset(OWN, tmp_path, encoder)
    (manifest,) = tmp_path.glob(f"eval/stores/*/snapshots/{first.id}/manifest.json")
    manifest.write_text("{")
    assert engines.index_dataset(OWN, tmp_path, encoder).id != first.id


def test_an_engine_is_on_the_datasets_documents_or_the_active_snapshot(fill: Callable[..., Store]) -> None:
    store = fill(TEXTS)
    assert engines.engine_for(ABOUT_SNAPSHOT, store.root).snapshot == store.current()
    assert engines.engine_for(OWN, store.root).snapshot != store.current()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("dense=1,lexical=0", Ranking(dense=1.0, lexical=0.0)),
        ("pool=20, late=.25", Ranking(pool=20, late=0.25)),
    ],
)
def test_a_ranking_is_the_default_but_for_what_is_given(given: str, expected: Ranking) -> None:
    assert engines.parse_ranking(given) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("bm25=1", r"^ranking 'bm25=1': no weight is called 'bm25'; give dense, lexical, "),
        ("dense=much", r"^ranking 'dense=much': 'much' is no value for dense; write dense=0.5$"),
        ("pool=1.5", r"'1.5' is no value for pool"),
        ("dense=nan", r"dense is nan; a weight is finite and not below 0$"),
        ("dense=-1", r"dense is -1; a weight is finite and not below 0$"),
    ],
)
def test_a_ranking_that_means_nothing_is_refused(given: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        engines.parse_ranking(given)


def test_an_operand_is_a_run_a_ranking_or_a_snapshot(fill: Callable[..., Store]) -> None:
    store = fill(TEXTS)
    run = evaluate(engines.engine_for(ABOUT_SNAPSHOT, store.root), ABOUT_SNAPSHOT)
    path = store.root / "eval" / run.id / "run.json"
    save(run, path)

    def named(operand: str) -> str:
        return engines.run_of(operand, ABOUT_SNAPSHOT, store.root).id

    assert (named(run.id), named(str(path)), named(f"{run.id}@bm25")) == (run.id, run.id, f"{run.id}@{BM25}")
    snapshot = store.current()
    assert snapshot is not None
    assert (named("dense=1"), named(snapshot)) == ("dense=1", snapshot)
    with pytest.raises(NotFoundError, match=r"^'r9' is no saved run, snapshot or ranking; see "):
        named("r9")
    with pytest.raises(InputError, match="cannot be judged by own, which brings its own documents"):
        engines.run_of(snapshot, OWN, store.root)


def test_a_chunking_is_the_default_but_for_what_is_given() -> None:
    assert engines.parse_chunking(OWN, None, None, None) == (Chunking(), asdict(Chunking()))
    chunking, recorded = engines.parse_chunking(OWN, 100, None, 2)
    assert chunking == Chunking(max_tokens=100, overlap=2)
    assert recorded == {"max_tokens": 100, "min_tokens": chunking.min_tokens, "overlap": 2}
    assert engines.parse_chunking(ABOUT_SNAPSHOT, None, None, None) == (Chunking(), {})


def test_the_passages_of_a_snapshot_are_not_chosen_again() -> None:
    with pytest.raises(InputError, match=r"^set is asked of a snapshot, whose passages are made; leave out overlap$"):
        engines.parse_chunking(ABOUT_SNAPSHOT, None, None, 0)


def test_an_engine_has_the_wanted_passages(tmp_path: Path) -> None:
    whole = engines.engine_for(OWN, tmp_path)
    cut = engines.engine_for(OWN, tmp_path, chunking=Chunking(max_tokens=3))
    assert [len(engine.passages("rouen")) for engine in (whole, cut)] == [1, 3]
