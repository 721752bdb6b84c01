"""What an engine does once a file of its snapshot was written to."""

from collections.abc import Callable

import pytest

from corpus.errors import SnapshotError
from index.snapshots.store import Store
from service.answering.citations.finding import Claim
from service.answering.engine import Engine
from tests.fakes import FakeEncoder


@pytest.mark.parametrize(
    "read",
    [
        lambda engine: engine.ask("Who is the head?"),
        lambda engine: engine.search("head"),
        lambda engine: engine.document("centre"),
        lambda engine: engine.passages("centre"),
        lambda engine: engine.cite("centre", 0, 5),
        lambda engine: engine.verify("centre", Claim(0, 8, "The head")),
    ],
)
def test_whatever_reads_the_snapshot_notices_that_a_file_was_changed(
    fill: Callable[..., Store], encoder: FakeEncoder, read: Callable[[Engine], object]
) -> None:
    store = fill({"centre": "The head of the Centre is Irakli Beridze."})
    engine = Engine(store.open(), encoder)
    with (store.folder(engine.snapshot) / "text.bin").open("ab") as file:
        file.write(b"more")
    with pytest.raises(SnapshotError, match=r"text\.bin: was changed while it was in use"):
        read(engine)
