"""The scale bench's texts and encoder."""

from pathlib import Path

import numpy as np
import pytest

from corpus.documents import Document
from corpus.errors import InputError
from corpus.sources import make_document, read_jsonl
from eval.benches.synthetic import ScaledEncoder, Texts
from index.encoding.encoder import EncoderInput
from tests.fakes import FakeEncoder

SENTENCES = [f"The {name} lies on the river {name}en since long ago." for name in ("Po", "Rhine", "Elbe", "Oder")]


@pytest.fixture
def texts() -> Texts:
    return Texts([make_document("rivers", "\n\n".join(SENTENCES))])


def passage(text: str) -> EncoderInput:
    return EncoderInput("Title", text, ((0, len(text)),))


def test_texts_are_recombined_sentences(texts: Texts) -> None:
    assert texts.sentences == SENTENCES
    documents = list(texts.documents(25))
    assert [document.id for document in documents] == ["scale/0", "scale/1", "scale/2"]
    assert [document.text.count("\n\n") for document in documents] == [9, 9, 9]
    known = {word for sentence in SENTENCES for word in sentence.split()}
    words = " ".join(document.text for document in documents).split()
    assert 0.1 < sum(word not in known for word in words) / len(words) < 0.25


def test_texts_are_the_same_each_time_but_for_one_document_in_a_hundred(texts: Texts) -> None:
    first, second, changed = (list(texts.documents(2000, version)) for version in (0, 0, 1))
    assert first == second
    assert [a.id for a, b in zip(first, changed, strict=True) if a != b] == ["scale/0", "scale/100"]


def test_written_texts_read_back(texts: Texts, tmp_path: Path) -> None:
    path = texts.write(tmp_path / "new" / "texts.jsonl", 15, version=1)
    assert list(read_jsonl(path)) == list(texts.documents(15, version=1))


@pytest.mark.parametrize("documents", [[], [make_document("short", "Short.")]])
def test_texts_without_sentences_are_refused(documents: list[Document]) -> None:
    with pytest.raises(InputError, match=r"\Athe texts hold no sentence of 4 to 60 words; give more text\Z"):
        Texts(documents)


def test_the_first_vectors_are_real_and_the_others_near_them(tmp_path: Path) -> None:
    inner = FakeEncoder()
    encoder = ScaledEncoder(inner, 3, tmp_path / "cache.npz")
    first = [passage(text) for text in ("one river", "two rivers", "three")]
    real = encoder.encode_passages(first)
    for encoded, expected in zip(real, FakeEncoder().encode_passages(first), strict=True):
        assert encoded.vector.tolist() == expected.vector.tolist()
        assert encoded.sentences.tolist() == expected.sentences.tolist()
        assert (encoded.tokens.shape, encoded.token_counts.tolist()) == ((0, 32), [0])
    later = encoder.encode_passages([passage(f"another {n}") for n in range(50)])
    assert (inner.encoded, encoder.real) == (3, 3)
    nearest = [max(float(encoded.vector @ passage_vectors.vector) for passage_vectors in real) for encoded in later]
    assert 0.8 < np.mean(nearest) < 0.92
    assert np.linalg.norm([encoded.vector for encoded in later], axis=1) == pytest.approx(1)
    assert encoder.encode_passages([passage("another 7")])[0].vector.tolist() == later[7].vector.tolist()


def test_real_vectors_are_kept_for_the_next_run(tmp_path: Path) -> None:
    texts = [passage("one river"), passage("two")]
    first = ScaledEncoder(FakeEncoder(), 2, tmp_path / "bench" / "cache.npz")
    vectors = [encoded.vector.tolist() for encoded in first.encode_passages(texts)]
    first.save()
    inner = FakeEncoder()
    second = ScaledEncoder(inner, 2, tmp_path / "bench" / "cache.npz")
    assert [encoded.vector.tolist() for encoded in second.encode_passages(texts)] == vectors
    assert inner.encoded == 0
