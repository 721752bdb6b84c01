"""The benchmark: its rows by hand, its questions, and a tiny run without the peer."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from corpus.errors import DatasetError, GateError, UnavailableError
from eval.benches import load as bench_load
from eval.benches import speed as bench
from eval.benches import txtai as bench_peer
from eval.benches.load import Known, System
from eval.benches.speed import Target, app, check, read_work
from index.console import run


@pytest.mark.parametrize(
    ("target", "figures", "ratio", "met"),
    [
        (Target("", "a", "b", 1.3), {"a": 2.5, "b": 2.0}, 1.25, True),
        (Target("", "a", "b", 1.3), {"a": 4.0, "b": 2.0}, 2.0, False),
        (Target("", "a", "b", 10, least=True), {"a": 20.0, "b": 2.0}, 10.0, True),
        (Target("", "a", "", 0), {"a": 1.0}, 1.0, False),
        (Target("", "a", "", 0), {"a": 0.0}, 0.0, True),
        (Target("", "a", "b", 1), {"a": 1.0}, None, None),
        (Target("", "a", "b", 1), {"b": 1.0}, None, None),
    ],
)
def test_a_row(target: Target, figures: dict[str, float], ratio: float | None, met: bool | None) -> None:
    assert target.ratio(figures) == ratio
    if ratio is not None:
        assert target.met(ratio) is met


def test_paragraphs_and_words_of_them_as_questions(tmp_path: Path) -> None:
    paragraph = " ".join(f"word{number:02}" for number in range(13))
    (tmp_path / "a.txt").write_text(f"Too short.\n\n{paragraph}", "utf-8")
    work = read_work(tmp_path)
    assert [(document.id, document.text) for document in work.documents] == [("a/1", paragraph)]
    assert [known.question.split()[0] for known in work.known] == ["word00", "word03"]
    assert {known.document for known in work.known} == {"a/1"}
    (tmp_path / "a.txt").write_text("Too short.", "utf-8")
    with pytest.raises(DatasetError, match="no paragraph"):
        read_work(tmp_path)


def test_questions_of_a_squad_file(tmp_path: Path) -> None:
    answered = {"id": "1", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 0}]}
    refused = {"id": "2", "question": "Why?", "is_impossible": True, "answers": []}
    article = {"title": "T", "paragraphs": [{"context": "Ann sings.", "qas": [answered, refused]}]}
    (tmp_path / "set.json").write_text(json.dumps({"data": [article]}), "utf-8")
    assert read_work(tmp_path / "set.json").known == (Known("Who?", "T/0"),)


def test_a_system_that_finds_the_wrong_texts_fails_the_run() -> None:
    check({"own right": 0.95, "own p50 ms": 0.1})
    with pytest.raises(GateError, match="peer right: 50%"):
        check({"own right": 0.95, "peer right": 0.5})


class Echo(BaseHTTPRequestHandler):
    """Finds the document named like the question; refuses the question `busy`."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps([self.path[1:]]).encode()
        self.send_response(503 if self.path == "/busy" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def system(port: int, tmp_path: Path, command: tuple[str, ...] = ()) -> System:
    return System("fake", command, {}, port, lambda q: ("GET", f"/{q}", None), list, tmp_path / "log")


def test_asking_by_one_and_by_many(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        fake = system(server.server_port, tmp_path)
        assert bench_load.share_right(fake, [Known("a", "a"), Known("a", "b")]) == 0.5
        assert len(bench_load.latencies(fake, ["a", "b"])) == 2
        per_second, failed = bench_load.rate(fake, ["a", "busy", "b", "a", "busy"], 2)
        assert failed == 2
        assert per_second > 0
        server.shutdown()


def test_a_service_that_ends_at_once_is_reported(tmp_path: Path) -> None:
    broken = system(bench_load.free_port(), tmp_path, (sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(UnavailableError, match="fake does not answer; its log is"), bench_load.running(broken):
        pass


def test_a_peer_that_cannot_be_installed_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_peer.sys, "executable", "/bin/false")
    with pytest.raises(UnavailableError, match=r"^txtai\[api\]==9.14.\* cannot be installed \(no message\)$"):
        bench_peer.prepare(tmp_path, [], 10)


@pytest.mark.model
def test_a_tiny_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--no-peer", "--rounds", "1", "--questions", "16", "--folder", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    monkeypatch.setattr(bench, "REBUILT", 200)
    with pytest.raises(SystemExit) as ended:
        run(app)
    assert ended.value.code == 0
    report = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert {"own p50 ms", "own start s", "encoder p50 ms", "build /s"} <= report["figures"].keys()
    assert report["figures"]["own 32 errors"]["median"] == 0
    measured = {row["work"]: row["measured"] for row in report["targets"]}
    assert measured["search p50, one client / the peer's"] is None
    assert measured["search p50, one client / the encoder's"] > 0
    assert 0 < measured["rebuild after 1 % changed / the full build"] < 1
    assert "processor" in capsys.readouterr().out
