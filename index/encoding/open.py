"""Opening an encoder: which variants there are, and which is the fastest that is right on this machine."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from corpus.errors import ModelError
from index.encoding.encoder import Encoder
from index.encoding.weights import WEIGHTS_SHA256, locate_model

VARIANTS = ("auto", "onnx-int8", "onnx-fp32", "torch")
FOLDER_CHARACTERS = 16  # of the weights' SHA-256, which the folder of derived files is named by


def open_encoder(
    models: Path,
    variant: str = "auto",
    threads: int | None = None,
    model_path: Path | None = None,
    progress: Callable[[str, int, int], None] = lambda phase, done, total: None,
) -> Encoder:
    """Open one of the VARIANTS; `auto` is the fastest whose vectors are right on this machine. Raises ModelError.

    Files derived from the weights lie under `models`. Where they are missing, they are made first; this takes seconds,
    needs torch, and is reported to `progress` as the phase `prepare`. `threads` is how many passages are encoded at a
    time, where None one for each core. A process that opens the same encoder again gets the same object.
    """
    if variant not in VARIANTS:
        raise ModelError(f"{variant}: no such encoder; use one of {', '.join(VARIANTS)}")
    folder = models / WEIGHTS_SHA256[:FOLDER_CHARACTERS]
    if variant != "torch":
        from index.encoding.derived import MANIFEST

        if model_path is not None or not (folder / MANIFEST).exists():
            from index.encoding.export import export

            export(locate_model(model_path), folder, progress)
    return _load(folder, variant, threads, model_path)


@cache
def _load(folder: Path, variant: str, threads: int | None, model_path: Path | None) -> Encoder:
    if variant == "torch":
        from index.encoding.reference import load_torch

        return load_torch(locate_model(model_path), threads)
    from index.encoding.onnx import load_onnx

    return load_onnx(folder, variant, threads)
