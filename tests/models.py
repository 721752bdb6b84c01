"""Tiny random models of several architectures, as folders in the layout of sentence-transformers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

WORDS = "who when where ran run it ada bo mill the opened closed in 1902 1954 people town of a museum river".split()
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.?,:"
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
ARCHITECTURES = ("Bert", "MPNet", "XLMRoberta")


def word_pieces(first: str, last: str, padding: str) -> Tokenizer:
    """A tokenizer as BERT's, with these special tokens. Ids: first 0, padding 1, last 2, unknown 3."""
    pieces = [first, padding, last, "[UNK]", *WORDS, *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def unigram(first: str, last: str, padding: str) -> Tokenizer:
    """A tokenizer as XLM-R's, whose tokens begin with the space before them; ids as for `word_pieces`."""
    pieces = [(first, 0.0), (padding, 0.0), (last, 0.0), ("[UNK]", 0.0), ("▁", -2.0)]
    pieces += [(f"▁{word}", -3.0) for word in WORDS] + [(letter, -5.0) for letter in LETTERS]
    tokenizer = Tokenizer(models.Unigram(pieces, 3, False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def tiny_model(
    folder: Path,
    architecture: str = "Bert",
    pooling: str = "mean",
    prompts: Mapping[str, str] | None = None,
    seed: int = 0,
    extra: tuple[str, ...] = (),
) -> Path:
    """A folder with a random model of two layers of width 32. `extra` are the names of modules behind the pooling."""
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules

    torch.manual_seed(seed)
    special = ("[CLS]", "[SEP]", "[PAD]") if architecture == "Bert" else ("<s>", "</s>", "<pad>")
    first, last, padding = special
    tokenizer = unigram(*special) if architecture == "XLMRoberta" else word_pieces(*special)
    tokenizer.add_special_tokens([*special, "[UNK]"])
    pair = f"{first} $A {last} $B {last}"
    tokenizer.post_processor = processors.TemplateProcessing(f"{first} $A {last}", pair, [(first, 0), (last, 2)])
    config = getattr(transformers, f"{architecture}Config")(
        vocab_size=tokenizer.get_vocab_size(), pad_token_id=1, bos_token_id=0, eos_token_id=2,
        max_position_embeddings=514, initializer_range=0.5, **SIZES,
    )  # fmt: skip
    bare = folder.with_name(f"{folder.name}-bare")
    getattr(transformers, f"{architecture}Model")(config).save_pretrained(bare)
    tokenizer.save(str(bare / "tokenizer.json"))
    names = {"pad_token": padding, "cls_token": first, "sep_token": last, "unk_token": "[UNK]", "bos_token": first}
    settings: dict[str, Any] = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, **names}
    (bare / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    parts: list[Any] = [modules.Transformer(str(bare)), modules.Pooling(SIZES["hidden_size"], pooling)]
    parts += [getattr(modules, name)(*([32, 16] if name == "Dense" else [])) for name in extra]
    SentenceTransformer(modules=parts, prompts=dict(prompts or {}), device="cpu").save(str(folder))
    return folder
