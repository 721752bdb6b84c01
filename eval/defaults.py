"""Where the shipped questions, the shipped texts and everything built lie, seen from the checkout."""

from pathlib import Path

CENTRE = Path("eval/data/centre.jsonl")
GENRES = Path("eval/data/genres")
STATEMENTS = Path("eval/data/statements")
TEXTS = Path("corpus/texts")
VAR = Path("var")
OWN = Path("feedback/questions.jsonl")  # under VAR: the questions that feedback became
