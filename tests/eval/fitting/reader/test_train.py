"""Training on tiny random readers: it learns, it stops and goes on, it says what it was made of."""

import json
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from corpus.errors import ModelError
from eval.fitting.reader.examples.data import SetSpec, held_back
from eval.fitting.reader.examples.rows import TrainingRow
from eval.fitting.reader.loop import Loss, Plan, average
from eval.fitting.reader.network import Batch, Sharing, collate, device_of, freeze, label_loss, load_network, logits
from eval.fitting.reader.train import labels_alone, train
from index.files import digest
from tests.readers import random_reader, tiny_set

PLAN = Plan(rate=1e-2, batch=8, passes=6, max_tokens=48, save_every=5, threads=1)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return random_reader(tmp_path / "model")


@pytest.fixture
def spec(tmp_path: Path) -> SetSpec:
    return SetSpec(tiny_set(tmp_path / "set.json"))


def curve(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "curve.jsonl").read_text("utf-8").splitlines()]


def test_a_reader_learns_and_says_what_from(model: Path, spec: SetSpec, tmp_path: Path) -> None:
    out = tmp_path / "out"
    train(model, out, [spec], PLAN)
    watched = [line for line in curve(out) if "held_back_loss" in line]
    assert watched[-1]["held_back_loss"] < 0.6 * watched[0]["held_back_loss"]
    made = json.loads((out / "run.json").read_text("utf-8"))
    assert made["weights_sha256"] == digest(model / "model.safetensors")
    assert made["sets"][0]["sha256"] == digest(spec.path)
    kept = json.loads((out / "held_back" / spec.path.name).read_text("utf-8"))["data"]
    articles = json.loads(spec.path.read_text("utf-8"))["data"]
    assert kept == [article for article in articles if held_back(article["title"])] != []
    for name in ("last", "average"):
        assert load_network(out / name)
        assert (out / name / "tokenizer.json").read_bytes() == (model / "tokenizer.json").read_bytes()


