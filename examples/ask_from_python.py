"""Ask from Python, without a server: open the active snapshot and check the quote against the text.

.venv/bin/python -m index build
.venv/bin/python -m examples.ask_from_python "Who is the head of the Centre?"
"""

import sys
from pathlib import Path

from index.snapshots.store import Store
from service.answering.engine import Engine


def main(question: str, var: Path = Path("var")) -> None:
    """Print the answer, where it stands, and how sure the engine is."""
    engine = Engine.open(Store(var))
    reply = engine.ask(question)
    if reply.answer is None:
        nearest = reply.hits[0].passage.text if reply.hits else "-"
        print(f"no answer, confidence {reply.confidence:.2f}; nearest: {nearest}")
        return
    for evidence in reply.answer.evidence:
        text = engine.document(evidence.document).text
        checked = text[evidence.start : evidence.end] == evidence.quote
        where = f"{evidence.document}, characters {evidence.start} to {evidence.end}"
        print(f"{evidence.quote}\n  {where}{', word for word' if checked else ', NOT what the text says'}")
    print(f"  confidence {reply.confidence:.2f}")


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:3]))
