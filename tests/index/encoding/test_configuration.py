"""What a model's configuration says about its use, and what is refused because of it."""

import json
from pathlib import Path

import pytest

from corpus.errors import ModelError
from index.encoding.configuration import read_usage
from index.encoding.encoder import Usage

TRANSFORMER, POOLING, NORMALIZE, DENSE = (
    {"path": "" if name == "Transformer" else f"1_{name}", "type": f"sentence_transformers.models.{name}"}
    for name in ("Transformer", "Pooling", "Normalize", "Dense")
)
FILES: dict[str, object] = {
    "config.json": {"model_type": "bert", "max_position_embeddings": 512},
    "modules.json": [TRANSFORMER, POOLING, NORMALIZE],
    "1_Pooling/config.json": {"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True},
    "sentence_bert_config.json": {"max_seq_length": 384},
}


def usage_of(folder: Path, **changed: object) -> Usage:
    """The usage of FILES with changes; a file whose content is None is left out."""
    files = FILES | {name.replace("__", "/") + ".json": content for name, content in changed.items()}
    (folder / "1_Pooling").mkdir()
    for name, content in files.items():
        if content is not None:
            (folder / name).write_text(json.dumps(content), "utf-8")
    return read_usage(folder, "give another")


def test_the_usual_files(tmp_path: Path) -> None:
    assert usage_of(tmp_path) == Usage("mean", "", "", 384)


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode": "cls", "include_prompt": True}, "cls"),
        ({"pooling_mode": ["mean"]}, "mean"),
        ({}, "mean"),
    ],
)
def test_poolings(tmp_path: Path, config: object, pooling: str) -> None:
    assert usage_of(tmp_path, **{"1_Pooling__config": config}).pooling == pooling


def test_a_folder_without_modules_pools_by_mean(tmp_path: Path) -> None:
    assert usage_of(tmp_path, modules=None).pooling == "mean"


@pytest.mark.parametrize(
    "config",
    [
        {"pooling_mode_max_tokens": True},
        {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True},
        {"pooling_mode": "lasttoken"},
        {"pooling_mode": ["mean", "max"]},
        {"pooling_mode": "mean", "include_prompt": False},
    ],
)
def test_another_pooling_is_refused(tmp_path: Path, config: object) -> None:
    with pytest.raises(ModelError, match=r"pools neither by mean nor by the first token, prompt included; give"):
        usage_of(tmp_path, **{"1_Pooling__config": config})


@pytest.mark.parametrize(
    "modules", [[TRANSFORMER, POOLING, DENSE], [TRANSFORMER, POOLING, DENSE, NORMALIZE], [TRANSFORMER], [POOLING]]
)
def test_other_modules_are_refused_by_name(tmp_path: Path, modules: list[dict[str, str]]) -> None:
    names = ", ".join(module["type"].rsplit(".", 1)[1] for module in modules)
    with pytest.raises(ModelError, match=f"its modules are {names}; only Transformer, Pooling and Normalize run here"):
        usage_of(tmp_path, modules=modules)


@pytest.mark.parametrize(
    ("said", "prompts"),
    [
        ({"prompts": {"query": "query: ", "passage": "passage: "}}, ("query: ", "passage: ")),
        ({"prompts": {"query": "ask: ", "document": "", "passage": "not this"}}, ("ask: ", "")),
        ({"prompts": {"all": "x: "}, "default_prompt_name": "all"}, ("x: ", "x: ")),
        ({"prompts": {"query": None, "clustering": "c: "}, "default_prompt_name": None}, ("", "")),
        ({"prompts": None}, ("", "")),
        (None, ("", "")),
    ],
)
def test_prompts(tmp_path: Path, said: object, prompts: tuple[str, str]) -> None:
    usage = usage_of(tmp_path, config_sentence_transformers=said)
    assert (usage.query_prompt, usage.passage_prompt) == prompts


@pytest.mark.parametrize(
    ("changed", "length"),
    [
        ({"sentence_bert_config": None}, 512),
        ({"sentence_bert_config": {"max_seq_length": None}, "tokenizer_config": {"model_max_length": 400}}, 400),
        ({"sentence_bert_config": {"max_seq_length": 8192}}, 512),
        ({"sentence_bert_config": None, "config": {"model_type": "bert", "max_position_embeddings": 40000}}, 8192),
        ({"sentence_bert_config": None, "config": {"model_type": "t5"}, "tokenizer_config": {}}, 8192),
        (
            {"sentence_bert_config": None, "config": {"model_type": "mpnet", "max_position_embeddings": 514}},
            512,
        ),
    ],
)
def test_the_longest_text_is_the_least_of_what_the_files_say(
    tmp_path: Path, changed: dict[str, object], length: int
) -> None:
    assert usage_of(tmp_path, **changed).max_length == length


def test_an_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is an adapter to weights that lie elsewhere; merge them first, or give"):
        usage_of(tmp_path, adapter_config={"base_model_name_or_path": "/elsewhere"})


def test_a_model_that_reads_little_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="reads 64 tokens at a time, not 128 or more"):
        usage_of(tmp_path, sentence_bert_config={"max_seq_length": 64})


@pytest.mark.parametrize(
    "changed",
    [
        {"modules": {"0": TRANSFORMER}},
        {"modules": [{"type": "sentence_transformers.models.Transformer"}, {"type": 7}]},
        {"config_sentence_transformers": {"prompts": "query"}},
        {"config_sentence_transformers": [1]},
        {"sentence_bert_config": {"max_seq_length": "many"}},
        {"config": {"max_position_embeddings": 512}},
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    with pytest.raises(ModelError, match=r"its configuration cannot be read \(.*\); give another"):
        usage_of(tmp_path, **changed)
