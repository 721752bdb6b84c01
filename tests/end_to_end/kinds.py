"""What the small corpora of `test_kinds` are made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """A question; a right quote holds `holds` and none of `lacks`. Where `holds` is empty, a refusal is right."""

    question: str
    holds: str = ""
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trouble: files by name, and questions about them."""

    name: str
    files: dict[str, str]
    asks: tuple[Ask, ...]
