"""The clients of examples/ against a service that runs: their positions are right after an emoji."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.processes import ROOT, run, serving

pytestmark = pytest.mark.model

KEY = "a key for asking"
TEXT = "The archive 🏛️ opens at nine 🕘. Contracts are signed by Ada Brandt 🖊️ alone.\n\nThe cellar is locked at night.\n"
QUOTE = "Contracts are signed by Ada Brandt 🖊️ alone."
START = TEXT.index(QUOTE)
START_UTF16 = len(TEXT[:START].encode("utf-16-le")) // 2
END_UTF16 = START_UTF16 + len(QUOTE.encode("utf-16-le")) // 2


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, with_models: Callable[[Path], Path]) -> Iterator[str]:
    """The address of a service that wants a key and has one text, with signs of two UTF-16 units before the quote."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "house rules").mkdir()
    (folder / "house rules" / "contracts.txt").write_text(TEXT, "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    environment = kept | {"CENTREQA_VAR": str(with_models(tmp_path_factory.mktemp("var"))), "CENTREQA_ASK_KEY": KEY}
    run(environment, "index", "build", str(folder))
    with serving(environment) as (client, _):
        yield str(client.base_url).rstrip("/")


def said(command: list[str], base: str, question: str, key: str = KEY) -> subprocess.CompletedProcess[str]:
    """What a client prints."""
    environment = os.environ | {"CENTREQA_ASK_KEY": key, "NO_PROXY": "127.0.0.1"}
    return subprocess.run([*command, question, base], cwd=ROOT, env=environment, capture_output=True, text=True)


def command(name: str) -> list[str]:
    """How an example is run, as it says itself."""
    if name.endswith(".py"):
        return [sys.executable, f"examples/{name}"]
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here: install Node 18 or newer to try the client in JavaScript")
    return [node, f"examples/{name}"]


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("ask_over_http.py", f"code points {START} to {START + len(QUOTE)}"),
        ("ask_over_http.mjs", f"UTF-16 units {START_UTF16} to {END_UTF16}"),
    ],
)
def test_a_client_finds_the_quote_in_the_text_and_says_what_it_took(base: str, name: str, where: str) -> None:
    assert START_UTF16 > START
    answered = said(command(name), base, "Who signs contracts?")
    assert (answered.returncode, answered.stderr) == (0, "")
    lines = answered.stdout.splitlines()
    assert lines[:2] == [QUOTE, f"  house rules/contracts, {where}, word for word"]
    assert "total;dur=" in lines[2]
    assert said(command(name), base, "What is the budget of Mars?").stdout.startswith("no answer: ")


@pytest.mark.parametrize("name", ["ask_over_http.py", "ask_over_http.mjs"])
def test_a_client_says_what_is_wrong_in_one_line(base: str, name: str) -> None:
    refused = said(command(name), base, "Who signs contracts?", key="another key")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "A key is needed: send `Authorization: Bearer KEY` with a key for this route\n"


def test_both_clients_are_named_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for path in sorted(Path(ROOT / "examples").glob("ask_over_http.*")):
        assert f"(examples/{path.name})" in readme
