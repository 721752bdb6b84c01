"""From hits to an answer quoted from the text, or an honest refusal."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.encoder import EncodedQuery, Vectors
from index.lexical import LexicalIndex, terms
from index.search import Hit
from service.asked import asked, holds
from service.confidence import Confidence
from service.question import Word, content_words

# How a sentence is chosen: weights of its features.
CHOICE: Mapping[str, float] = {"late": 1.0, "cosine": 0.5, "coverage": 0.5, "passage": 0.5}
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
    """A decision with the question, the passages found, and what they were found in."""

    question: str
    hits: tuple[Hit, ...]
    snapshot: str
    took_ms: float


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


def decide(query: EncodedQuery, hits: Sequence[Hit], lexical: LexicalIndex, confidence: Confidence) -> Decision:
    """The best sentence of the hits, quoted where it is likely enough to be right."""
    words = content_words(query, lexical)
    if not hits or not words:
        message = "No passage has anything in common with the question; ask about what the documents are about."
        return Decision(0.0, None, Abstention("no_match", message), None, {})
    candidates = [candidate for hit in hits for candidate in _candidates(query.text, hit, words)]
    best = max(candidates, key=lambda candidate: candidate.score)
    features = dict(best.features, margin=_margin(best, candidates))
    chance = confidence.chance(features)
    answer = _quote(best, [other for other in candidates if other.hit is best.hit])
    if chance >= confidence.threshold:
        return Decision(chance, answer, None, answer, features)
    message = f"The text does not seem to say: the closest sentence has a {chance:.0%} chance of being the answer."
    return Decision(chance, None, Abstention("low_confidence", message), answer, features)


def _candidates(question: str, hit: Hit, words: Sequence[Word]) -> Iterator[_Candidate]:
    """Every sentence of the hit with its features."""
    passage = hit.passage
    texts = [passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences]
    stems = [set(terms(text)) for text in texts]
    kind = asked(question)
    around = set(terms(passage.context))
    weights = np.array([word.weight for word in words], np.float32)
    for sentence, own in enumerate(stems):
        support = np.array([_support(word, hit, sentence, own) for word in words], np.float32)
        # The subject of a sentence is often named only by its title, its section or its neighbours.
        within = np.array([word.stem in around for word in words])
        passage_wide = np.array([any(word.stem in others for others in stems) for word in words])
        helped = np.maximum(support, np.where(within, 0.9, np.where(passage_wide, 0.8, 0.0)))
        fits = holds(kind, texts[sentence], question)
        features = {
            "fits": float(fits is True),
            "misfits": float(fits is False),
            "late": float(hit.match[:, sentence].mean()) if hit.match is not None and hit.match.size else 0.0,
            "cosine": float(hit.sentence_scores[sentence]),
            "coverage": float(weights @ helped / weights.sum()),
            "weakest": float(helped.min()),
            "weakest_alone": float(support.min()),
            "passage": hit.score,
            "passage_dense": hit.signals["dense"],
            "passage_late": hit.signals.get("late", 0.0),
        }
        yield _Candidate(hit, sentence, support, features)


def _support(word: Word, hit: Hit, sentence: int, stems: set[str]) -> float:
    """How well a sentence accounts for a word: 1 where it holds it, else how near its nearest tokens come."""
    if word.stem in stems:
        return 1.0
    if hit.match is None or not word.tokens.size:
        return 0.0
    return float(hit.match[word.tokens, sentence].mean())


def _margin(best: _Candidate, candidates: Sequence[_Candidate]) -> float:
    """How far the best sentence is ahead of the best of any other passage."""
    others = [candidate.score for candidate in candidates if candidate.hit is not best.hit]
    return best.score - max(others, default=0.0)


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
