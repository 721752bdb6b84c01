"""Serving from a Milvus server as from a folder: the same replies, the same commands, the same settings."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.errors import InputError, ModelMismatch
from index.__main__ import app
from index.milvus.store import MilvusStore
from index.snapshots.store import Store
from service.answering.citations.finding import Claim
from service.answering.engine import Engine
from service.runtime.rebuild import Order, child_environment, publish_command
from service.settings import Settings
from tests.fakes import FakeEncoder
from tests.index.milvus.conftest import local, published, server
from tests.index.milvus.samples import QUESTIONS, by_age

pytestmark = pytest.mark.slow

__all__ = ["local", "published", "server"]  # fixtures


@pytest.mark.parametrize("question", [question for question in QUESTIONS if question.strip()])
def test_replies_are_those_of_the_local_engine(published: MilvusStore, local: Store, question: str) -> None:
    encoder = FakeEncoder()
    (local.root / "confidence.json").unlink(missing_ok=True)
    there = published.open(by_age(local)[0])
    here = Engine(local.open(by_age(local)[0]), encoder)
    engine = Engine(there, encoder)
    reply, expected = engine.ask(question), here.ask(question)
    assert reply.confidence == pytest.approx(expected.confidence, abs=1e-5)
    assert (reply.answer, reply.best_answer, reply.snapshot) == (
        expected.answer,
        expected.best_answer,
        expected.snapshot,
    )
    if reply.answer and expected.answer:
        citations = [[evidence.citation for evidence in one.evidence] for one in (reply.answer, expected.answer)]
        assert citations[0] == citations[1] != [None]
    assert reply.features == pytest.approx(expected.features, abs=1e-5)
    assert engine.documents() == here.documents()
    assert engine.passages("animals") == here.passages("animals")
    for evidence in reply.best_answer.evidence if reply.best_answer else ():
        assert engine.verify(evidence.document, Claim(evidence.start, evidence.end, evidence.quote)).valid
    encoder.sha256 = "1" * 64
    with pytest.raises(ModelMismatch):
        Engine(there, encoder)


def test_the_commands_publish_list_and_activate(server: str, local: Store) -> None:
    old, new = by_age(local)
    where = ["--milvus", server, "--alias", "cli", "--var", str(local.root)]
    runner = CliRunner()

    def run(*given: str) -> str:
        result = runner.invoke(app, [*given, *where], catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    assert run("publish", old) == f"{old} is on {server}, active\n"
    assert run("publish", "--no-activate") == f"{new} is on {server}\n"
    assert [json.loads(line)["active"] for line in run("list", "--json").splitlines()] == [False, True]
    assert run("activate", new) == f"{new} is active\n"
    lines = [json.loads(line) for line in run("publish", old, "--json").splitlines()]
    assert lines[-1] == {"snapshot": old}
    with pytest.raises(InputError, match="no Milvus server is named; give --milvus"):
        runner.invoke(
            app, ["publish", "--var", str(local.root)], catch_exceptions=False, env={"CENTREQA_MILVUS_URI": ""}
        )


def test_settings_say_which_store_is_served(server: str, tmp_path: Path) -> None:
    assert isinstance(Settings(var=tmp_path).open_store(), Store)
    there = Settings(var=tmp_path, milvus_uri=server, milvus_alias="nothing").open_store()
    assert isinstance(there, MilvusStore)
    assert there.current() is None


def test_a_rebuild_is_published_by_a_command_that_holds_no_secret(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path, milvus_uri="http://h:1", milvus_token="secret", milvus_alias="a")  # type: ignore[arg-type]  # noqa: S106
    order = Order()
    command = publish_command("id", order, settings)
    assert command[1:6] == ["-m", "index", "publish", "id", "--json"]
    assert command[6:] == ["--milvus", "http://h:1", "--alias", "a", "--var", str(tmp_path)]
    assert publish_command("id", replace(order, activate=False), settings)[-1] == "--no-activate"
    assert child_environment({"CENTREQA_MILVUS_TOKEN": "secret"}, settings).get("CENTREQA_MILVUS_TOKEN") == "secret"
