"""What the scale bench reads and encodes: texts without end, and an encoder that is real for the first of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from threading import Lock

import numpy as np

from corpus.documents import Document
from corpus.errors import InputError
from corpus.sections import blocks
from corpus.sentences import sentences
from corpus.sources import make_document
from index.arrays import Vectors
from index.encoding.encoder import EncodedPassage, EncodedQuery, Encoder, EncoderInput

PARAGRAPHS = 10  # in one document
WORDS = 100_000  # in the made-up vocabulary
MADE_UP = 0.25  # share of words replaced
NOISE = 0.6  # length of the perturbation of a unit vector
QUESTIONS = 200
CHANGED = 100  # one document in so many is another in the rebuild


class Texts:
    """Documents without end from a few texts; a document's number and version decide all of it."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Read their sentences; raises InputError where there is none of a usual length."""
        self.sentences = [
            document.text[start:end].replace("\n", " ")
            for document in documents
            for section in document.info.sections
            for block in blocks(document.text, section)
            for start, end in sentences(document.text, block)
            if 4 <= len(document.text[start:end].split()) <= 60
        ]
        if not self.sentences:
            raise InputError("the texts hold no sentence of 4 to 60 words; give more text")
        random = Random(0)  # noqa: S311
        syllables = [first + vowel for first in "b c d f g h k l m n p r s t v st tr".split() for vowel in "aeiou"]
        self._words = ["".join(random.choices(syllables, k=random.randint(1, 4))) + "n" for _ in range(WORDS)]
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(WORDS)))  # Zipf and Mandelbrot's law

    def documents(self, passages: int, version: int = 0) -> Iterator[Document]:
        """About that many passages; of `version` 1, one document in a hundred is another."""
        for number in range(-(-passages // PARAGRAPHS)):
            yield self._document(number, version if number % CHANGED == 0 else 0)

    def write(self, path: Path, passages: int, version: int = 0) -> Path:
        """The documents as JSON lines, so that a build is timed without the making of its texts."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            for document in self.documents(passages, version):
                file.write(json.dumps({"id": document.id, "title": document.info.title, "text": document.text}) + "\n")
        return path

    def questions(self) -> list[str]:
        """Sentences to search for."""
        return Random(1).choices(self.sentences, k=QUESTIONS)  # noqa: S311

    def _document(self, number: int, version: int) -> Document:
        random = Random(f"{number} {version}")  # noqa: S311
        paragraphs = (" ".join(self._sentence(random) for _ in range(5)) for _ in range(PARAGRAPHS))
        return make_document(f"scale/{number}", "\n\n".join(paragraphs), f"Document {number}")

    def _sentence(self, random: Random) -> str:
        words = random.choice(self.sentences).split()
        places = [at for at in range(1, len(words) - 1) if random.random() < MADE_UP]
        for at, word in zip(places, random.choices(self._words, cum_weights=self._weights, k=len(places)), strict=True):
            words[at] = word
        return " ".join(words)


class ScaledEncoder:
    """An encoder that gives real vectors to its first passages, and perturbed ones of theirs to all later ones."""

    def __init__(self, encoder: Encoder, real: int, cache: Path) -> None:
        self.model, self.sha256, self.variant = f"scaled {encoder.model}", encoder.sha256, encoder.variant
        self.dim, self.max_tokens = encoder.dim, encoder.max_tokens
        self.count_tokens = encoder.count_tokens
        self._encoder = encoder
        self._real = real
        self._cache = cache
        self._lock = Lock()
        self.real = 0  # passages that were given a real vector
        self._known: dict[bytes, tuple[Vectors, Vectors]] = {}
        self._order: list[bytes] = []
        if cache.is_file():
            with np.load(cache, allow_pickle=False) as file:
                ends = np.cumsum(file["counts"])[:-1]
                for key, vector, rows in zip(file["keys"], file["vectors"], np.split(file["rows"], ends), strict=True):
                    self._remember(key.tobytes(), vector, rows)

    def save(self) -> None:
        """Keep the real vectors for the next run."""
        keys = np.frombuffer(b"".join(self._order), np.uint8).reshape(-1, 16)
        vectors, rows = zip(*(self._known[key] for key in self._order), strict=True)
        counts = [len(each) for each in rows]
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(self._cache, keys=keys, vectors=np.stack(vectors), rows=np.concatenate(rows), counts=counts)

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        """As `Encoder.encode_queries`, real."""
        return self._encoder.encode_queries(questions)

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        """As `Encoder.encode_passages`, without tokens."""
        keys = [blake2b(f"{p.context}\n{p.text}".encode(), digest_size=16).digest() for p in passages]
        room = max(0, self._real - len(self._known))
        new = {key: p for key, p in zip(keys, passages, strict=True) if key not in self._known}
        unseen = dict(islice(new.items(), room))
        if unseen:
            for key, encoded in zip(unseen, self._encoder.encode_passages(list(unseen.values())), strict=True):
                with self._lock:
                    self._remember(key, encoded.vector, encoded.sentences)
        with self._lock:
            self.real += sum(key in self._known for key in keys)
        return [self._encoded(key, len(p.sentences)) for key, p in zip(keys, passages, strict=True)]

    def _remember(self, key: bytes, vector: Vectors, rows: Vectors) -> None:
        if key not in self._known:
            self._known[key] = (vector, rows)
            self._order.append(key)

    def _encoded(self, key: bytes, count: int) -> EncodedPassage:
        vector, rows = self._known.get(key) or self._perturbed(int.from_bytes(key[:8]))
        rows = rows[np.arange(count) % len(rows)]
        return EncodedPassage(vector, rows, np.empty((0, self.dim), np.float32), np.zeros(count, np.int32))

    def _perturbed(self, seed: int) -> tuple[Vectors, Vectors]:
        vector, rows = self._known[self._order[seed % min(self._real, len(self._order))]]
        both = np.vstack([vector, rows])
        noise = np.random.default_rng(seed).standard_normal(both.shape, np.float32)
        both = both + NOISE / np.sqrt(self.dim) * noise
        both /= np.linalg.norm(both, axis=1, keepdims=True)
        return both[0], both[1:]
