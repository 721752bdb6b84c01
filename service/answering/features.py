"""What is known of each sentence of a hit as an answer: sentences are chosen and confidence is computed from it."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Passage
from corpus.prose.asking import is_lead_in, is_question
from corpus.prose.nesting import above, left_to_group, stand_below
from index.arrays import Vectors
from index.search import Hit
from service.answering.numbers.inside import asked_values, covering, stated_texts
from service.answering.numbers.ranges import DAYS
from service.answering.question.acronyms import Acronym
from service.answering.question.answer_type import answer_type, holds
from service.answering.question.content_words import WeightedWord, held_terms
from service.answering.question.spelling import SIMILAR, most_similar

Values: TypeAlias = NDArray[np.float64]

# What a word of the question counts for a sentence that lacks it; a sentence that holds it has 1.
IN_CONTEXT = 0.9  # the title, a heading or what introduces the sentence holds it
IN_PASSAGE = 0.8  # another sentence of the passage holds it
EXACT_IN_PASSAGE = 0.5  # the same of a number or a code, which says more about the sentence that it stands in
EXACT = 2.0  # how many times as much a number or a code counts as its idf says
OTHERWISE_WRITTEN = 0.95  # the sentence holds another form of it, as a short form, or a range that it is in

MOST_WORDS = 8  # of a question, that count


@dataclass(frozen=True, slots=True)
class Support:
    """How well the text of one hit accounts for each content word of the question, 0 (not at all) to 1 (literally).

    `sentences` (words, sentences) compares words, and meanings where there are token vectors. The others compare words
    only: `leads` (words, sentences) with what introduces each sentence, `context` (words,) with the title and the
    headings, `passage` (words, sentences) with the best sentence of the passage, those left out below which only others
    stand. `particular` (words,) are names and numbers.
    """

    sentences: Vectors
    leads: Vectors
    context: Vectors
    passage: Vectors
    particular: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Features:
    """The features of every sentence of one hit, (sentences,) each.

    `late`: how well its tokens match the question. `coverage`: share of the question that it accounts for, each word
    by its idf; `weakest`: how well it accounts for the worst word. `exact`: 1 where it, or what introduces it, holds
    the numbers, codes and short names of the question, -1 where it lacks one, 0 where the question has none. `passage`:
    the score of the hit. `unsaid`: 1 where neither passage nor headings hold some number or name of the question.
    `fits`, `misfits`: 1 where it holds, or lacks, a thing of the answer type. `words`: how many words the question
    has, as a share of eight. `margin`: how far the score of the first is above the best one of other hits, 0 to 0.5;
    0 of all others. `read`: how sure the reader is that words of it answer, -1 to 1; `lead`: by how much it is surer of
    it than of any other sentence of the hits; `compared`: how sure it is of what would be quoted, read side by side
    with that of other hits. All three are 0 where nothing was read, and `compared` of all but the best.
    """

    late: Values
    coverage: Values
    weakest: Values
    exact: Values
    passage: Values
    unsaid: Values
    fits: Values
    misfits: Values
    words: Values
    margin: Values
    read: Values
    lead: Values
    compared: Values

    def of_sentence(self, sentence: int) -> Mapping[str, float]:
        """The features of one sentence by name, in the order of `FEATURES`."""
        return {name: float(getattr(self, name)[sentence]) for name in FEATURES}


FEATURES = tuple(field.name for field in fields(Features))
READ_FEATURES = ("read", "lead", "compared")
# What confidence is fitted on; `coverage` serves only to choose the sentence.
UNREAD_FEATURES = tuple(name for name in FEATURES if name not in ("coverage", *READ_FEATURES))
FITTED_FEATURES = (*UNREAD_FEATURES, *READ_FEATURES)


def measure_support(
    question: str, hit: Hit, words: Sequence[WeightedWord], acronyms: Sequence[Acronym] = (), introduction: str = ""
) -> Support:
    """Compare each word of the question with the hit's sentences, with what stands above them, and introduces them."""
    passage = hit.passage
    texts = passage.sentence_texts
    held = [held_terms(text) for text in texts]
    literal = np.array([[agreement(word, own, acronyms) for own in held] for word in words], np.float32)
    literal = _with_ranges(literal, question, words, stated_texts(question, passage))
    introduced = [held_terms(text) for text in introductions(passage, texts)]
    # Most sentences have no introduction, so each different one is compared once.
    leads = {own: [agreement(word, own, acronyms) for word in words] for own in set(introduced)}
    context = held_terms(passage.context) | held_terms(introduction)
    headed = np.array([agreement(word, context, acronyms) for word in words], np.float32)
    return Support(
        sentences=literal if hit.match is None else np.maximum(literal, _nearness(hit.match, words)),
        leads=np.array([leads[own] for own in introduced], np.float32).T,
        context=_with_ranges(headed[:, None], question, words, [passage.context])[:, 0],
        passage=_in_passage(literal, stand_below(passage)),
        particular=np.array([word.particular for word in words], bool),
    )


def _in_passage(held: Vectors, below: Sequence[int | None]) -> Vectors:
    """How well the passage of each sentence accounts for words, (words, sentences); `held` is the same of sentences.

    "Warehouse" stands above its own shifts alone.
    """
    count = held.shape[1]
    holders = {holder for holder in below if holder is not None}
    if not holders:
        return np.repeat(held.max(axis=1, keepdims=True), count, axis=1)
    free = [number for number in range(count) if number not in holders]
    return np.stack([held[:, [*free, number, *above(below, number)]].max(axis=1) for number in range(count)], axis=1)


