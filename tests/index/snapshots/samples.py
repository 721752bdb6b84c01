"""The texts of one small snapshot, the files that its folder holds, and what may be done to them in place."""

import os
from pathlib import Path

TEXTS = {"a": "# Title\nOne two. Three four!\n## Part\nFive.", "b/c": "Sechs sieben. Ächt.", "d": "---\n\n---"}
COLUMNS = (
    "passages",
    "sentences",
    "blocks",
    "vectors",
    "sentence_codes",
    "sentence_scales",
    "token_codes.0",
    "token_scales.0",
)
LEXICAL = (
    "common_scores.bin",
    "lengths.bin",
    "posting_rows.bin",
    "posting_scores.bin",
    "posting_starts.bin",
    "terms.bin",
    "vocabulary.json",
)
FILES = (
    "dense.faiss",
    "documents.jsonl",
    "text.bin",
    *(f"{name}.bin" for name in COLUMNS),
    *(f"lexical/{name}" for name in LEXICAL),
)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def rewrite(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")
