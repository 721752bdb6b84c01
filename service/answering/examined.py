"""The values that the sentences of the first hits become: measured, read, and the best of each hit."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.search import Hit
from service.answering.features import Features, Support
from service.answering.objections import Objections
from service.answering.question.content_words import WeightedWord
from service.answering.quoting.above import bearer_of_mark, field_that_names, holder, leading_to
from service.answering.quoting.quotes import Quote, quote_from
from service.answering.reader.inputs import Quoted, is_row
from service.answering.reader.spans import Reading

SURELY = 0.0  # what the reader says of a sentence that answers without those around it, -1 to 1


@dataclass(frozen=True, slots=True)
class Reference:
    """The sentence of this number in a hit, which an answer is quoted with: it says where that stands."""

    hit: Hit
    sentence: int

    @property
    def text(self) -> str:
        """The sentence."""
        return self.hit.passage.sentence_texts[self.sentence]


@dataclass(frozen=True, slots=True)
class HitSentences:
    """The sentences of one hit as answers; `readings` are what a reader says of each, None where nothing was read.

    `reference` is a sentence of another hit which says that the answer stands in this one.
    """

    hit: Hit
    features: Features
    support: Support
    objections: Objections
    readings: Sequence[Reading] | None = None
    reference: Reference | None = None

    @property
    def introduction(self) -> str:
        """What has to be read with the hit beside what stands above it."""
        return self.reference.text if self.reference else ""

    def quote(self, question: str, sentence: int) -> Quote:
        """What is quoted where the sentence of this number answers."""
        is_surely_said = bool(self.features.read[sentence] >= SURELY)
        return quote_from(question, self.hit.passage, sentence, self.support.sentences, is_surely_said=is_surely_said)

    def quoted(self, question: str, sentence: int) -> Quoted:
        """The same, to be read."""
        quote, above = self.quote(question, sentence), self.above(sentence)
        # A row is read with the cells that it leaves to the row of its group.
        is_named = above is not None and not is_row(self.hit.passage, quote.span)
        said_above = (self.introduction, above.text if above and is_named else "")
        return Quoted(self.hit.passage, quote.span, quote.heading, " ".join(filter(None, said_above)))

    def above(self, sentence: int) -> Reference | None:
        """What says what this sentence is about: a field, its question, its announcement, its mark, its holder."""
        passage, support = self.hit.passage, self.support.sentences
        number = field_that_names(passage, sentence, support, self.support.particular)
        if number is None:
            number = leading_to(passage, sentence, support)
        if number is None:
            number = bearer_of_mark(passage, sentence, support)
        if number is None:
            number = holder(passage, sentence, support)
        return None if number is None else Reference(self.hit, number)


@dataclass(frozen=True, slots=True)
class BestSentence:
    """The sentence of one hit that is most likely to answer: its number in the passage, and its score.

    `is_extreme`: it is the row of a table with the highest or the lowest value, which the question asks for. `named`:
    what the answer is seen by besides: the step of a list that the question names, where this is the one before or
    after it, or the other of two things that it compares. `is_known_wrong`: the question asks what comes after the last
    step, or before the first, or compares two things by what their table says nothing of. `notes` say what marks in
    what is quoted mean.
    """

    measured: HitSentences
    sentence: int
    score: float
    is_extreme: bool = False
    named: Reference | None = None
    is_known_wrong: bool = False
    notes: tuple[Reference, ...] = ()

    @property
    def hit(self) -> Hit:
        """The hit that it stands in."""
        return self.measured.hit

    @property
    def text(self) -> str:
        """The sentence."""
        return self.hit.passage.sentence_texts[self.sentence]

    @property
    def is_objected(self) -> bool:
        """Whether something speaks against it that no confidence makes up for."""
        if self.is_extreme or self.named:
            return False
        objections, number = self.measured.objections, self.sentence
        return self.is_known_wrong or bool(
            objections.unknown or objections.lacking[number] or objections.another[number] or objections.asks[number]
        )


@dataclass(frozen=True, slots=True)
class Examined:
    """A question, its content words, and the best sentence of each hit, the most likely to answer first.

    Of two versions of a document, what the one in force says comes first.

    The hits of `best` have new ranks where a reader read them: by their best sentences and by how they were found.
    """

    question: str
    words: Sequence[WeightedWord]
    best: Sequence[BestSentence]

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits by their ranks."""
        return tuple(sorted((best.hit for best in self.best), key=lambda hit: hit.rank))

    @property
    def is_read(self) -> bool:
        """Whether a reader read them."""
        return bool(self.best) and self.best[0].measured.readings is not None
