"""The command line: what it prints, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from index.console import run
from service.__main__ import app
from service.answering.engine import Engine
from service.schemas.replies import AskReply
from tests.fakes import EVIDENCE, PASSAGE, QUOTE, FakeEngine

ROOT = Path(__file__).parents[2]
Service = Callable[..., tuple[object, str, str]]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Service:
    """Runs a command in this process and returns its exit status, stdout and stderr."""
    monkeypatch.setattr(Engine, "open", lambda *_, **__: FakeEngine("s1"))

    def service(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["service", *arguments])
        with pytest.raises(SystemExit) as ended:
            run(app)
        return (ended.value.code, *capsys.readouterr())

    return service


def test_an_answer_for_people(service: Service) -> None:
    code, out, err = service("ask", "Who?")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        QUOTE,
        "sure, confidence 90%, judged by questions about other texts, snapshot s1, 1 ms",
        "",
        f"Centre > Head (notes/centre, characters {EVIDENCE.start} to {EVIDENCE.end})",
        PASSAGE.text,
    ]


def test_a_question_needs_no_quotes(service: Service) -> None:
    _, out, _ = service("ask", "--json", "what", "does", "it", "stand", "for?", "--top-k", "1")
    assert json.loads(out)["question"] == "what does it stand for?"
    assert json.loads(service("ask", "--json", "what does", " it mean")[1])["question"] == "what does  it mean"


def test_a_refusal_for_people_is_no_failure(service: Service) -> None:
    code, out, _ = service("ask", "The budget?")
    assert code == 0
    assert out.splitlines()[:2] == [
        "No answer. it does not say",
        "unsure, confidence 7%, judged by questions about other texts, snapshot s1, 1 ms",
    ]
    assert PASSAGE.text in out


def test_json_is_what_http_replies(service: Service) -> None:
    code, out, _ = service("ask", "Who?", "--json", "--top-k", "1")
    expected = AskReply.model_validate(FakeEngine("s1").ask("Who?", 1)).model_dump_json()
    assert (code, out) == (0, expected + "\n")


def test_a_filter_is_a_name_and_a_value(service: Service) -> None:
    def ranks(*filters: str) -> list[int]:
        _, out, _ = service("ask", "Who?", "--json", *filters)
        return [passage["rank"] for passage in json.loads(out)["passages"]]

    assert ranks("--filter", "author=Ada", "--filter", "source=notes") == [1]
    assert ranks("--filter", "author=Ada=Eve") == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", " "], 2, "question must not be blank"),
        (["ask", "a" * 1001], 2, "question must have at most 1000 characters"),
        (["ask", "\udcff"], 2, "question must be valid Unicode text"),
        (["ask", "Who?", "--document", "c"], 2, "no document has the id 'c'"),
        (["ask", "Who?", "--filter", "author"], 2, "filter 'author': write it as name=value, as in author=Ada"),
        (["ask", "Who?", "--filter", "=Ada"], 2, "filter '': write it as name=value, as in author=Ada"),
        (["serve", "--host", "::"], 2, ":: is not a loopback address: set CENTREQA_ASK_KEY, or bind 127.0.0.1"),
        (["serve", "--port", "70000"], 2, "CENTREQA_PORT: Input should be less than or equal to 65535"),
    ],
)
def test_errors_are_one_line(
    service: Service, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    monkeypatch.delenv("CENTREQA_ASK_KEY", raising=False)
    assert service(*arguments) == (code, "", f"error: {message}\n")


def test_a_taken_port_is_one_line(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = service("serve", "--port", str(port))
    expected = f"error: 127.0.0.1 port {port}: address already in use; give another --host or --port\n"
    assert (code, out, err) == (3, "", expected)


def python(*arguments: str, **variables: str) -> "subprocess.Popen[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_without_an_index_it_says_what_to_run(tmp_path: Path) -> None:
    with python("-m", "service", "ask", "Who?", "--var", str(tmp_path)) as asking:
        out, err = asking.communicate(timeout=120)
    assert (asking.returncode, out) == (3, "")
    assert err.startswith("error: ")
    assert "python -m index build" in err
    assert err.count("\n") == 1


def test_asking_and_evaluating_import_no_web() -> None:
    modules = (
        "service.__main__",
        "service.answering.engine",
        "service.terminal",
        "service.schemas.problems",
        "service.schemas.requests",
        "eval.runs.evaluate",
    )
    program = f"import sys, {', '.join(modules)}"
    check = f"{program}; print(sorted({{'fastapi', 'starlette', 'uvicorn'}} & set(sys.modules)))"
    with python("-c", check) as imported:
        out, err = imported.communicate(timeout=120)
    assert (out, err) == ("[]\n", "")


def test_serving_before_there_is_an_index(tmp_path: Path) -> None:
    with python("-m", "service", "serve", "--port", "0", CENTREQA_VAR=str(tmp_path)) as serving:
        assert serving.stdout is not None
        where = serving.stdout.readline().split()
        assert where[0] == "page"
        with urlopen(where[1] + "healthz", timeout=60) as response:  # noqa: S310
            assert json.load(response) == {"status": "ok"}
        with pytest.raises(HTTPError) as caught, urlopen(where[1] + "readyz", timeout=60):  # noqa: S310
            pass
        problem = json.load(caught.value)
        assert (caught.value.code, caught.value.headers["content-type"]) == (503, "application/problem+json")
        assert problem["detail"] == "there is no index yet; run `python -m index build`"
        serving.send_signal(signal.SIGINT)
        out, err = serving.communicate(timeout=60)
    assert (serving.returncode, out) == (0, "")
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["status"] for line in lines if line["event"] == "request"] == [200, 503]
    assert all({"level", "timestamp"} <= line.keys() for line in lines)


@pytest.mark.model
def test_serving_imports_nothing_that_only_building_and_evaluating_need(
    tmp_path: Path, with_models: Callable[[Path], Path]
) -> None:
    (tmp_path / "a.txt").write_text("The harbour opened in 1920. Gulls eat bread.", "utf-8")
    with python("-m", "index", "build", str(tmp_path), CENTREQA_VAR=str(with_models(tmp_path / "var"))) as building:
        building.communicate(timeout=300)
    assert building.returncode == 0
    program = f"""
import sys
from pathlib import Path
from index.snapshots.store import Store
from service.runtime.current import CurrentEngine
from service.settings import Settings
from service.web.app import create_app
current = CurrentEngine(Store(Path({str(tmp_path / "var")!r})))
create_app(current, Settings())
current.reload()
print(current.engine.ask("When did the harbour open?").best_answer.text)
unwanted = "torch transformers sentence_transformers sklearn scipy matplotlib onnx bm25s".split()
print(sorted(set(unwanted) & sys.modules.keys()))
"""
    with python("-c", program) as serving:
        out, err = serving.communicate(timeout=120)
    lines = [line for line in out.splitlines() if "snapshot opened" not in line]
    assert (lines, err) == (["The harbour opened in 1920.", "[]"], "")
