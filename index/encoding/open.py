"""The door to the encoders: which one there is, and which runs fastest here."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from corpus.errors import ModelError
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
    """The encoder `auto` (the fastest whose vectors are right on this machine), `onnx-int8`, `onnx-fp32` or `torch`.

    What is derived from the weights lives under `models`, and is made there first where it is missing (seconds, once;
    this alone needs torch), which `progress` is told of as the phase `prepare`. `threads` is how many passages are
    encoded at a time: one for each core where None. One process opens the same encoder once. Raises ModelError.
    """
    if variant not in VARIANTS:
        raise ModelError(f"{variant}: no such encoder; use one of {', '.join(VARIANTS)}")
    folder = models / WEIGHTS_SHA256[:16]
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