def test_the_same_seed_gives_the_same_weights(model: Path, spec: SetSpec, tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        train(model, tmp_path / name, [spec], replace(PLAN, passes=1, seed=seed))
    first, second, other = (digest(tmp_path / name / "last" / "model.safetensors") for name in "abc")
    assert first == second != other


def test_a_run_that_was_stopped_goes_on_as_if_it_was_not(model: Path, spec: SetSpec, tmp_path: Path) -> None:
    plan = replace(PLAN, passes=2, dropout=0.2)
    train(model, tmp_path / "whole", [spec], plan)
    stopped = tmp_path / "stopped"
    with pytest.raises(KeyboardInterrupt):
        train(model, stopped, [spec], plan, loss=_stop_after(8))
    assert json.loads((stopped / "state.json").read_text("utf-8"))["step"] == 5
    train(model, stopped, [spec], plan)
    whole, again = (load_file(folder / "last" / "model.safetensors") for folder in (tmp_path / "whole", stopped))
    assert all(torch.allclose(whole[name], again[name], atol=1e-5) for name in whole)


def _stop_after(steps: int) -> Loss:
    left = iter(range(steps))

    def loss(network: nn.Module, batch: Batch, chosen: Sequence[int]) -> Tensor:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return labels_alone(network, batch, chosen)

    return loss


def test_a_run_waits_while_the_file_exists(model: Path, spec: SetSpec, tmp_path: Path) -> None:
    quiet = tmp_path / "quiet"
    quiet.touch()
    plan = replace(PLAN, passes=1, pause_while=quiet)
    thread = threading.Thread(target=train, args=(model, tmp_path / "out", [spec], plan))
    thread.start()
    time.sleep(1.5)
    assert not (tmp_path / "out" / "curve.jsonl").exists()
    quiet.unlink()
    thread.join(60)
    assert (tmp_path / "out" / "last" / "model.safetensors").exists()


def test_minutes_end_a_run_early(model: Path, spec: SetSpec, tmp_path: Path) -> None:
    train(model, tmp_path / "out", [spec], replace(PLAN, passes=400, minutes=0.02))
    last = curve(tmp_path / "out")[-1]
    assert last["step"] < last["of"]


def test_only_the_last_checkpoints_are_kept_and_averaged(model: Path, spec: SetSpec, tmp_path: Path) -> None:
    out = tmp_path / "out"
    train(model, out, [spec], replace(PLAN, averaged=2))
    kept = sorted(out.glob("weights-*.safetensors"))
    assert len(kept) == 2
    name = "qa_outputs.weight"
    mean = sum(load_file(path)[name] for path in kept) / 2
    assert torch.allclose(average(kept)[name], torch.as_tensor(mean))
    assert torch.allclose(load_file(out / "average" / "model.safetensors")[name], torch.as_tensor(mean))


def test_frozen_layers_stay_as_they_are(model: Path, spec: SetSpec, tmp_path: Path) -> None:
    train(model, tmp_path / "out", [spec], replace(PLAN, passes=1, frozen=1))
    before, after = (load_file(f / "model.safetensors") for f in (model, tmp_path / "out" / "last"))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert not [name for name in changed if "embeddings" in name or ".layer.0." in name]


def test_without_frozen_layers_only_words_are_frozen(model: Path) -> None:
    network = load_network(model)
    freeze(network)
    frozen = [name for name, parameter in network.named_parameters() if not parameter.requires_grad]
    assert frozen == ["bert.embeddings.word_embeddings.weight"]


def test_other_weights_than_expected_are_refused(model: Path) -> None:
    with pytest.raises(ModelError, match="SHA-256"):
        load_network(model, "0" * 64)
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        load_network(model.parent)


def row(length: int, starts: tuple[int, int], ends: tuple[int, int]) -> TrainingRow:
    import numpy as np

    return TrainingRow(np.arange(4, 4 + length, dtype=np.int32) % 20, 4, 6, length - 1, 0, starts, ends)


def test_padding_changes_no_logit(model: Path) -> None:
    network = load_network(model).eval()
    rows = [row(12, (7, 7), (8, 8)), row(20, (0, 0), (0, 0))]
    together = logits(network, collate(rows), bf16=False)[0]
    assert together.shape == (2, 32)
    for number, each in enumerate(rows):
        alone = logits(network, collate([each], multiple=1), bf16=False)[0]
        assert torch.allclose(together[number, : len(each.ids)], alone[0], atol=1e-5)


def test_only_null_and_the_text_can_be_chosen(model: Path) -> None:
    starts, _ = logits(load_network(model).eval(), collate([row(12, (0, 0), (0, 0))]), bf16=False)
    assert (starts[0] > -9e3).nonzero().ravel().tolist() == [0, 6, 7, 8, 9, 10]


class Smallest(torch.nn.Module):
    """The least that can be read with: a start and an end logit of each token id."""

    config = SimpleNamespace()

    def __init__(self) -> None:
        super().__init__()
        self.scores = torch.nn.Embedding(20, 2)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> SimpleNamespace:
        starts, ends = (self.scores(input_ids) * attention_mask[..., None]).unbind(-1)
        return SimpleNamespace(start_logits=starts, end_logits=ends)


def test_everything_is_computed_where_the_network_is() -> None:
    # This device computes nothing, and refuses what is on another one.
    network = Smallest().to("meta")
    batch = collate([row(12, (7, 9), (9, 9))], device=device_of(network))
    assert label_loss(*logits(network, batch, bf16=False), batch).device.type == "meta"


def test_a_range_of_right_tokens_adds_their_chances() -> None:
    batch = collate([row(12, (7, 9), (9, 9))])
    scores = torch.zeros(1, 32)
    expected = (-torch.log(torch.tensor(3 / 32)) - torch.log(torch.tensor(1 / 32))) / 2
    assert torch.allclose(label_loss(scores, scores, batch), expected)


def test_a_step_takes_the_cores_that_others_leave(tmp_path: Path) -> None:
    statistics, cores = tmp_path / "stat", os.cpu_count() or 1
    statistics.write_text("cpu  0 0 0 0 0\n", "utf-8")
    sharing = Sharing(cores, statistics)
    assert sharing.update() == cores
    statistics.write_text("cpu  900000000 0 0 0 0\n", "utf-8")
    assert sharing.update() == 1
    assert Sharing(3, tmp_path / "nothing").threads == 3
