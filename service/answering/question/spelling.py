"""Spelling mistakes: words of a question that nobody knows, and the words that they may stand for."""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import distribution
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from index.retrieval.stemming import stem
from index.retrieval.words import UNKNOWN_STEM, WORD, Frequencies, Lexicon

MIN_LETTERS = 4  # a shorter word looks like too many others
MAX_DIFFERENCE = 2  # letters by which two words may differ in length
SIMILAR = 0.8  # similarity from which one word may be another one, misspelt
# The same of a word of another passage than the hits: a large index holds many words that look like any other.
SIMILAR_ANYWHERE = 0.87
TRIED = 16  # of the most similar words, so many are looked at: some are too long or too short
DICTIONARY = "symspellpy/frequency_dictionary_en_82_765.txt"  # 82,765 English words, and how often books hold them


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A word that another one may stand for, and how similar the two are (0..1)."""

    word: str
    similarity: float


def may_be_misspelt(word: str, tokens: int, held: bool) -> bool:
    """Whether a word of a question may be misspelt: no text holds it (`held`), nor the encoder, nor the dictionary.

    The encoder has one token for every common word and cuts other words into several `tokens`.
    """
    is_plain = word.isalpha() and (word[1:].islower() or word.isupper())  # and not "macOS"
    if not is_plain or held or tokens == 1 or len(word) < MIN_LETTERS:
        return False
    return word.lower() not in _known_words(word[0].lower())


def meant(
    word: str, slips: Sequence[str], texts: Sequence[str], lexicon: Lexicon, texts_with: Callable[[str], Sequence[str]]
) -> str | None:
    """What a misspelt word stands for: a word of the texts, else one of the whole index, else any; None for nothing.

    It is one of those that it may be a slip of (`slips`, the likeliest first), or else the one that it looks most like.
    `texts_with` finds texts that hold a stem.
    """
    written, stems = _words_of(tuple(texts))
    here = [slip for slip in slips if stem(slip) in stems]
    if here:
        return next((slip for slip in here if slip in written), here[0])
    if lookalike := most_similar(word, written.keys()):
        return written[lookalike.word]
    if held := _first_held(slips, lexicon):
        return held
    known_stem = most_similar(stem(word), lexicon.vocabulary, SIMILAR_ANYWHERE)
    if known_stem is None:
        return next(iter(slips), None)
    # The index holds stems. A text that holds this one writes the word out.
    words: Sequence[str] = [known for text in texts_with(known_stem.word) for known in WORD.findall(text)]
    return next((known for known in words if stem(known.lower()) == known_stem.word), None)


@lru_cache(maxsize=8)  # all words of a question are looked for in the same texts
def _words_of(texts: tuple[str, ...]) -> tuple[Mapping[str, str], Set[str]]:
    """How the texts write each of their words, by the word in small letters and in that order, and the stems."""
    written = {known.lower(): known for text in texts for known in WORD.findall(text)}
    return dict(sorted(written.items())), frozenset(map(stem, written))


def _first_held(words: Sequence[str], lexical: Frequencies) -> str | None:
    *weights, unknown = lexical.inverse_frequencies([*map(stem, words), UNKNOWN_STEM])
    return next((word for word, weight in zip(words, weights, strict=True) if weight < unknown), None)


def most_similar(word: str, others: Collection[str], similar: float = SIMILAR) -> Lookalike | None:
    """The first of the most similar words; None where none has a similarity of at least `similar`.

    The similarity of two words is twice the length of their longest common subsequence by that of both together.
    """
    near = process.extract(word, others, scorer=Indel.normalized_similarity, score_cutoff=similar, limit=TRIED)
    fitting = (Lookalike(other, score) for other, score, _ in near)
    return next((each for each in fitting if abs(len(each.word) - len(word)) <= MAX_DIFFERENCE), None)


def slips_of(word: str) -> list[str]:
    """The words of the dictionary of which this one may be a slip, the likeliest first.

    A slip leaves out a letter, adds one, exchanges two side by side, or takes another one: most mistakes are one, and
    the first letter is seldom wrong (F. J. Damerau, A technique for computer detection and correction of spelling
    errors, 1964). Those of the last kind come last, and common words first.
    """
    counts = _known_words(word[0])
    near = process.extract(word, counts.keys(), scorer=OSA.distance, score_cutoff=1, limit=None)
    return sorted(
        (other for other, _, _ in near), key=lambda other: (_takes_another_letter(word, other), -counts[other])
    )


def _takes_another_letter(word: str, other: str) -> bool:
    return len(word) == len(other) and sorted(word) != sorted(other)


def _known_words(first: str) -> Mapping[str, int]:
    """How often books hold each word of the dictionary that begins with this letter."""
    return _dictionary().get(first, {})


@cache
def _dictionary() -> Mapping[str, Mapping[str, int]]:
    """The words by their first letters; read for the first word that nobody knows, which takes 50 ms."""
    path = Path(str(distribution("symspellpy").locate_file(DICTIONARY)))
    words: dict[str, dict[str, int]] = {}
    for word, count in map(str.split, path.read_text("utf-8-sig").splitlines()):
        words.setdefault(word[0], {})[word] = int(count)
    return words
