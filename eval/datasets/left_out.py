"""Questions that a file holds but that cannot be scored: left out, and counted by reason in the set's notes."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from eval.datasets.questions import Question

TAKEN = "questions whose id is taken"
UNLABELLED = "questions without a label"
BLANK = "questions without words"

_SHOWN = 5  # questions that a note names


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was left out of one file, by reason."""

    file: Path
    questions: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, where: str, name: str) -> None:
        """Leave a question out; `where` is its spot: `file:line`, or `file: ` and a JSON path."""
        spot = where.removeprefix(str(self.file))
        line = re.match(r":(\d+)", spot)
        self.questions.setdefault(reason, []).append(f"{f'line {line[1]}' if line else spot.lstrip(': ')}: {name!r}")

    def keep(self, question: Question, where: str, questions: dict[str, Question]) -> None:
        """Put the question among the others by its id, unless it has no words or its id is taken."""
        if not question.text.strip():
            self.add(BLANK, where, question.id)
        elif question.id in questions:
            self.add(TAKEN, where, question.id)
        else:
            questions[question.id] = question

    def notes(self) -> list[str]:
        """One note a reason, which names the first few."""
        return [
            f"{self.file}: {reason}, left out: {len(names)} "
            f"({', '.join(names[:_SHOWN])}{', ...' if len(names) > _SHOWN else ''})"
            for reason, names in self.questions.items()
        ]
