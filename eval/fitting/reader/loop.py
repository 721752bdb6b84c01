"""The loop that trains a reader: batches, learning rate, checkpoints, the learning curve.

A run stops and goes on: checkpoints hold the weights, the optimizer's state and the step; the rows of a step depend on
the seed and the step alone.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from eval.fitting.reader.examples.negatives import Shares
from eval.fitting.reader.examples.rows import TrainingRow
from eval.fitting.reader.network import Batch, Sharing, best_device, collate, computing, device_of, label_loss, logits
from index.files import replace_file

PRINTED = 25  # steps between two lines of progress
CLIP = 1.0  # largest norm of the gradient
DECAY = 0.01  # weight decay of matrices; vectors have none


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to learn. `minutes` ends a run early: the learning rate falls to 0 by then."""

    rate: float = 3e-5
    batch: int = 16
    passes: int = 1
    max_tokens: int = 256
    shortest: int | None = None  # rows are cut at a random limit between this and max_tokens
    frozen: int = 0  # of the lowest layers
    warm_up: float = 0.06  # share of the steps
    seed: int = 0
    threads: int = 2
    minutes: float | None = None
    save_every: int = 300  # steps
    averaged: int = 3  # so many of the last checkpoints are averaged
    shares: Shares = field(default_factory=Shares)
    dropout: float = 0.0
    alone: float = 0.0  # share of the examples that are also read as single sentences
    otherwise: float = 0.0  # share of the examples whose questions are asked in another way
    pause_while: Path | None = None


Loss = Callable[[nn.Module, Batch, Sequence[int]], Tensor]
"""The loss (rows,) of a batch whose rows have these numbers."""


