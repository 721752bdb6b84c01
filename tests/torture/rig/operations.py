"""What the product does to its files, as steps one after another, and what has to hold after each, however it ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.errors import SnapshotError
from index.build import BuildReport, build
from index.changes.removal import erase, texts_of
from index.edits import Edit
from index.snapshots.store import Store
from index.storage.token_vectors import TokenLimits
from index.storage.vector_writer import WriterLimits
from service.answering.engine import Engine
from tests.fakes import FakeEncoder
from tests.index.builds import EACH, contents, documents_of

SMALL = WriterLimits(block=4, batch=2, tokens=TokenLimits(full_part=60, most_parts=3))  # several checkpoints and parts


def fact(name: str, count: int = 4) -> str:
    return f"# The {name}\n\n" + "\n\n".join(f"Fact {n} of the {name} is {n * n}." for n in range(count))


FIRST = {"harbour": fact("harbour", 9), "pier": fact("pier"), "tower": fact("tower")}
SECOND = FIRST | {"tower": fact("old tower")}
THIRD = SECOND | {"mill": fact("mill")}
WITHOUT = {name: text for name, text in FIRST.items() if name != "pier"}


def build_of(store: Store, texts: Mapping[str, str], edit: Edit = Edit(), *, activate: bool = True) -> BuildReport:
    return build(store, documents_of(texts), FakeEncoder(), EACH, edit=edit, activate=activate, limits=SMALL)


def remove(store: Store, document: str) -> None:
    """As `python -m index remove`."""
    removed = texts_of(store, [document])
    build_of(store, {}, Edit("overwrite", remove=frozenset({document})))
    erase(store, removed)


def holds(store: Store, document: str) -> bool:
    """Whether any snapshot holds the document."""
    return any(document == text[0] for name in store.names() for text in store.texts(name))


def annotate(store: Store) -> None:
    store.annotate(str(store.current()), {"gate": {"passed": True}})


def activate_oldest(store: Store) -> None:
    infos = store.list()  # in which no snapshot is that cannot be read
    if len(infos) < len(store.names()):
        raise SnapshotError("it cannot be known which one is the oldest")
    store.activate(infos[-1].id)


def prune(store: Store) -> None:
    store.prune(1)
    if len(store.names()) > 1:
        raise SnapshotError("a snapshot that could not be read stayed")


@dataclass(frozen=True, slots=True)
class Step:
    """`run` leaves a store that serves `texts`, and in which what it promises `holds`."""

    name: str
    run: Callable[[Store], object]
    texts: Mapping[str, str]
    holds: Callable[[Store], bool] = lambda store: True


STEPS = (
    Step("build", lambda store: build_of(store, FIRST), FIRST),
    Step("build again", lambda store: build_of(store, SECOND), SECOND),
    Step("add", lambda store: build_of(store, {"mill": THIRD["mill"]}, Edit("add")), THIRD),
    Step("annotate", annotate, THIRD, lambda store: any(info.passed for info in store.list())),
    Step("activate", activate_oldest, FIRST),
    Step("remove", lambda store: remove(store, "pier"), WITHOUT, lambda store: not holds(store, "pier")),
    Step("build once more", lambda store: build_of(store, THIRD), THIRD),
    Step("prune", prune, THIRD, lambda store: len(store.names()) == 1),
)
"""Each from the state that the one before leaves; the first begins with nothing."""


def texts_before(number: int) -> Mapping[str, str] | None:
    """What is served before a step; None before the first."""
    return STEPS[number - 1].texts if number else None


class Torn(AssertionError):
    """A store is in a state that it must never be in."""


def served(store: Store) -> Mapping[str, str] | None:
    """The texts that the active snapshot serves, None where none is active.

    Raises what the product raises where a snapshot is damaged, and Torn where a quote is not in its text.
    """
    for name in store.names():
        store.verify(name)
    if store.current() is None:
        return None
    snapshot = store.open()
    texts = {record.info.id: snapshot.document(record.info.id).text for record in snapshot.documents}
    found = Engine(snapshot, FakeEncoder()).ask("What is fact 2 of the harbour?").best_answer
    if found is None or any(texts[e.document][e.start : e.end] != e.quote for e in found.evidence):
        raise Torn(f"no quote, or one that is not in its text: {found}")
    return texts


def require_old_or_new(store: Store, number: int, *, done: bool) -> None:
    """Raise Torn, or what the product raises, unless all is as before this step or after it; after it, if `done`."""
    step, texts = STEPS[number], served(store)
    if texts != step.texts and (done or texts != texts_before(number)):
        raise Torn(f"{step.name}: serves {sorted(texts or ())}, done: {done}")
    if done and not step.holds(store):
        raise Torn(f"{step.name}: what was done is undone")


class Mended:
    """Whether the next build succeeds, whatever was left, and is as if it were the first."""

    def __init__(self) -> None:
        self._contents: dict[str, object] = {}  # of a build from nothing, by the texts

    def require(self, store: Store, texts: Mapping[str, str]) -> None:
        """Build these texts; raise Torn where the result depends on what was there before, or debris stays."""
        build_of(store, texts)
        served(store)
        if contents(store.open()) != self._scratch(texts):
            raise Torn("the next build took over what was damaged")
        if left := list(store.root.rglob(".*")):
            raise Torn(f"the next build left {left}")

    def _scratch(self, texts: Mapping[str, str]) -> object:
        key = repr(sorted(texts.items()))
        if key not in self._contents:
            with TemporaryDirectory() as folder:
                store = Store(Path(folder))
                build_of(store, texts)
                self._contents[key] = contents(store.open())
        return self._contents[key]
