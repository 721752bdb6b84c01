"""From hits to an answer quoted from the text, or an honest refusal."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.arrays import Vectors
from index.encoding.encoder import EncodedQuery
from index.retrieval.words import Frequencies, terms
from index.search import Hit
from service.answering.answer_type import asked, holds
from service.answering.confidence import Confidence
from service.answering.question import Word, content_words
from service.answering.spelling import SLIP, likest

# How a sentence is chosen: weights of its features.
CHOICE: Mapping[str, float] = {"late": 1.0, "coverage": 0.8, "passage": 0.5, "fits": 0.15}
# A sentence that opens with one of these is about something that the sentence before it names.
ANAPHOR = re.compile(r"(?:He|She|They|It|This|These|Those|His|Her|Its|Their)\b")
GAIN = 0.3  # how much better a neighbour must account for some word to be quoted as well
ENOUGH = 0.75  # and how well, at least


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands: `document.text[start:end] == quote`; `passage` is the rank of the hit that holds it."""

    document: str
    start: int
    end: int
    quote: str
    passage: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Text that answers, and the evidence for it."""

    text: str
    kind: Literal["extractive", "generated"]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer."""

    code: Literal["no_match", "low_confidence"]
    message: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Exactly one of `answer` and `abstained` is None.

    `confidence` (0..1) is the calibrated chance that `candidate`, the best answer found, is right; `features` is what
    it was computed from. `candidate` is there also where it was withheld, and None where nothing matched.
    """

    confidence: float
    answer: Answer | None
    abstained: Abstention | None
    candidate: Answer | None
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reply(Decision):
    """A decision with the question, the passages found, and what they were found in.

    `understood` is the question with its spelling corrected, None where it was taken as it is.
    """

    question: str
    hits: tuple[Hit, ...]
    snapshot: str
    took_ms: float
    understood: str | None = None

    @property
    def refused(self) -> str:
        """The code of a refusal, empty where there is none."""
        return self.abstained.code if self.abstained else ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence of a hit; `support` (words,) is how well it accounts for each content word of the question."""

    hit: Hit
    sentence: int
    support: Vectors
    features: Mapping[str, float]

    @property
    def score(self) -> float:
        return sum(weight * self.features[name] for name, weight in CHOICE.items())


def decide(query: EncodedQuery, hits: Sequence[Hit], lexical: Frequencies, confidence: Confidence) -> Decision:
    """The best sentence of the hits, quoted where it is likely enough to be right."""
    words = content_words(query, lexical)
    if not hits or not words:
        message = "No passage has anything in common with the question; ask about what the documents are about."
        return Decision(0.0, None, Abstention("no_match", message), None, {})
    candidates = [candidate for hit in hits for candidate in _candidates(query.text, hit, words)]
    best = max(candidates, key=lambda candidate: candidate.score)
    chance = confidence.chance(best.features)
    answer = _quote(best, [other for other in candidates if other.hit is best.hit])
    if chance >= confidence.threshold:
        return Decision(chance, answer, None, answer, best.features)
    message = f"The text does not seem to say: the closest sentence has a {chance:.0%} chance of being the answer."
    return Decision(chance, None, Abstention("low_confidence", message), answer, best.features)


def _candidates(question: str, hit: Hit, words: Sequence[Word]) -> Iterator[_Candidate]:
    """Every sentence of the hit with its features."""
    passage = hit.passage
    texts = [passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences]
    kind = asked(question)
    stems = [frozenset(terms(text)) for text in texts]
    said = np.array([[_like(word, own) for own in stems] for word in words], np.float32)
    support = np.maximum(said, _near(hit, words)) if hit.match is not None else said
    # The subject of a sentence is often named only by its title, its section or its neighbours.
    context = frozenset(terms(passage.context))
    above = np.array([_like(word, context) for word in words], np.float32)
    around = said.max(axis=1)
    helped = np.maximum(support, np.maximum(0.9 * above, 0.8 * around)[:, None])
    coverage = np.average(helped, axis=0, weights=[word.weight for word in words])
    particular = np.array([word.particular for word in words])
    unsaid = np.any(particular & (np.maximum(above, around) < SLIP))
    close = np.zeros(len(texts), np.float32) if hit.sentences is None else hit.sentences
    for sentence, text in enumerate(texts):
        fits = holds(kind, text, question)
        features = {
            "late": float(close[sentence]),
            "coverage": float(coverage[sentence]),
            "weakest": float(helped[:, sentence].min()),
            "passage": hit.score,
            "unsaid": float(unsaid),
            "fits": float(fits is True),
            "misfits": float(fits is False),
        }
        yield _Candidate(hit, sentence, support[:, sentence], features)


def _near(hit: Hit, words: Sequence[Word]) -> Vectors:
    """How near the tokens of each sentence come to each word: mean best cosine of its tokens (words, sentences)."""
    assert hit.match is not None  # noqa: S101
    nothing = np.zeros((len(hit.match), 1), np.float32)
    return np.stack([(hit.match[:, word.tokens] if word.tokens.size else nothing).mean(axis=1) for word in words])


def _like(word: Word, stems: Set[str]) -> float:
    """1 where the word is among the stems, else how much of the likest agrees where it may be a slip of that one."""
    if word.stem in stems:
        return 1.0
    return likest(word.stem, stems)[0] if word.slip else 0.0


def _quote(best: _Candidate, siblings: Sequence[_Candidate]) -> Answer:
    """The sentence, with the one before or after it where that completes it."""
    passage = best.hit.passage
    first = last = best.sentence
    if first and ANAPHOR.match(passage.text, passage.sentences[first][0] - passage.start):
        first -= 1
    else:
        for other in siblings:
            completes = (other.support >= ENOUGH) & (other.support - best.support >= GAIN)
            if abs(other.sentence - best.sentence) == 1 and completes.any():
                first, last = sorted((best.sentence, other.sentence))
                break
    start, end = passage.sentences[first][0], passage.sentences[last][1]
    quote = passage.text[start - passage.start : end - passage.start]
    return Answer(quote, "extractive", (Evidence(passage.document, start, end, quote, best.hit.rank),))
