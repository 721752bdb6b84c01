"""Going through an HTML tree without recursion, however deep it is, past all that a reader of the page does not see."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol


class Node(Protocol):
    """A node of a tree that a parser of HTML made; text has the tag `-text`."""

    @property
    def tag(self) -> str | None: ...  # noqa: D102

    @property
    def attributes(self) -> Mapping[str, str | None]: ...  # noqa: D102

    @property
    def child(self) -> "Node | None": ...  # noqa: D102

    @property
    def next(self) -> "Node | None": ...  # noqa: D102

    @property
    def parent(self) -> "Node | None": ...  # noqa: D102

    @property
    def text_content(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Event:
    """An element begins or ends, or text comes; `leaf`: an element that was asked not to be entered."""

    kind: Literal["open", "close", "leaf", "text"]
    tag: str
    node: Node

    @property
    def text(self) -> str:
        """The words of a text."""
        return self.node.text_content or ""


_SKIPPED = frozenset(
    "head script style template noscript svg math nav select option button input textarea iframe object canvas audio "
    "video datalist dialog map rp rt".split()
)
_SKIPPED_ROLES = frozenset(("navigation", "search", "menu", "menubar", "tablist", "toolbar"))
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def events(root: Node, leaves: Collection[str] = ()) -> Iterator[Event]:
    """What stands inside `root`, in order. Elements with a tag in `leaves` are named and not entered."""
    node = root.child
    depth = 1
    while node is not None:
        tag = node.tag or ""
        following = None
        if tag == "-text":
            yield Event("text", tag, node)
        elif tag in leaves and not _is_skipped(tag, node):
            yield Event("leaf", tag, node)
        elif not _is_skipped(tag, node):
            yield Event("open", tag, node)
            following = node.child
            if following is None:
                yield Event("close", tag, node)
            else:
                depth += 1
        while following is None:
            following = node.next
            if following is None:
                depth -= 1
                above = node.parent
                if not depth or above is None:
                    return
                node = above
                yield Event("close", node.tag or "", node)
        node = following


def _is_skipped(tag: str, node: Node) -> bool:
    """Whether an element is a comment, or nothing that a reader reads."""
    if tag in _SKIPPED or tag[:1] in ("-", "!"):
        return True
    attributes = node.attributes
    if not attributes:
        return False
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (attributes.get("role") or "") in _SKIPPED_ROLES
        or bool(_INVISIBLE.search(attributes.get("style") or ""))
    )