def _with_ranges(held: Vectors, question: str, words: Sequence[WeightedWord], texts: Sequence[str]) -> Vectors:
    """How well texts account for words, (words, texts): a number of the question is held by a range that it is in.

    A day is not held by a range that it is not in, although that may name its year.
    """
    ranged = held.copy()
    for value in asked_values(question):
        of_value = [value.span[0] <= word.word.start < value.span[1] for word in words]
        for number, found in enumerate(covering(value, texts)):
            if found:
                ranged[of_value, number] = np.maximum(ranged[of_value, number], OTHERWISE_WRITTEN)
            elif found is False and value.unit == DAYS:
                ranged[of_value, number] = 0.0
    return ranged


def measure_features(question: str, hit: Hit, words: Sequence[WeightedWord], support: Support) -> Features:
    """The features of the hit's sentences; `support` is what `measure_support` says of the same hit and words."""
    # The subject of a sentence is often named only by its title, its headings, its lead or its neighbours.
    in_passage = np.array([EXACT_IN_PASSAGE if word.is_exact else IN_PASSAGE for word in words])
    beside = np.maximum(IN_CONTEXT * support.context[:, None], in_passage[:, None] * support.passage)
    helped = np.maximum(np.maximum(support.sentences, IN_CONTEXT * support.leads), beside)  # (words, sentences)
    unsaid = np.any(support.particular & (np.maximum(support.context, support.passage.max(axis=1)) < SIMILAR))
    expected = answer_type(question)
    held = [holds(expected, text, question) for text in hit.passage.sentence_texts]
    # A heading that holds the date or the version is quoted with the sentence.
    is_headed = expected in ("date", "version") and holds(expected, " ".join(hit.passage.section), question)
    count = len(held)
    weights = np.array([word.weight * (EXACT if word.is_exact else 1) for word in words])
    return Features(
        late=np.zeros(count) if hit.sentences is None else hit.sentences.astype(np.float64),
        coverage=(helped * weights[:, None]).sum(axis=0) / weights.sum(),
        weakest=helped.min(axis=0).astype(np.float64),
        exact=_exact(support, words),
        passage=np.full(count, hit.score, np.float64),
        unsaid=np.full(count, unsaid, np.float64),
        fits=np.array([holding is True for holding in held], np.float64),
        misfits=np.array([holding is False and not is_headed for holding in held], np.float64),
        words=np.full(count, min(len(words), MOST_WORDS) / MOST_WORDS),
        margin=np.zeros(count),
        read=np.zeros(count),
        lead=np.zeros(count),
        compared=np.zeros(count),
    )


def _exact(support: Support, words: Sequence[WeightedWord]) -> Values:
    """Whether each sentence, or what stands above it, holds the question's exact words, -1 to 1: (sentences,)."""
    exact = np.array([word.is_exact for word in words], bool)
    if not exact.any():
        return np.zeros(support.sentences.shape[1])
    held = np.maximum(np.maximum(support.sentences, support.leads), support.context[:, None])
    worst: Values = held[exact].min(axis=0).astype(np.float64)
    return 2 * worst - 1


def agreement(word: WeightedWord, held: Set[str], acronyms: Sequence[Acronym] = ()) -> float:
    """1 where the word is among the terms, less where another form of it is, or a word that it may be misspelt for."""
    first, *others = word.word.terms
    if first in held:
        return 1.0
    if any(other in held for other in others):
        return OTHERWISE_WRITTEN
    for acronym in acronyms:
        if (first in acronym.long and acronym.short in held) or (first == acronym.short and acronym.long <= held):
            return OTHERWISE_WRITTEN
    lookalike = most_similar(first, held) if word.maybe_misspelt else None
    return lookalike.similarity if lookalike else 0.0


def introductions(passage: Passage, texts: Sequence[str]) -> list[str]:
    """What each sentence has to be read with: the lead-in of its list, the question that it answers, what it is below.

    Of a row that leaves its first cells to the row above, these cells.
    """
    found: list[str] = []
    lead, before = passage.lead_text if is_lead_in(passage.lead_text) else "", ""
    below = stand_below(passage)
    for number, (text, kind) in enumerate(zip(texts, passage.kinds, strict=True)):
        holders = [texts[each] for each in above(below, number)][::-1]
        if kind == "row" and holders:
            left = (left_to_group(passage, number, holder) for holder in above(below, number))
            found.append(" ".join(cell for cells in left for _, cell, _ in cells))
        else:
            own = lead if kind == "item" else before if is_question(before) else ""
            found.append(" ".join(filter(None, (own, *holders))))
        if kind != "item":
            lead = text if is_lead_in(text.rstrip()) else ""
        before = text
    return found


def _nearness(match: Vectors, words: Sequence[WeightedWord]) -> Vectors:
    """How near each sentence comes to each word in meaning, the mean over the word's tokens: (words, sentences).

    `match` (sentences, question tokens) is the best cosine of each token in each sentence. Numbers, codes and names of
    one letter have no meaning that could be near: they are there, or they are not.
    """
    no_tokens = np.zeros((len(match), 1), np.float32)
    near = [match[:, word.tokens] if word.tokens.size and not word.is_exact else no_tokens for word in words]
    return np.stack([tokens[:, 0] if tokens.shape[1] == 1 else tokens.mean(axis=1) for tokens in near])
