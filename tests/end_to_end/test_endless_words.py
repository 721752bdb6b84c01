"""Words of very many letters, which a tokenizer takes for one token each: no passage and no reply holds them whole."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.passages import Chunking
from corpus.prose.sentences import LETTERS
from tests.end_to_end.processes import run

pytestmark = pytest.mark.model
WORDS = ["ж", "é1", "中"]
ANSWERED = "The lighthouse of Brann is 31 metres tall."


def test_a_word_without_end_makes_no_passage_and_no_reply_without_end(
    tmp_path: Path, with_models: Callable[[Path], Path]
) -> None:
    environment = {"CENTREQA_VAR": str(with_models(tmp_path / "var")), "HF_HUB_OFFLINE": "1"}
    texts = tmp_path / "texts"
    texts.mkdir()
    for number, word in enumerate(WORDS):
        (texts / f"{number}.txt").write_text(f"{ANSWERED}\n\n{word * (10_000 // len(word))}", "utf-8")
    run(environment, "index", "build", str(texts))
    said = run(environment, "service", "ask", "--json", "--top-k", "20", "How tall is the lighthouse of Brann?").stdout
    reply = json.loads(said)
    assert "31 metres" in reply["answer"]["text"]
    longest = LETTERS * Chunking().max_tokens
    assert max(len(passage["text"]) for passage in reply["passages"]) <= longest
    assert len(said) < 20 * 10 * longest
