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
    """An element begins or ends, or text comes; `leaf`: an element that was asked not to be entered.

    `is_of_site`: it is the footer of the site, around what is said on the page.
    """

    kind: Literal["open", "close", "leaf", "text"]
    tag: str
    node: Node
    is_of_site: bool = False

    @property
    def text(self) -> str:
        """The words of a text; a number that stands raised keeps that: "m²", "3 years¹"."""
        words, above = self.node.text_content or "", self.node.parent
        is_raised = above is not None and above.tag == "sup" and _NUMBER.fullmatch(words)
        return words.translate(_RAISED) if is_raised else words


_NUMBER = re.compile(r"\s*[+−-]?\d{1,3}\s*")
_RAISED = str.maketrans("0123456789+−-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_SKIPPED = frozenset(
    "head script style template noscript svg math nav select option button input textarea iframe object canvas audio "
    "video datalist dialog map rp rt".split()
)
_SKIPPED_ROLES = frozenset(("navigation", "search", "menu", "menubar", "tablist", "toolbar"))
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


_RULE = re.compile(r"\.([\w-]{1,80})\s{0,9}\{([^{}]{0,2000})\}")
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_SECTIONS = frozenset("article aside main section blockquote figure dialog details fieldset td".split())
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def events(root: Node, leaves: Collection[str] = ()) -> Iterator[Event]:
    """What stands inside `root`, in order. Elements with a tag in `leaves` are named and not entered."""
    node = root.child
    depth = 1
    around = _Around()
    while node is not None:
        tag = node.tag or ""
        following = None
        if tag == "-text":
            yield Event("text", tag, node)
        elif tag in leaves and not _is_skipped(tag, node, around):
            yield Event("leaf", tag, node)
        elif not _is_skipped(tag, node, around):
            yield Event("open", tag, node, tag == "footer" and node in around)
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


def _is_skipped(tag: str, node: Node, around: "_Around") -> bool:
    """Whether an element is a comment, or nothing that a reader reads."""
    if tag in _SKIPPED or tag[:1] in ("-", "!") or (tag == "header" and node in around):
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


def bold_classes(style_sheet: str) -> frozenset[str]:
    """The classes that a style sheet makes bold: for some programs that is all that tells a heading."""
    return frozenset(rule[1] for rule in _RULE.finditer(style_sheet) if _BOLD.search(rule[2]))


def is_bold(node: Node, classes: frozenset[str]) -> bool:
    """Whether an element makes its words bold: by its tag, its style, or one of these classes."""
    if node.tag in ("b", "strong"):
        return True
    attributes = node.attributes
    named = (attributes.get("class") or "").split() if classes else ()
    return bool(_BOLD.search(attributes.get("style") or "")) or not classes.isdisjoint(named)


class _Around:
    """Tells the headers and footers of the site from those that name something on this page."""

    def __init__(self) -> None:
        self._has_main: bool | None = None  # looked for once: a page may have thousands of footers

    def __contains__(self, node: Node) -> bool:
        """Whether a header or footer is that of the site, as `<main>` beside it says, and holds no heading."""
        above = node.parent
        while above is not None:
            if above.tag in _SECTIONS:
                return False
            if above.tag == "body":
                if self._has_main is None:
                    self._has_main = _holds(above, frozenset(("main",)))
                return self._has_main and not _holds(node, _HEADINGS)
            above = above.parent
        return False


def _holds(root: Node, tags: frozenset[str]) -> bool:
    """Whether an element with one of these tags stands inside `root`."""
    node = root.child
    depth = 1  # two nodes are compared by all that stands in them, which takes long
    while node is not None:
        if node.tag in tags:
            return True
        following = node.child
        depth += following is not None
        while following is None:
            following = node.next
            if following is None:
                depth -= 1
                above = node.parent
                if not depth or above is None:
                    return False
                node = above
        node = following
    return False
