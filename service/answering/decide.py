"""Whether an answer is given: the best sentence of the hits is quoted, or withheld below the threshold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.documents import Span, anchor_at
from corpus.prose.cells import cells_of
from index.retrieval.words import terms
from index.search import Hit
from service.answering.answer import Answer, Decision, Evidence, ShortAnswer
from service.answering.confidence import Confidence
from service.answering.examined import BestSentence, Examined
from service.answering.features import introductions
from service.answering.naming.entries import entry_of
from service.answering.naming.long_forms import long_form_in
from service.answering.question.answer_type import answer_type
from service.answering.question.content_words import WeightedWord, is_read_by_encoder
from service.answering.question.echo import asks_the_same
from service.answering.question.scope import asks_for_more_than_quotes
from service.answering.reader.spans import UNREAD
from service.answering.refusal import refuse_empty, refuse_request, refuse_unlikely

SAID_BY_HEADING = (
    0.75  # chance of an answer whose heading holds a number or code of the question and the thing asked for
)
COMPARED = 0.75  # chance of a row with the extreme of a column that the question names
_MARKS = " \t\n*_`|#>"  # what may stand around words in Markdown
IN_ORDER = 0.75  # chance of the step beside the one that the question names, and of one of two that it compares
ENTERED = 0.85  # chance of the entry of a glossary whose term is all that is asked for
ASKED = 0.85  # chance of what stands below the question itself, or right behind it
INTRODUCED = 0.9  # chance where the sentence introduces the short form that is asked about
# For questions in a script that the encoder does not know: half of their words, by weight, have to stand there. They
# say little: of answers whose words all stood there, half were right, where four questions of ten had no answer.
ALL_WORDS = 0.6
BY_WORDS = Confidence({}, 0.0, threshold=0.276, sure=1.0, likely=1.0)
OBJECTED = 0.9  # share of the threshold that an answer reaches at most, against which something speaks


@dataclass(frozen=True, slots=True)
class _Judged:
    """A sentence as an answer, and the chance that it is right."""

    sentence: BestSentence
    answer: Answer
    chance: float

    @property
    def nearest(self) -> Evidence:
        """Where the sentence is quoted."""
        evidence = self.answer.evidence
        start = self.sentence.hit.passage.sentences[self.sentence.sentence][0]
        return next((each for each in evidence if each.start <= start < each.end), evidence[0])


def decide(examined: Examined, confidence: Confidence) -> Decision:
    """Quote the best sentence, or abstain where the chance that it is right is below the threshold."""
    question, words, ranked = examined.question, examined.words, examined.best
    if not ranked:
        return Decision(0.0, "unsure", None, refuse_empty(words), None, {})
    if not examined.is_read:
        confidence = confidence.without_reader() if is_read_by_encoder(question) else BY_WORDS
    chosen = first = _judge(question, ranked[0], words, confidence)
    if first.sentence.is_objected and first.chance < confidence.threshold:
        # Something speaks against the first; another sentence may still answer.
        others = (_judge(question, best, words, confidence) for best in ranked[1:])
        chosen = next((other for other in others if other.chance >= confidence.threshold), first)
    features = chosen.sentence.measured.features.of_sentence(chosen.sentence.sentence)
    if what := asks_for_more_than_quotes(question):
        return Decision(0.0, "unsure", None, refuse_request(what, chosen.nearest), None, features)
    if chosen.chance >= confidence.threshold:
        level = confidence.level(chosen.chance)
        return Decision(chosen.chance, level, chosen.answer, None, chosen.answer, features)
    refusal = refuse_unlikely(chosen.chance, chosen.nearest, chosen.sentence.measured.support, words)
    return Decision(chosen.chance, "unsure", None, refusal, chosen.answer, features)


def _judge(question: str, best: BestSentence, words: Sequence[WeightedWord], confidence: Confidence) -> _Judged:
    """The sentence as an answer, with the chance that it is right."""
    features = best.measured.features.of_sentence(best.sentence)
    # Of a script that the encoder does not know, only the words that stand there tell anything.
    is_read = is_read_by_encoder(question)
    chance = confidence.chance(features) if is_read else ALL_WORDS * (1 - (1 - features["coverage"]) ** 2)
    if best.is_objected:
        chance = min(chance, OBJECTED * confidence.threshold)
    elif _is_asked(question, best):
        chance = max(chance, ASKED)
    if best.is_extreme:
        chance = max(chance, COMPARED)
    if best.named:
        chance = max(chance, IN_ORDER)
    if entry_of(question, best):
        chance = max(chance, ENTERED)
    if long_form_in(best.text, question, words):
        chance = max(chance, INTRODUCED)
    answer = _quote(question, best, words)
    if _is_said_by_heading(best, answer, words):
        chance = max(chance, SAID_BY_HEADING)
    return _Judged(best, answer, chance)


def _is_asked(question: str, best: BestSentence) -> bool:
    """Whether the sentence answers the very question in the text, as in a list of frequent questions."""
    passage = best.hit.passage
    before = introductions(passage, passage.sentence_texts)[best.sentence]
    return any(asks_the_same(question, text) for text in (before, *passage.section[-1:]))


def _is_said_by_heading(best: BestSentence, answer: Answer, words: Sequence[WeightedWord]) -> bool:
    """Whether a heading is quoted that holds a number or a code of the question beside what is asked for."""
    is_heading = answer.evidence[0].quote in best.hit.passage.section
    held = set(terms(answer.text)) if is_heading else set()
    return any(word.is_exact and held.intersection(word.word.terms) for word in words)


def _quote(question: str, best: BestSentence, words: Sequence[WeightedWord]) -> Answer:
    passage = best.hit.passage
    quoted = best.measured.quote(question, best.sentence)
    (start, end), heading = quoted.span, quoted.heading
    quote = passage.text_at((start, end))
    evidence = _evidence(best.hit, start, end, quote)
    if heading in (None, passage.lead):
        beside = filter(None, (_lead(best, heading), *_references(best, quoted.span)))
        return Answer(quote, "extractive", (evidence, *beside), _short(question, best, words))
    # The heading holds the thing asked for, and the sentence says what it is about.
    text = passage.heading_at(heading)
    short = ShortAnswer(text, passage.document, *heading) if best.measured.readings else None
    return Answer(text, "extractive", (_evidence(best.hit, *heading, text), evidence), short)


def _lead(best: BestSentence, heading: Span | None) -> Evidence | None:
    """The header that names the columns of a row, or what stands before the page break that cuts the sentence."""
    passage = best.hit.passage
    is_row = passage.kinds[best.sentence] == "row"
    if passage.lead is None or not (is_row or heading == passage.lead):
        return None
    return _evidence(best.hit, *passage.lead, passage.lead_text)


def _references(best: BestSentence, quoted: Span) -> Iterator[Evidence]:
    """What says that the answer stands here, or what it is about, and what else it is seen by.

    Without what is quoted with the answer anyway.
    """
    above = best.measured.above(best.sentence)
    for reference in filter(None, (best.measured.reference, above, best.named, *best.notes)):
        start, end = reference.hit.passage.sentences[reference.sentence]
        if reference.hit.passage.document == best.hit.passage.document and quoted[0] <= start and end <= quoted[1]:
            continue
        yield _evidence(reference.hit, start, end, reference.text)


def _short(question: str, best: BestSentence, words: Sequence[WeightedWord]) -> ShortAnswer | None:
    """The words of the sentence that answer: the first cell of an extreme, a long form, else what the reader marks.

    None where yes or no would answer, or nothing was read.
    """
    passage = best.hit.passage
    first = passage.sentences[best.sentence][0] - passage.start
    if best.is_extreme and best.measured.readings is not None:
        cell, at = next(cells_of(best.text))
        start, end = first + at, first + at + len(cell)
    elif entry := entry_of(question, best):
        start, end = first + entry[0], first + entry[1]
    elif named := long_form_in(best.text, question, words):
        start, end = first + named[0], first + named[1]
    elif best.measured.readings is None or answer_type(question) == "whether":
        return None
    else:
        reading = best.measured.readings[best.sentence]
        if reading.score == UNREAD or not reading.is_marked:
            return None
        start, end = _without_marks(passage.text, reading.start, reading.end)
    return ShortAnswer(passage.text[start:end], passage.document, passage.start + start, passage.start + end)


def _without_marks(text: str, start: int, end: int) -> Span:
    """The span without the signs of Markdown around it; as it is where there is nothing else."""
    inner = text[start:end].strip(_MARKS)
    return (at := text.index(inner, start), at + len(inner)) if inner else (start, end)


def _evidence(hit: Hit, start: int, end: int, quote: str) -> Evidence:
    anchor = anchor_at(hit.passage.anchors, start)
    page, label = (anchor.page, anchor.label) if anchor else (None, None)
    return Evidence(hit.passage.document, start, end, quote, hit.rank, page, label)
