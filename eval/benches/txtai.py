"""The peer: txtai's API in a virtual environment of its own, with the same weights and the same texts."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from corpus.documents import Document
from corpus.errors import UnavailableError
from eval.benches.load import System, free_port, running
from index.encoding.weights import locate_model

PACKAGE = "txtai[api]==9.14.*"
CONSTRAINTS = Path("constraints.txt")
TIMEOUT = 3600


def prepare(folder: Path, documents: Sequence[Document], depth: int) -> System:
    """The peer with the documents indexed, `depth` found for a question; raises UnavailableError."""
    python = _installed(folder / "peer")
    index, config, port = (folder / "peer-index").resolve(), (folder / "peer.yml").resolve(), free_port()
    embeddings = {"path": str(locate_model().path), "hybrid": True, "content": True}
    # JSON is YAML.
    config.write_text(json.dumps({"path": str(index), "writable": True, "embeddings": embeddings}), "utf-8")
    system = System(
        "peer",
        (str(python), "-m", "uvicorn", "txtai.api:app", "--port", str(port), "--log-level", "warning"),
        {"CONFIG": str(config), "HF_HUB_OFFLINE": "1"},
        port,
        lambda question: ("GET", f"/search?{urlencode({'query': question, 'limit': depth})}", None),
        lambda reply: [one["id"] for one in reply],
        folder / "peer.log",
    )
    with running(system):
        texts = [{"id": document.id, "text": document.text} for document in documents]
        address = f"http://127.0.0.1:{port}"
        added = Request(f"{address}/add", json.dumps(texts).encode(), {"content-type": "application/json"})  # noqa: S310
        for request in (added, Request(f"{address}/index")):  # noqa: S310
            with urlopen(request, timeout=TIMEOUT) as reply:  # noqa: S310
                reply.read()
    return system


def _installed(folder: Path) -> Path:
    """The interpreter of the peer's environment, made where it is missing."""
    python = folder / "bin" / "python"
    done = folder / ".installed"
    if done.is_file():
        return python
    index = os.environ.get("TORCH_INDEX")
    extra = ["--extra-index-url", index] if index else []
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *extra]
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [*pip, "-c", str(CONSTRAINTS.resolve()), PACKAGE],
    ):
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            last = (ended.stderr.strip().splitlines() or ["no message"])[-1]
            raise UnavailableError(f"{PACKAGE} cannot be installed ({last})")
    done.touch()
    return python
