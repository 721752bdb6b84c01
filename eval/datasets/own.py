"""The own set: questions that feedback became. A release asks them beside its question set."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from eval.datasets.fields import read_json_lines, value_of
from eval.datasets.json_lines import read_question_lines
from eval.datasets.questions import Dataset, Question, fingerprint
from index.files import replace_file

EVIDENCE = ("document", "start", "end", "quote")


def own_questions(path: Path) -> Dataset | None:
    """The own set; None where there is none yet. Raises DatasetError."""
    return read_question_lines(path) if path.is_file() and path.stat().st_size else None


def with_own(dataset: Dataset, path: Path, served: Collection[str] | None) -> Dataset:
    """The set with the own questions beside its own; as it is where there are none. Raises DatasetError.

    `served` are the ids of the documents that are served and stay, None where nothing is served yet. Questions about
    others are left out: who removes a document gives up what was asked about it.
    """
    own = own_questions(path)
    if own is None or dataset.documents is not None:
        return dataset
    taken = {question.id for question in dataset.questions}
    new = [question for question in own.questions if question.id not in taken]
    asked = [question for question in new if served is None or {gold.document for gold in question.gold} <= {*served}]
    notes = [f"own questions from feedback that are asked too: {len(asked)} ({path})"]
    if len(asked) < len(new):
        notes.append(f"own questions about documents that are not served, left out: {len(new) - len(asked)}")
    return replace(
        dataset,
        questions=(*dataset.questions, *asked),
        sha256=fingerprint([dataset.sha256.encode(), own.sha256.encode()]),
        notes=(*dataset.notes, *own.notes, *notes),
    )


def add_questions(path: Path, questions: Iterable[Question]) -> None:
    """Add to the own set; raises DatasetError. The caller keeps others away meanwhile.

    A question that is there already gets the new evidence beside its own; where only one of the two has an answer, the
    new one counts. A crash leaves the old file or the new one.
    """
    lines = list(read_json_lines(path)) if path.is_file() else []
    items = [item for _, item in lines]
    known = {_words(value_of(item, "question", str, where)): item for where, item in lines}
    for question in questions:
        item = known.get(_words(question.text))
        if not isinstance(item, dict):
            item = known[_words(question.text)] = {"id": question.id, "question": question.text, "kind": question.kind}
            items.append(item)
        new = [{name: getattr(gold, name) for name in EVIDENCE} for gold in question.gold]
        old = item.get("evidence") or []
        evidence = [*old, *(gold for gold in new if gold not in old)] if new else []
        item |= {"answerable": question.answerable, "evidence": evidence}
    replace_file(path, "".join(f"{json.dumps(item, ensure_ascii=False)}\n" for item in items))
    path.chmod(0o600)


def _words(text: str) -> str:
    """What is the same for two questions that ask the same, but for case and spaces."""
    return " ".join(text.casefold().split())
