"""Dropout that costs nothing on a CPU, so that a small network does not learn its questions by heart."""

import torch
from torch import Tensor, nn


class RowDropout(nn.Module):
    """Dropout of the same numbers at every token of a row (Gal and Ghahramani 2016, arXiv:1512.05287).

    A mask for each token costs half a step on a CPU, where drawing it is not vectorised; this one costs nothing.
    """

    p = 0.0  # of attention, which asks for it by this name: a mask over its weights would be one for each token again

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, states: Tensor) -> Tensor:
        """States (rows, tokens, numbers); anything else stays as it is."""
        if not self.training or states.dim() != 3:
            return states
        kept = torch.rand(len(states), 1, states.shape[-1], device=states.device) >= self.rate
        return states * (kept / (1 - self.rate)).to(states.dtype)


def add_dropout(network: nn.Module, rate: float) -> None:
    """Put this dropout wherever the network has one; nothing for a rate of 0."""
    places = [
        (module, name)
        for module in network.modules()
        for name, child in module.named_children()
        if isinstance(child, nn.Dropout)
    ]
    for module, name in places if rate else ():
        setattr(module, name, RowDropout(rate))
