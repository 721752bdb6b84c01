"""Texts and questions that the tests of the command line share."""

import json
from typing import Any

TEXTS = {
    "rouen": "Rouen is an old town on the river. It has a large cathedral.",
    "caen": "Caen was rebuilt after the war.",
    "bayeux": "Bayeux keeps a famous tapestry.",
}


def question_line(name: str, text: str, document: str, quote: str, split: str = "test") -> str:
    """A line of a question set; unanswerable where the quote is empty."""
    start = TEXTS[document].index(quote) if quote else 0
    evidence = [{"document": document, "start": start, "end": start + len(quote), "quote": quote}] if quote else []
    return json.dumps(
        {"id": name, "question": text, "split": split, "answerable": bool(quote), "evidence": evidence}
    )  # fmt: skip


LINES = [
    question_line("q1", "Which town is on the river?", "rouen", "old town on the river"),
    question_line("q2", "What was rebuilt after the war?", "caen", "Caen"),
    question_line("q3", "Who keeps a famous tapestry?", "bayeux", "Bayeux", "dev"),
    question_line("q4", "How do I bake bread?", "caen", ""),
]


def _walls_of(town: str) -> dict[str, object]:
    """The answer to what a town has, in its second paragraph."""
    return {"text": "walls", "answer_start": 2 * len(town) + 23}


SQUAD: dict[str, list[dict[str, Any]]] = {
    "data": [
        {
            "title": town,
            "paragraphs": [
                {"context": text, "qas": []},
                {
                    "context": f"{town} lies by the sea. {town} has walls. {town} is far.",
                    "qas": [
                        {"id": f"{town}-1", "question": f"What has {town}?", "answers": [_walls_of(town)]},
                        {"id": f"{town}-2", "question": f"Who lies in {town}?", "answers": [], "is_impossible": True},
                    ],
                },
            ],
        }
        for town, text in TEXTS.items()
    ]
}
