"""A passage of given sentences."""

from corpus.documents import BlockKind, Passage


def passage(*sentences: str, kind: BlockKind = "paragraph", lead: str = "", title: str = "Rules") -> Passage:
    """A passage that begins at 100 of its document; each item or row is a block of its own."""
    text, spans = "", []
    for sentence in sentences:
        text += "\n" if text else ""
        spans.append((100 + len(text), 100 + len(text) + len(sentence)))
        text += sentence
    kinds = (kind,) * len(spans)
    blocks = (0,) * len(spans) if kind == "paragraph" else tuple(range(len(spans)))
    return Passage("d", title, (), 100, 100 + len(text), text, tuple(spans), None, lead, kinds, blocks)
