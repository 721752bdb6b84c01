"""The documents of a snapshot: a page of their list, and those that a filter lets through."""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from corpus.documents import DocumentInfo


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some of the documents, in the order of their ids.

    `total` is how many there are that fit the words, on whatever page. `has_more` says whether there are more after
    these.
    """

    documents: tuple[DocumentInfo, ...]
    total: int
    has_more: bool


def page_of(documents: Sequence[DocumentInfo], limit: int | None, after: str, words: str) -> DocumentPage:
    """The first `limit` documents (all where None) with ids above `after` whose id or title holds all of the words.

    `documents` are in the order of their ids. Words are parted by white space; capitals do not matter.
    """
    wanted = words.casefold().split()
    if wanted:
        documents = [info for info in documents if _holds(info, wanted)]
    rest = documents[bisect_right(documents, after, key=lambda info: info.id) if after else 0 :]
    page = tuple(rest if limit is None else rest[:limit])
    return DocumentPage(page, len(documents), has_more=len(page) < len(rest))


def _holds(info: DocumentInfo, words: Sequence[str]) -> bool:
    text = f"{info.id}\n{info.title}".casefold()
    return all(word in text for word in words)


class MetadataIndex:
    """Which documents have a value under a name in their metadata."""

    def __init__(self, documents: Sequence[DocumentInfo]) -> None:
        self._ids = frozenset(info.id for info in documents)
        self._having: dict[tuple[str, str], set[str]] = {}
        for info in documents:
            for pair in info.metadata:
                self._having.setdefault(pair, set()).add(info.id)

    def select(self, values: Mapping[str, str], among: Collection[str] | None) -> frozenset[str]:
        """The ids of the documents that have all of these values, of those `among` (of all where None).

        Ids that no document has stay in the selection, for the search to refuse.
        """
        matching = self._ids.intersection(*(self._having.get(pair, ()) for pair in values.items()))
        return matching if among is None else matching & frozenset(among) | (frozenset(among) - self._ids)
