"""Notes: what a mark in an answer means. "Barley soup * 5.80" is quoted with "* on Fridays only"."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.documents import Passage
from corpus.prose.marks import begins_with, marks_in
from service.answering.choosing.choose import with_passage
from service.answering.examined import Examined, Reference
from service.answering.reader.inputs import is_row

MOST_NOTES = 3  # that are quoted with an answer


def put_notes_beside(examined: Examined, passages_of: Callable[[str], Sequence[Passage]]) -> Examined:
    """The same, where the first sentence has the notes of the marks in what would be quoted of it.

    A note is the only sentence of the document that begins with the mark. `passages_of` gives the passages of a
    document, in order.
    """
    first = examined.best[0] if examined.best else None
    if first is None:
        return examined
    passage = first.hit.passage
    span = first.measured.quote(examined.question, first.sentence).span
    marks = list(dict.fromkeys(marks_in(passage.text_at(span), in_row=is_row(passage, span))))[:MOST_NOTES]
    if not marks:
        return examined
    passages = passages_of(passage.document)
    notes = list[Reference]()
    for mark in marks:
        found = [
            (each, number)
            for each in passages
            for number, text in enumerate(each.sentence_texts)
            if begins_with(text, mark)
        ]
        if len(found) == 1:
            ((holding, number),) = found
            taken = {passage.id, *(note.hit.passage.id for note in notes)}
            # Where no hit has its passage, that takes the place of the hit that says least.
            spare = next((best for best in reversed(examined.best) if best.hit.passage.id not in taken), None)
            if spare or holding.id in taken:
                examined, best = with_passage(examined, holding, spare or first)
                notes.append(Reference(best.hit, number))
    return replace(examined, best=[replace(examined.best[0], notes=tuple(notes)), *examined.best[1:]])
