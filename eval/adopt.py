"""The command that makes questions of feedback, after a look."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.errors import InputError
from eval.defaults import OWN, VAR
from eval.options import Var
from index.console import printable

if TYPE_CHECKING:
    from eval.datasets.questions import Question
    from service.feedback import Feedback, Quote, WaitingFeedback

CHOICES = {"y": "yes", "n": "not now", "d": "delete it", "q": "quit"}
UNANSWERABLE = {"u": "adopt it as a question that the text does not answer"}


def adopt(
    var: Var = VAR,
    yes: Annotated[bool, typer.Option("--yes", help="Adopt all that says where the answer stands.")] = False,
    only_list: Annotated[bool, typer.Option("--list", help="Only show what waits.")] = False,
) -> None:
    """Show what was said of replies, and make questions of the own set of it, one by one.

    What says where the right answer stands becomes a question with that answer, a
    refusal that was right one that the text does not answer. Every release asks the
    own set too. What is adopted or deleted no longer waits.
    """
    from service.feedback import FOLDER, WaitingFeedback

    if yes and only_list:
        raise InputError("--yes and --list: give one of them")
    waiting = WaitingFeedback(var / FOLDER)
    all_feedback = waiting.read()
    if yes:
        adopted = [question for feedback in all_feedback if (question := question_of(feedback))]
        _settle(waiting, var / OWN, adopted, {question.id for question in adopted})
        print(f"{len(adopted)} adopted, {len(all_feedback) - len(adopted)} left waiting: {var / OWN}")
        return
    for number, feedback in enumerate(all_feedback, 1):
        print(f"{number} of {len(all_feedback)}", *describe(feedback), sep="\n", end="\n\n")
        if not only_list and not _decide(feedback, waiting, var / OWN):
            break
    if not all_feedback:
        print("nothing waits")


def question_of(feedback: "Feedback", *, unanswerable: bool = False) -> "Question | None":
    """The question that feedback becomes, one without an answer where told so; None where it does not say enough."""
    from eval.datasets.questions import Gold, Question

    gold = tuple(Gold(quote.document, quote.start, quote.end, quote.quote) for quote in feedback.gold)
    if not (gold or unanswerable or feedback.unanswerable):
        return None
    kind = "told right" if feedback.right else "told wrong"
    return Question(feedback.id, feedback.question, bool(gold), gold, kind, "", feedback.id)


def describe(feedback: "Feedback") -> Iterator[str]:
    """Feedback on a few lines: what was asked, replied and said, and what becomes of it."""
    said = "right" if feedback.right else "wrong"
    yield f"  {'question':<10}{_line(feedback.question)}{' (asked of some documents only)' * feedback.filtered}"
    for quote in feedback.answered:
        yield f"  {'answered':<10}{_quote(quote)}"
    reply = "refusal" if feedback.refused else "reply"
    comment = f": {_line(feedback.comment)}" if feedback.comment.strip() else ""
    yield f"  {'said':<10}{feedback.received[:10]}, this {reply} was {said}{comment}"
    for quote in feedback.evidence:
        yield f"  {'evidence':<10}{_quote(quote)}"
    becomes = "a question with the answer that is quoted" if feedback.gold else "nothing: it does not say what is right"
    becomes = "a question that the text does not answer" if feedback.unanswerable else becomes
    yield f"  {'becomes':<10}{becomes}"


def _decide(feedback: "Feedback", waiting: "WaitingFeedback", own: Path) -> bool:
    """Ask what becomes of it, and do that; False where nothing more is to be asked."""
    question = question_of(feedback)
    choices = CHOICES if question else {**UNANSWERABLE, **{key: CHOICES[key] for key in "ndq"}}
    told = ", ".join(f"{key}: {meaning}" for key, meaning in choices.items())
    choice = ""
    while choice not in choices:
        try:
            choice = input(f"Adopt it? ({told}) ").strip().lower()[:1]
        except EOFError:
            return False
    if choice in ("y", "u"):
        adopted = question or question_of(feedback, unanswerable=True)
        _settle(waiting, own, [adopted] if adopted else [], {feedback.id})
    elif choice == "d":
        _settle(waiting, own, [], {feedback.id})
    return choice != "q"


def _settle(waiting: "WaitingFeedback", own: Path, questions: "list[Question]", ids: set[str]) -> None:
    """Add the questions to the own set, then take the feedback out; in that order, so that a crash loses nothing."""
    from eval.datasets.own import add_questions

    with waiting.alone():
        if questions:
            add_questions(own, questions)
        if ids:
            waiting.remove(ids)


def _quote(quote: "Quote") -> str:
    return f"{printable(quote.document)}:{quote.start}-{quote.end}  {_line(quote.quote)}"


def _line(text: str) -> str:
    return printable(" ".join(text.split()))
