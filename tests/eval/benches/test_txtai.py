"""The peer that the product is measured beside."""

from pathlib import Path

import pytest

from corpus.errors import UnavailableError
from eval.benches.txtai import prepare_peer


def test_a_peer_that_cannot_be_installed_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"^txtai\[api\]==9.14.\* cannot be installed \(no message\)$"):
        prepare_peer(tmp_path, [], 10, python="/bin/false")
