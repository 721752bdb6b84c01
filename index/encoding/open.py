"""Opening an encoder: which variants there are, and which is the fastest that is right on this machine."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from corpus.errors import ModelError
from index.encoding.derived import MANIFEST, MODEL_OPTION, folder_of
from index.encoding.encoder import Encoder
from index.encoding.weights import WEIGHTS_SHA256, locate_model

VARIANTS = ("auto", "onnx-int8", "onnx-fp32", "torch")


def open_encoder(
    models: Path,
    variant: str = "auto",
    threads: int | None = None,
    model_path: Path | None = None,
    progress: Callable[[str, int, int], None] = lambda phase, done, total: None,
) -> Encoder:
    """Open one of the VARIANTS; `auto` is the fastest whose vectors are right on this machine. Raises ModelError.

    The model is the shipped one, or the one in the folder `model_path`: in the layout of sentence-transformers, or
    derived from such a folder earlier. Files derived from a model lie under `models`. Where they are missing, they are
    made first; this takes seconds, needs torch, and is reported to `progress` as the phase `prepare`. `threads` is how
    many passages are encoded at a time, where None one for each core. A process that opens the same encoder again gets
    the same object.
    """
    if variant not in VARIANTS:
        raise ModelError(f"{variant}: no such encoder; use one of {', '.join(VARIANTS)}")
    folder = folder_of(models, WEIGHTS_SHA256)
    if model_path is not None and (model_path / MANIFEST).is_file():
        folder = model_path
    elif model_path is not None and model_path.parent == models:
        raise ModelError(f"{model_path}: the model of the snapshot is not there; build again with {MODEL_OPTION}")
    elif model_path is not None or (variant != "torch" and not (folder / MANIFEST).exists()):
        model = locate_model(model_path)
        folder = folder_of(models, model.sha256)
        if variant != "torch":
            from index.encoding.export import export

            export(model, folder, progress)
    if variant == "torch" and folder.name != folder_of(models, WEIGHTS_SHA256).name:
        raise ModelError("torch: runs only the shipped model; choose another encoder, or leave the model out")
    return _load(folder, variant, threads, model_path if variant == "torch" else None)


def made_by(models: Path, sha256: str) -> Path | None:
    """The `model_path` of the model with this SHA-256, which made a snapshot: None for the shipped one."""
    return None if sha256 == WEIGHTS_SHA256 else folder_of(models, sha256)


@cache
def _load(folder: Path, variant: str, threads: int | None, model_path: Path | None) -> Encoder:
    if variant == "torch":
        from index.encoding.reference import load_torch

        return load_torch(locate_model(model_path), threads)
    from index.encoding.onnx import load_onnx

    return load_onnx(folder, variant, threads)
