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
from eval.benches.load import HttpRequest, Service, free_port, running
from index.encoding.weights import locate_model

PACKAGE = "txtai[api]==9.14.*"
CONSTRAINTS = Path("constraints.txt")
TIMEOUT = 3600  # seconds after which adding or indexing the documents has failed


def prepare_peer(folder: Path, documents: Sequence[Document], depth: int, python: str = sys.executable) -> Service:
    """The peer with the documents indexed, set to find `depth` of them for a question.

    It is installed under `folder`, by the interpreter `python`, where it is not yet. Raises UnavailableError where that
    fails.
    """
    peer_python = _install(folder / "peer", python)
    index, config, port = (folder / "peer-index").resolve(), (folder / "peer.yml").resolve(), free_port()
    embeddings = {"path": str(locate_model().path), "hybrid": True, "content": True}
    # txtai reads YAML, and JSON is YAML.
    config.write_text(json.dumps({"path": str(index), "writable": True, "embeddings": embeddings}), "utf-8")
    peer = Service(
        "peer",
        (str(peer_python), "-m", "uvicorn", "txtai.api:app", "--port", str(port), "--log-level", "warning"),
        {"CONFIG": str(config), "HF_HUB_OFFLINE": "1"},
        port,
        lambda question: HttpRequest("GET", f"/search?{urlencode({'query': question, 'limit': depth})}"),
        lambda reply: [hit["id"] for hit in reply],
        folder / "peer.log",
    )
    with running(peer):
        texts = [{"id": document.id, "text": document.text} for document in documents]
        address = f"http://127.0.0.1:{port}"
        add = Request(f"{address}/add", json.dumps(texts).encode(), {"content-type": "application/json"})  # noqa: S310
        for request in (add, Request(f"{address}/index")):  # noqa: S310
            with urlopen(request, timeout=TIMEOUT) as reply:  # noqa: S310
                reply.read()
    return peer


def _install(folder: Path, python: str) -> Path:
    """The interpreter of the peer's environment, which is made where it is missing."""
    peer_python = folder / "bin" / "python"
    done = folder / ".installed"
    if done.is_file():
        return peer_python
    index = os.environ.get("TORCH_INDEX")
    extra = ["--extra-index-url", index] if index else []
    pip = [str(peer_python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *extra]
    for command in (
        [python, "-m", "venv", str(folder)],
        [*pip, "-c", str(CONSTRAINTS.resolve()), PACKAGE],
    ):
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            message = (ended.stderr.strip().splitlines() or ["no message"])[-1]
            raise UnavailableError(f"{PACKAGE} cannot be installed ({message})")
    done.touch()
    return peer_python
