"""An application whose documents come and go as it is told, without a model and without a build."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from corpus.documents import Document, DocumentInfo
from corpus.errors import NotFoundError
from corpus.making import make_document
from service.runtime.current import CurrentEngine
from service.runtime.rebuild import Order
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import DOCUMENT, FakeEngine, FakeStore

MOST = 20  # snapshots that are kept

ALONE = {"x-schemathesis": {"merge_body": False}}  # send what a link says, and nothing that is made up
Links = Mapping[str, Mapping[str, Mapping[str, Any]]]
LINKS: Links = {
    "build_snapshot 202": {"watch": {"operationId": "get_job", "parameters": {"job": "$response.body#/job"}}},
    "put_document 202": {"watch": {"operationId": "get_job", "parameters": {"job": "$response.body#/job"}}},
    "delete_document 202": {"cancel": {"operationId": "cancel_job", "parameters": {"job": "$response.body#/job"}}},
    "get_job 200": {
        "activate": {"operationId": "activate_snapshot", "requestBody": {"id": "$response.body#/snapshot"}},
        "delete": {"operationId": "delete_snapshot", "parameters": {"snapshot": "$response.body#/snapshot"}},
    },
    "list_jobs 200": {"put": {"operationId": "put_document", "parameters": {"document": "notes/new"}}},
    "ask 200": {
        "check": {
            "operationId": "verify",
            "requestBody": {
                name: f"$response.body#/answer/evidence/0/{name}" for name in ("document", "start", "end", "quote")
            },
            **ALONE,
        },
        "judge": {
            "operationId": "take_feedback",
            "requestBody": {"request": "$response.header.x-request-id", "right": True},
            **ALONE,
        },
    },
    "verify 200": {
        "judge": {
            "operationId": "take_feedback",
            "requestBody": {"question": "Who?", "right": "$response.body#/valid"},
            **ALONE,
        }
    },
}
"""Which operation follows which reply, and what it takes from it; what is not here is found from names."""


class Library(FakeEngine):
    """Knows the documents that were put."""

    def __init__(self, snapshot: str, put: Mapping[str, Document]) -> None:
        super().__init__(snapshot)
        self._put = put

    def documents(self) -> tuple[DocumentInfo, ...]:
        return (DOCUMENT.info, *(document.info for document in self._put.values()))

    def document(self, document: str) -> Document:
        return self._put[document] if document in self._put else super().document(document)


class Shelf(FakeStore):
    """A store that builds at once: what an order says is there when its command is asked for."""

    def __init__(self, engine: type[Library]) -> None:
        super().__init__()
        self._engine = engine
        self.put: dict[str, Document] = {}
        self._built = 0

    def engine(self, store: object, snapshot: str) -> Library:
        """An engine of this store."""
        if snapshot not in self.snapshots:
            raise NotFoundError(f"there is no snapshot {snapshot!r}")
        return self._engine(snapshot, self.put)

    def build(self, source: Path, order: Order, settings: Settings) -> Sequence[str]:
        """Takes the documents over; returns a command that says so."""
        for line in source.read_text("utf-8").splitlines() if order.documents is not None else ():
            row = json.loads(line)
            self.put[row["id"]] = make_document(row["id"], row["text"], row.get("title"))
        for document in order.remove:
            self.put.pop(document, None)
        self._built += 1
        names = [f"built{self._built}", *self.snapshots][:MOST]
        self.snapshots = names if self.active in names else [*names, str(self.active)]
        receipt: dict[str, list[str]] = {"removed": [], "deleted": [], "kept": [], "copies": []}
        return ["echo", json.dumps({"snapshot": self.snapshots[0], "receipt": receipt if order.remove else None})]


def library(var: Path, engine: type[Library] = Library, /, **settings: object) -> FastAPI:
    """The application, whose OpenAPI document has the links."""
    shelf = Shelf(engine)
    current = CurrentEngine(shelf, shelf.engine)
    current.reload()
    app = create_app(current, Settings.load(var=var, **settings), build_command=shelf.build)
    for path in app.openapi()["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if links := LINKS.get(f"{operation['operationId']} {status}"):
                    response["links"] = links
    return app
