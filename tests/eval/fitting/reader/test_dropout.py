"""Dropout of the same numbers at every token of a row."""

from pathlib import Path

import torch

from eval.fitting.reader.dropout import RowDropout, add_dropout
from eval.fitting.reader.network import load_network
from tests.readers import random_reader


def test_a_row_loses_the_same_numbers_at_every_token_and_other_rows_lose_others() -> None:
    torch.manual_seed(1)
    states = torch.ones(2, 5, 1000)
    dropped = RowDropout(0.25)(states)
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    assert not torch.equal(dropped[0], dropped[1])
    assert set(dropped.unique().tolist()) == {0.0, states.new_tensor(1 / 0.75).item()}
    assert abs(dropped.mean() - 1) < 0.1  # what is left makes up for what is lost


def test_nothing_is_lost_while_reading() -> None:
    states = torch.ones(2, 5, 8)
    assert RowDropout(0.9).eval()(states) is states


def test_every_dropout_of_a_network_is_replaced(tmp_path: Path) -> None:
    network = load_network(random_reader(tmp_path / "model")).train()
    ids = torch.arange(4, 10)[None]
    with torch.no_grad():
        before = network(ids).start_logits
        add_dropout(network, 0.0)
        assert torch.equal(network(ids).start_logits, before)
        add_dropout(network, 0.5)
        assert not any(type(module) is torch.nn.Dropout for module in network.modules())
        assert not torch.equal(network(ids).start_logits, before)
        assert torch.equal(network.eval()(ids).start_logits, before)
