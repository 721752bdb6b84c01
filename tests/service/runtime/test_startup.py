"""The steps of start-up that can be taken alone; `tests/service/test_main.py` takes them all."""

import gc
import io
import socket
import subprocess
import sys
import threading
from contextlib import redirect_stdout
from pathlib import Path
from weakref import ref

import pytest
from structlog.testing import capture_logs

from corpus.errors import ConflictError, InputError
from service.answering.engine import Engine
from service.runtime.startup import announce, bind, open_in_background, open_warm
from service.settings import Settings
from tests.fakes import FakeEngine, FakeStore


def test_an_engine_has_answered_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = list[str]()
    monkeypatch.setattr(FakeEngine, "ask", lambda _, question: questions.append(question))
    monkeypatch.setattr(
        Engine, "open", lambda _, snapshot, remembered, reader: FakeEngine(f"{snapshot}-{remembered}-{reader}")
    )
    assert open_warm(FakeStore(), "s1", remembered=3, reader="off").snapshot == "s1-3-off"
    assert len(questions) == 1


def test_what_requests_hold_while_an_engine_is_opened_is_let_go_later(monkeypatch: pytest.MonkeyPatch) -> None:
    class Held:
        """Something that only a search for garbage finds."""

        def __init__(self) -> None:
            self.itself = self

    monkeypatch.setattr(Engine, "open", lambda *_, **__: FakeEngine("s1"))
    held = Held()
    alive = ref(held)
    open_warm(FakeStore(), "s1", remembered=3, reader="off")
    del held
    gc.collect()
    assert alive() is None


def test_what_libraries_load_in_vain_is_spared() -> None:
    script = (
        "import sys; from service.runtime.startup import spare_imports; spare_imports(); import service.web.app; "
        "assert 'rich.console' not in sys.modules and not sys.modules['pydantic.v1']; import rich.console"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    assert subprocess.run([sys.executable, "-c", script.replace("spare_imports();", "")], check=False).returncode == 1


def test_a_free_port_is_taken() -> None:
    with bind("127.0.0.1", 0) as listener, socket.socket() as client:
        assert client.connect_ex(listener.getsockname()) == 0


def test_an_address_that_cannot_be_bound_says_what_to_give() -> None:
    with bind("127.0.0.1", 0) as listener, pytest.raises(ConflictError, match="give another --host or --port"):
        bind(*listener.getsockname())
    with pytest.raises(InputError, match=r"no such host: .*; give an address of this machine"):
        bind("no such host", 0)


def test_the_reference_to_the_engine_comes_before_a_snapshot_and_nothing_is_logged_until_logs_are_ready(
    tmp_path: Path,
) -> None:
    with capture_logs() as lines:
        opening = open_in_background(Settings.load(var=tmp_path))
        current = opening.current.result(60)
        assert (current.error, lines) == (None, [])
        assert opening.thread.is_alive()
        opening.logs_ready.set()
        assert opening.wait() is current
        assert "there is no index yet" in str(current.error)
    assert [line["event"] for line in lines] == ["snapshot not opened"]


def test_how_to_ask_is_said_when_there_is_a_snapshot() -> None:
    ready, said = threading.Event(), io.StringIO()
    # What is captured must not be emptied while the thread prints: a line may be lost between reading and emptying.
    with bind("127.0.0.1", 0) as listener, redirect_stdout(said):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        threads = threading.enumerate()
        announce(ready, Settings.load(host="127.0.0.1", ask_key="secret"), listener)
        [thread] = set(threading.enumerate()) - set(threads)
        page = f"page   {url}/\n"
        while thread.is_alive() and not said.getvalue().endswith("\n"):
            thread.join(0.001)
        assert said.getvalue() == page
        ready.set()
        thread.join(10)
    printed = said.getvalue().removeprefix(page)
    assert printed.startswith(f'ask    curl -s {url}/v1/ask -H "authorization: Bearer $CENTREQA_ASK_KEY" -H ')
    assert "secret" not in printed
