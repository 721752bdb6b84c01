"""Texts, questions and small helpers of the tests of snapshots on a Milvus server."""

from corpus.passages import Chunking
from index.search import Hit
from index.snapshots.store import Store

EACH = Chunking(min_tokens=1)
TEXTS = {
    "animals": "# Zoo\nThe cat sat on the mat. It purred loudly.\n\nA dog barked.\n## Air\nBirds sing in the morning.",
    "cities/é": "Turin lies on the river Po.\n\nThe Hague is in the Netherlands. The Centre is there.",
    "rules": "---\n\n---",
    "smile": "🙂 😀.",
    "tool copy": "The hammer drives the NAILS!",
    "tools": "A hammer drives nails.\n\nA saw cuts wood. The cat watched. It purred.",
}
QUESTION = "Where is the Centre in The Hague?"
QUESTIONS = [QUESTION, "the cat and the other cat purred", "zzz unknown", "?", " ", "É\u2028🙂", "What drives nails?"]


def by_age(store: Store) -> list[str]:
    """Every snapshot, oldest first: the ids of one second are in any order."""
    return [info.id for info in reversed(store.list())]


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]
