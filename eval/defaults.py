"""Where the shipped questions, the shipped texts and everything built lie, seen from the checkout."""

from pathlib import Path

CENTRE = Path("eval/data/centre.jsonl")
TEXTS = Path("corpus/texts")
VAR = Path("var")
