"""How well a reader reads: given the right passage, the right words; given a wrong one, a low score.

`python -m eval measure-reader` prints exact match, F1 and AUROC as JSON.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from corpus.errors import ModelError
from eval.fitting.reader.examples.data import Example, SetSpec, read_set
from eval.formulas import Values, auroc, mean
from eval.scoring import significance
from eval.short_answers import exact, word_f1
from index.machine import available_threads
from service.answering.reader.network import GRAPH, TOKENIZER, Graph, OnnxScorer
from service.answering.reader.rows import RowTokenizer
from service.answering.reader.spans import ReaderInput, Reading, Scorer, read_spans


def read_contexts(scorer: Scorer, tokenizer: RowTokenizer, examples: Sequence[Example]) -> list[Reading]:
    """The likeliest words of each whole context."""
    return [
        read_spans(scorer, tokenizer, [ReaderInput(e.question, e.title, e.context, [(0, len(e.context))])])[0][0]
        for e in examples
    ]


def measure_set(scorer: Scorer, tokenizer: RowTokenizer, examples: Sequence[Example]) -> dict[str, object]:
    """EM and F1 on answerable questions; AUROC of the score for answerable or not, where there are both."""
    readings = read_contexts(scorer, tokenizer, examples)
    words = [example.context[reading.start : reading.end] for example, reading in zip(examples, readings, strict=True)]
    kept = [(word, example.answers) for word, example in zip(words, examples, strict=True) if example.answerable]
    figures: dict[str, object] = {
        "answerable": len(kept),
        "exact": _interval(np.array([exact(word, answers) for word, answers in kept])),
        "f1": _interval(np.array([word_f1(word, answers) for word, answers in kept])),
        "unanswerable": len(examples) - len(kept),
    }
    if len(kept) < len(examples):
        scores = np.array([reading.score for reading in readings])
        labels = np.array([example.answerable for example in examples], float)
        figures["auroc"] = round(float(auroc(scores, labels)[0]), 4)
        figures["above_0_when_answerable"] = round(float((scores > 0)[labels == 1].mean()), 4)
        figures["above_0_when_not"] = round(float((scores > 0)[labels == 0].mean()), 4)
    return figures


def _interval(values: Values) -> dict[str, float]:
    """The mean and its 95 % bootstrap interval."""
    drawn = significance.draw([str(row) for row in range(len(values))])
    middle = significance.interval(lambda weights: mean(values, weights), drawn)
    figures = {"mean": float(values.mean())} | (asdict(middle) if middle else {})
    return {name: round(figure, 4) for name, figure in figures.items()}


def measure(model: Path, sets: Sequence[SetSpec], limit: int | None = None) -> Iterator[dict[str, object]]:
    """The figures of a reader, trained weights or exported folder, on each set; at most `limit` questions of each."""
    tokenizer = RowTokenizer((model / TOKENIZER).read_text("utf-8"))
    scorer = open_scorer(model)
    for spec in sets:
        examples = read_set(spec).examples
        chosen = examples if limit is None else examples[:: max(1, len(examples) // limit)]
        yield {"set": spec.path.stem, "half": spec.half, **measure_set(scorer, tokenizer, chosen)}


def open_scorer(model: Path) -> Scorer:
    """A scorer for a folder of torch weights or of an exported graph."""
    if (model / GRAPH).is_file():
        graph = Graph(model / GRAPH, available_threads())
        if not graph.marks_words:
            raise ModelError(f"{model}: is a cross-encoder, which marks no words; measure it with `eval run`")
        return OnnxScorer(graph)
    from eval.fitting.reader.network import Sharing, TorchScorer, load_network

    return TorchScorer(load_network(model), bf16=False, sharing=Sharing(available_threads()))
