"""Whether passages support a statement, which is one sentence of a written answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.canonical import canonical
from corpus.documents import Passage
from index.encoding.encoder import Encoder
from service.answering.statements.comparison import Comparison, compare, promise, read_features
from service.answering.statements.nearness import EncodedPair
from service.answering.statements.particulars import Surroundings
from service.answering.statements.questions import Asked, Reads, ask_for_parts
from service.answering.statements.weights import SupportWeights
from service.answering.statements.windows import Window, windows
from service.answering.statements.words import WordedText, read_words

CLOSER = 5  # windows that are looked at closely, those that promise most
BEHIND = 0.15  # how much less than the best a window may promise to be chosen in its place
GAIN = 0.12  # how much more than a single sentence several have to promise
LONGEST = 600  # characters of a statement that is checked
CLEARLY = 0.5  # from where on "other" is named as the reason


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a statement is supported, and by what.

    `reason` says in plain words what the passages do not hold; empty where the statement is supported. `passage` is the
    position, from 0, of the passage that supports it; `start` and `end` are where its sentences stand in the document.
    """

    supported: bool
    reason: str
    passage: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A statement compared with the window that comes nearest to it. `asked` is None where no reader was asked."""

    comparison: Comparison
    passage: int
    asked: tuple[Asked, ...] | None

    @property
    def features(self) -> dict[str, float]:
        """All that is weighed; what a reader would say is missing where none was asked."""
        read = {} if self.asked is None else read_features(self.asked)
        return {**self.comparison.features, **read}


@dataclass(frozen=True, slots=True)
class _Candidate:
    promise: float
    window: Window
    passage: int
    around: Surroundings


class SupportCheck:
    """Checks statements against passages. Safe to call from several threads, where reader and encoder are."""

    def __init__(
        self, reader: Reads | None = None, encoder: Encoder | None = None, weights: SupportWeights | None = None
    ) -> None:
        """Take the shipped weights where None are given; raises ModelError."""
        self._reader = reader
        self._encoder = encoder
        self._weights = weights or SupportWeights.load()

    def support(self, statement: str, passages: Sequence[Passage]) -> Support:
        """Whether one of the passages supports the statement. Raises nothing, whatever the text."""
        statement = canonical(statement)
        if len(statement) > LONGEST:
            return Support(False, f"it is longer than {LONGEST} characters")
        weighed = self.weigh(statement, passages)
        if weighed is None:
            return Support(False, "the passages say nothing of it")
        if weighed.comparison.against:
            return Support(False, weighed.comparison.against)
        fit = self._weights.unread if weighed.asked is None else self._weights.read
        if fit.chance(weighed.features) < fit.threshold:
            return Support(False, _why_not(weighed))
        window = weighed.comparison.window
        return Support(True, "", weighed.passage, window.start, window.end)

    def weigh(self, statement: str, passages: Sequence[Passage]) -> Weighed | None:
        """Compare a statement of canonical text with what comes nearest to it; None where that holds nothing of it."""
        worded = read_words(statement)
        candidates = _candidates(worded, statement, passages)
        if not candidates:
            return None
        compared = self._compare(worded, candidates)
        # The first that nothing speaks against; where there is none, the first.
        at = next((number for number, each in enumerate(compared) if not each.against), 0)
        asked = None
        if self._reader and not compared[at].against:
            asked = ask_for_parts(self._reader, worded, passages[candidates[at].passage], candidates[at].around)
        return Weighed(compared[at], candidates[at].passage, asked)

    def _compare(self, statement: WordedText, candidates: Sequence[_Candidate]) -> list[Comparison]:
        pairs: list[EncodedPair | None] = [None] * len(candidates)
        if self._encoder:
            texts = [each.window.worded.text for each in candidates]
            encoded, *others = self._encoder.encode_queries([statement.text, *texts])
            pairs = [EncodedPair(encoded, other) for other in others]
        return [
            compare(statement, each.window, each.around, pair) for each, pair in zip(candidates, pairs, strict=True)
        ]


def _candidates(worded: WordedText, statement: str, passages: Sequence[Passage]) -> list[_Candidate]:
    """The windows that may be chosen, those that promise most first; none where no word of the statement is held."""
    if not worded.content:
        return []
    found: list[_Candidate] = []
    for number, passage in enumerate(passages):
        around = Surroundings(read_words(passage.context), read_words(passage.text))
        found += [
            _Candidate(promise(worded, window, around), window, number, around)
            for window in windows(passage, statement)
        ]
    found = sorted(found, key=lambda each: -each.promise)[:CLOSER]
    alone = max((each.promise for each in found if each.window.sentences == 1), default=0.0)
    least = max(found[0].promise - BEHIND, 0.0) if found else 0.0
    return [
        each for each in found if each.promise > least and (each.window.sentences == 1 or each.promise >= alone + GAIN)
    ] or [each for each in found[:1] if each.promise > 0]


def _why_not(weighed: Weighed) -> str:
    """What the statement lacks most, in plain words."""
    others = [each for each in weighed.asked or () if each.is_other]
    if others and weighed.features["other"] >= CLEARLY:
        surest = max(others, key=lambda each: each.score)
        return f"the passage says {surest.answer} and not {surest.part}"
    if weighed.comparison.features["far"]:
        return f"the passage does not say '{weighed.comparison.least_said}'"
    return "the passage does not clearly say this"
