"""What a parser found, as JSON: a child process sends it to its parent."""

from typing import Any

from corpus.documents import KINDS, Anchor, Block
from corpus.prose.blocks import Parsed, Structure


def parsed_to_json(parsed: Parsed) -> dict[str, object]:
    """Values that JSON can hold."""
    structure = parsed.structure
    return {
        "text": parsed.text,
        "encoding": parsed.encoding,
        "blocks": [[KINDS.index(b.kind), b.start, b.end, b.level, b.lead] for b in structure.blocks],
        "hidden": structure.hidden,
        "title": structure.title,
        "metadata": structure.metadata,
        "anchors": [[anchor.start, anchor.page, anchor.label] for anchor in structure.anchors],
    }


def parsed_from_json(values: dict[str, Any]) -> Parsed:
    """What `parsed_to_json` gave."""
    blocks = [
        Block(KINDS[kind], start, end, level, None if lead is None else (lead[0], lead[1]))
        for kind, start, end, level, lead in values["blocks"]
    ]
    anchors = [Anchor(start, page, label) for start, page, label in values["anchors"]]
    hidden = [(start, end) for start, end in values["hidden"]]
    structure = Structure(blocks, hidden, values["title"], values["metadata"], anchors)
    return Parsed(values["text"], structure, values["encoding"])