class Trainer:
    """The loop: one network, one optimizer, one folder of checkpoints."""

    def __init__(self, network: nn.Module, folder: Path, plan: Plan, steps: int, pad: int = 0) -> None:
        torch.manual_seed(plan.seed)
        self.network, self.folder, self.plan, self.steps, self.pad = network.to(best_device()), folder, plan, steps, pad
        self.step, self.seconds, self.sharing = 0, 0.0, Sharing(plan.threads)
        named = [(name, parameter) for name, parameter in network.named_parameters() if parameter.requires_grad]
        groups = [
            {"params": [p for _, p in named if p.ndim > 1], "weight_decay": DECAY},
            {"params": [p for _, p in named if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=plan.rate, fused=True)
        self.trained = [parameter for _, parameter in named]
        folder.mkdir(parents=True, exist_ok=True)

    def run(
        self, rows: Sequence[TrainingRow], numbers: Iterator[list[int]], loss: Loss, watched: Sequence[TrainingRow] = ()
    ) -> None:
        """Learn the batches of these rows, from the step that the newest checkpoint holds."""
        with computing(self.plan.threads):
            self._learn(rows, numbers, loss, watched)
        self.save(watched)

    def _learn(
        self, rows: Sequence[TrainingRow], numbers: Iterator[list[int]], loss: Loss, watched: Sequence[TrainingRow]
    ) -> None:
        began, smooth = time.monotonic() - self.seconds, None
        self.network.train()
        for position, chosen in enumerate(numbers):
            if position < self.step:
                continue
            if self.share_done >= 1:
                break
            self._wait()
            self.sharing.update()
            batch = collate([rows[number] for number in chosen], self.pad, device=device_of(self.network))
            torch.manual_seed(self.plan.seed + self.step)  # what is dropped at a step is the same after an interruption
            value = loss(self.network, batch, chosen).mean()
            value.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.trained, CLIP)
            for group in self.optimizer.param_groups:
                group["lr"] = self.plan.rate * self.rate_share
            self.optimizer.step()
            self.optimizer.zero_grad()
            self.step, self.seconds = position + 1, time.monotonic() - began
            smooth = value.item() if smooth is None else 0.98 * smooth + 0.02 * value.item()
            if self.step % PRINTED == 0:
                self.log(loss=round(smooth, 4), rate=self.plan.rate * self.rate_share, threads=torch.get_num_threads())
            if self.step % self.plan.save_every == 0:
                self.save(watched)

    @property
    def share_done(self) -> float:
        """How much of the run is over, 0 to 1, by steps or by time, whichever is more."""
        by_time = self.seconds / (self.plan.minutes * 60) if self.plan.minutes else 0.0
        return max(self.step / self.steps, by_time)

    @property
    def rate_share(self) -> float:
        """The share of the learning rate at this step: up in the warm-up, then down to 0, linearly."""
        return min((self.step + 1) / (self.plan.warm_up * self.steps), 1.0, max(0.0, 1 - self.share_done) + 0.005)

    def log(self, **values: float) -> None:
        """Print a line of the learning curve and add it to curve.jsonl."""
        line = json.dumps({"step": self.step, "of": self.steps, "seconds": round(self.seconds, 1), **values})
        print(line, flush=True)
        with (self.folder / "curve.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _wait(self) -> None:
        while self.plan.pause_while and self.plan.pause_while.exists():
            time.sleep(1)

    def save(self, watched: Sequence[TrainingRow] = ()) -> None:
        """Write a checkpoint, drop those that will not be averaged, and measure the held-back rows."""
        weights = {name: value.contiguous() for name, value in self.network.state_dict().items()}
        save_file(weights, self.folder / f"weights-{self.step:06}.safetensors")
        state = self.optimizer.state_dict()["state"]
        moments = {f"{number}.{name}": value for number, item in state.items() for name, value in item.items()}
        save_file(moments, self.folder / "optimizer.safetensors.new")
        (self.folder / "optimizer.safetensors.new").replace(self.folder / "optimizer.safetensors")
        replace_file(self.folder / "state.json", json.dumps({"step": self.step, "seconds": self.seconds}))
        for old in sorted(self.folder.glob("weights-*.safetensors"))[: -self.plan.averaged]:
            old.unlink()
        if watched:
            self.log(**measure_rows(self.network, watched, self.pad))

    def resume(self) -> None:
        """Go on from the newest checkpoint, where there is one."""
        if not (self.folder / "state.json").exists():
            return
        state = json.loads((self.folder / "state.json").read_text("utf-8"))
        self.step, self.seconds = state["step"], state["seconds"]
        self.network.load_state_dict(load_file(self.folder / f"weights-{self.step:06}.safetensors"))
        held = self.optimizer.state_dict()
        held["state"] = {}
        for key, value in load_file(self.folder / "optimizer.safetensors").items():
            number, _, name = key.partition(".")
            held["state"].setdefault(int(number), {})[name] = value
        self.optimizer.load_state_dict(held)


def measure_rows(network: nn.Module, rows: Sequence[TrainingRow], pad: int, size: int = 16) -> dict[str, float]:
    """Mean loss, and the share of rows whose likeliest start and end are both right, null included."""
    losses, right = list[Tensor](), list[Tensor]()
    network.eval()
    with torch.inference_mode():
        for begin in range(0, len(rows), size):
            batch = collate(rows[begin : begin + size], pad, device=device_of(network))
            starts, ends = logits(network, batch)
            losses.append(label_loss(starts, ends, batch))
            first, last = starts.argmax(1), ends.argmax(1)
            right.append(
                (first >= batch.starts[:, 0]) & (first <= batch.starts[:, 1])
                & (last >= batch.ends[:, 0]) & (last <= batch.ends[:, 1])
            )  # fmt: skip
    network.train()
    return {
        "held_back_loss": torch.cat(losses).mean().item(),
        "held_back_right": torch.cat(right).float().mean().item(),
    }


def average(paths: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of the weights of several checkpoints."""
    loaded = [load_file(path) for path in paths]
    return {name: torch.stack([weights[name].float() for weights in loaded]).mean(0) for name in loaded[0]}
