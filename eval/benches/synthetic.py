"""What the growth bench reads and encodes: texts without end, and an encoder that is real for the first of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from threading import Lock

import numpy as np

from corpus.documents import Document
from corpus.errors import InputError
from corpus.prose.sentences import sentences
from corpus.sources import make_document
from index.arrays import Vectors
from index.encoding.encoder import EncodedPassage, EncodedQuery, Encoder, EncoderInput

PARAGRAPHS = 10  # in one document; one is about a passage
SENTENCES = 5  # in one paragraph
VOCABULARY = 100_000  # made-up words
REPLACED = 0.25  # share of the words that are replaced by made-up ones
NOISE = 0.6  # length of the perturbation of a unit vector
QUESTIONS = 200
CHANGED = 100  # one document in so many is another in the rebuild
KEY_BYTES = 16  # of the hash that stands for a passage


class Texts:
    """Documents without end, made from a few texts; a document's number and version decide all of it."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Read the sentences of the documents; raises InputError where none has 4 to 60 words."""
        self.sentences = [
            document.text[start:end].replace("\n", " ")
            for document in documents
            for block in document.blocks
            for start, end in sentences(document.text, (block.start, block.end))
            if 4 <= len(document.text[start:end].split()) <= 60
        ]
        if not self.sentences:
            raise InputError("the texts hold no sentence of 4 to 60 words; give more text")
        random = Random(0)  # noqa: S311
        syllables = [first + vowel for first in "b c d f g h k l m n p r s t v st tr".split() for vowel in "aeiou"]
        self._words = ["".join(random.choices(syllables, k=random.randint(1, 4))) + "n" for _ in range(VOCABULARY)]
        # How often words occur in real text, by their rank: the law of Zipf and Mandelbrot (Mandelbrot 1953).
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))

    def documents(self, passages: int, version: int = 0) -> Iterator[Document]:
        """Documents of about so many passages; in `version` 1, one document in a hundred is another."""
        for number in range(-(-passages // PARAGRAPHS)):
            yield self._document(number, version if number % CHANGED == 0 else 0)

    def write(self, path: Path, passages: int, version: int = 0) -> Path:
        """Write the documents as JSON lines, so that a build is timed without the making of its texts."""
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
        paragraphs = (" ".join(self._sentence(random) for _ in range(SENTENCES)) for _ in range(PARAGRAPHS))
        return make_document(f"scale/{number}", "\n\n".join(paragraphs), f"Document {number}")

    def _sentence(self, random: Random) -> str:
        """A real sentence with some of its words replaced, never the first or the last."""
        words = random.choice(self.sentences).split()
        replaced = [number for number in range(1, len(words) - 1) if random.random() < REPLACED]
        made_up = random.choices(self._words, cum_weights=self._weights, k=len(replaced))
        for number, word in zip(replaced, made_up, strict=True):
            words[number] = word
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class _RealVectors:
    """What the real encoder gave a passage: its vector (dim,) and those of its sentences (sentences, dim)."""

    passage: Vectors
    sentences: Vectors


class ScaledEncoder:
    """An encoder that gives real vectors to the first `real` passages, and perturbations of those to all later ones.

    The real vectors are kept in the file `cache`, so that the next run does not compute them again.
    """

    def __init__(self, encoder: Encoder, real: int, cache: Path) -> None:
        self.model, self.sha256, self.variant = f"scaled {encoder.model}", encoder.sha256, encoder.variant
        self.dim, self.usage, self.max_tokens = encoder.dim, encoder.usage, encoder.max_tokens
        self.count_tokens = encoder.count_tokens
        self._encoder = encoder
        self._real = real
        self._cache = cache
        self._lock = Lock()  # a build encodes in several threads
        self.real = 0  # passages that were given a real vector so far
        self._known: dict[bytes, _RealVectors] = {}  # in the order in which they were encoded
        self._order: list[bytes] = []  # the same keys, to choose one by its number
        if cache.is_file():
            with np.load(cache, allow_pickle=False) as file:
                ends = np.cumsum(file["counts"])[:-1]
                rows = np.split(file["rows"], ends)
                for key, vector, sentence_vectors in zip(file["keys"], file["vectors"], rows, strict=True):
                    self._remember(key.tobytes(), _RealVectors(vector, sentence_vectors))

    def save(self) -> None:
        """Write the real vectors to the cache."""
        known = [self._known[key] for key in self._order]
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            self._cache,
            keys=np.frombuffer(b"".join(self._order), np.uint8).reshape(-1, KEY_BYTES),
            vectors=np.stack([vectors.passage for vectors in known]),
            rows=np.concatenate([vectors.sentences for vectors in known]),
            counts=[len(vectors.sentences) for vectors in known],
        )

    def encode_queries(self, questions: Sequence[str]) -> list[EncodedQuery]:
        """As the real encoder does."""
        return self._encoder.encode_queries(questions)

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[EncodedPassage]:
        """As `Encoder.encode_passages`, without token vectors."""
        keys = [
            blake2b(f"{passage.context}\n{passage.text}".encode(), digest_size=KEY_BYTES).digest()
            for passage in passages
        ]
        room = max(0, self._real - len(self._known))
        new = {key: passage for key, passage in zip(keys, passages, strict=True) if key not in self._known}
        to_encode = dict(islice(new.items(), room))
        if to_encode:
            for key, encoded in zip(to_encode, self._encoder.encode_passages(list(to_encode.values())), strict=True):
                with self._lock:
                    self._remember(key, _RealVectors(encoded.vector, encoded.sentences))
        with self._lock:
            self.real += sum(key in self._known for key in keys)
        return [self._encoded(key, len(passage.sentences)) for key, passage in zip(keys, passages, strict=True)]

    def _remember(self, key: bytes, vectors: _RealVectors) -> None:
        if key not in self._known:
            self._known[key] = vectors
            self._order.append(key)

    def _encoded(self, key: bytes, count: int) -> EncodedPassage:
        """The passage of a key with `count` sentences."""
        vectors = self._known.get(key) or self._perturbed(int.from_bytes(key[:8]))
        rows = vectors.sentences[np.arange(count) % len(vectors.sentences)]
        return EncodedPassage(vectors.passage, rows, np.empty((0, self.dim), np.float32), np.zeros(count, np.int32))

    def _perturbed(self, seed: int) -> _RealVectors:
        """The vectors of a known passage, moved a little and made unit vectors again; the seed decides all of it."""
        known = self._known[self._order[seed % min(self._real, len(self._order))]]
        vectors = np.vstack([known.passage, known.sentences])
        noise = np.random.default_rng(seed).standard_normal(vectors.shape, np.float32)
        vectors = vectors + NOISE / np.sqrt(self.dim) * noise
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return _RealVectors(vectors[0], vectors[1:])
