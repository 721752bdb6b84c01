"""What the configuration of a model in the layout of sentence-transformers says about its use.

A model that asks for more than is done here (code of its own, a dense layer, another pooling) is refused by name.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.errors import ModelError
from index.encoding.encoder import Pooling, Usage

MOST_TOKENS = 8192  # of one forward pass
FEWEST_TOKENS = 128  # of one forward pass; with fewer, title and headings would take half of it
MODULES = (("Transformer", "Pooling"), ("Transformer", "Pooling", "Normalize"))  # all vectors are unit vectors anyway
FLAGS = "pooling_mode_"  # how keys begin that say the pooling in files of older versions
POOLINGS: Mapping[str, Pooling] = {"mean": "mean", "mean_tokens": "mean", "cls": "cls", "cls_token": "cls"}
# Their positions count from the one after that of padding.
OFFSET_POSITIONS = frozenset({"camembert", "mpnet", "roberta", "xlm-roberta", "xlm-roberta-xl", "xmod", "longformer"})


def read_usage(folder: Path, advice: str) -> Usage:
    """How the model in the folder is used; raises ModelError, which ends with the advice."""
    if (folder / "adapter_config.json").exists():
        raise ModelError(f"{folder}: is an adapter to weights that lie elsewhere; merge them first, or {advice}")
    try:
        config = _read(folder / "config.json")
        listed = folder / "modules.json"
        modules = json.loads(listed.read_text("utf-8")) if listed.is_file() else []
        if "auto_map" in config or any(not m["type"].startswith("sentence_transformers.") for m in modules):
            raise ModelError(f"{folder}: its configuration names code to run, which is never done; {advice}")
        names = tuple(module["type"].rsplit(".", 1)[1] for module in modules)
        if modules and names not in MODULES:
            raise ModelError(
                f"{folder}: its modules are {', '.join(names)}; only Transformer, Pooling and Normalize run here, "
                f"in this order; {advice}"
            )
        pooling = _pooling(_read(folder / modules[1]["path"] / "config.json") if modules else {})
        prompts = _prompts(_read(folder / "config_sentence_transformers.json"))
        length = _max_length(folder, config)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ModelError(f"{folder}: its configuration cannot be read ({error}); {advice}") from error
    if pooling is None:
        raise ModelError(f"{folder}: pools neither by mean nor by the first token, prompt included; {advice}")
    if length < FEWEST_TOKENS:
        raise ModelError(f"{folder}: reads {length} tokens at a time, not {FEWEST_TOKENS} or more; {advice}")
    return Usage(pooling, *prompts, length)


def _read(path: Path) -> dict[str, Any]:
    """The JSON object in a file, empty where there is no file; raises ValueError, TypeError, OSError."""
    if not path.is_file():
        return {}
    values = json.loads(path.read_text("utf-8"))
    if not isinstance(values, dict):
        raise TypeError(f"{path.name} holds no object")
    return values


def _pooling(config: Mapping[str, Any]) -> Pooling | None:
    """The pooling; None where it is one that is not done here."""
    modes = [name.removeprefix(FLAGS) for name, value in config.items() if name.startswith(FLAGS) and value is True]
    if "pooling_mode" in config:
        mode = config["pooling_mode"]
        modes = [mode] if isinstance(mode, str) else list(mode)
    return POOLINGS.get((modes or ["mean"])[0]) if len(modes) < 2 and config.get("include_prompt", True) else None


def _prompts(config: Mapping[str, Any]) -> tuple[str, str]:
    """What stands before questions and before passages, by the names that sentence-transformers looks for."""
    prompts = {name: text for name, text in (config.get("prompts") or {}).items() if text is not None}
    default = prompts.get(config.get("default_prompt_name"), "")
    query, passage = (
        next((prompts[name] for name in names if name in prompts), default)
        for names in (("query",), ("document", "passage", "corpus"))
    )
    return str(query), str(passage)


def _max_length(folder: Path, config: Mapping[str, Any]) -> int:
    """The most tokens of one forward pass: the least of what the files say."""
    positions = config.get("max_position_embeddings")
    if positions is not None and config["model_type"] in OFFSET_POSITIONS:
        positions -= config.get("pad_token_id", 1) + 1
    said = (
        positions,
        _read(folder / "sentence_bert_config.json").get("max_seq_length"),
        _read(folder / "tokenizer_config.json").get("model_max_length"),
    )
    return min([MOST_TOKENS, *(int(number) for number in said if number is not None)])
