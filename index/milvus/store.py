"""Snapshots on a Milvus server: publishing fills new collections, activating switches an alias.

A snapshot is one collection for each of `index.milvus.fields.COLLECTIONS`. Its header is written last, when the rows of
all others were counted: collections without a header are no snapshot. The alias names the header of the active one.
"""

import re
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from corpus.errors import ConflictError, NotFoundError, SnapshotError, UnavailableError
from index.milvus.connection import ABSENT, Connection
from index.milvus.fields import COLLECTIONS, FIELDS, INDEXES, collection_name
from index.milvus.header import Header
from index.milvus.reading import Limits, Pieces
from index.milvus.rows import SnapshotRows
from index.milvus.snapshot import MilvusSnapshot
from index.snapshots.store import SnapshotInfo, Store

ALIAS = "centreqa"  # of the active snapshot, unless told otherwise
BATCH = 500  # rows sent at a time: a few megabytes, where servers take 64
PUBLISH_SECONDS = 600.0  # until creating, filling or flushing a collection must be done


class MilvusStore:
    """Every snapshot under one alias, and which of them is active. Several processes may use it at the same time.

    Implements `index.stores.ServedStore`. `root` is the local var/, for the model's files.
    """

    def __init__(
        self, uri: str, root: Path = Path("var"), token: str = "", alias: str = ALIAS, limits: Limits = Limits()
    ) -> None:
        """Connect; raises UnavailableError."""
        self.root = root
        self._limits = limits
        self._alias = alias
        self._connection = Connection(uri, token)

    def publish(
        self,
        store: Store,
        snapshot_id: str | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> str:
        """Copy a local snapshot (the active one where None), and count what has arrived; returns its id.

        It is not active yet. `progress` is called with the rows sent and in all. A snapshot that the server has already
        stays as it is; what an interrupted publish left behind is replaced. Raises NotFoundError, SnapshotError,
        UnavailableError.
        """
        snapshot = store.open(snapshot_id)
        if snapshot.id in self.names() and self._header(snapshot.id):
            return snapshot.id
        evaluation = next((info.evaluation for info in store.list() if info.id == snapshot.id), None)
        rows = SnapshotRows(snapshot, evaluation)
        for collection in COLLECTIONS:
            name = self._name(snapshot.id, collection)
            self._create(name, collection, snapshot.manifest.model.dim)
            source = rows.of(collection)
            while batch := list(islice(source, BATCH)):
                self._connection.call("insert", name, batch, timeout=PUBLISH_SECONDS)
                rows.sent[collection] += len(batch)
                progress(rows.done, rows.total)
            self._connection.call("flush", name, timeout=PUBLISH_SECONDS)
            self._check(name, rows.sent[collection])
        return snapshot.id

    def list(self) -> Sequence[SnapshotInfo]:
        """Every snapshot that was published to its end, newest first."""
        current = self.current()
        headers = filter(None, map(self._header, self.names()))
        infos = [header.info(active=header.manifest.id == current) for header in headers]
        return sorted(infos, key=lambda info: (info.created, info.id), reverse=True)

    def names(self) -> Sequence[str]:
        """The id of every snapshot, published to its end or not, oldest first."""
        pattern = re.compile(rf"{re.escape(self._alias)}_(\d+T\d+)_([0-9a-f]+)_header")
        matches = map(pattern.fullmatch, self._connection.call("list_collections"))
        return sorted(f"{match[1]}-{match[2]}" for match in matches if match)

    def current(self) -> str | None:
        """The id of the active snapshot; None where none was ever activated."""
        try:
            name: str = self._connection.call("describe_alias", self._alias)["collection_name"]
        except UnavailableError as error:
            if getattr(error.__cause__, "code", None) in ABSENT:
                return None
            raise
        return name.removeprefix(f"{self._alias}_").removesuffix("_header").replace("_", "-")

    def open(self, snapshot: str | None = None) -> MilvusSnapshot:
        """Count and open a snapshot, the active one where None; raises NotFoundError, SnapshotError."""
        snapshot = snapshot or self.current()
        if snapshot is None:
            raise SnapshotError(
                f"{self._connection.uri}: nothing is active under {self._alias} yet; publish a snapshot"
            )
        header = self._verified(snapshot)
        names = {collection: self._name(snapshot, collection) for collection in COLLECTIONS}
        return MilvusSnapshot(self._connection.call, names, header, self._limits)

    def activate(self, snapshot: str) -> None:
        """Count the snapshot's rows and make it the active one, atomically; raises NotFoundError, SnapshotError."""
        self._verified(snapshot)
        switch = "create_alias" if self.current() is None else "alter_alias"
        self._connection.call(switch, self._name(snapshot, "header"), self._alias)

    def prune(self, keep: int) -> Sequence[str]:
        """Delete all but the `keep` newest snapshots and the active one; returns what was deleted."""
        old = [info.id for info in self.list()[keep:] if not info.active]
        for snapshot in old:
            self._drop(snapshot)
        return old

    def delete(self, snapshot: str) -> None:
        """Delete one snapshot; raises NotFoundError, and ConflictError where it is active."""
        if snapshot not in self.names():
            raise NotFoundError(f"there is no snapshot {snapshot!r} on {self._connection.uri}")
        if snapshot == self.current():
            raise ConflictError(f"{snapshot} is active; activate another snapshot before you delete it")
        self._drop(snapshot)

    def texts(self, snapshot: str) -> Sequence[tuple[str, str]]:
        """Id and SHA-256 of every document of a snapshot; raises NotFoundError, SnapshotError."""
        return [(record.info.id, record.info.sha256) for record in self.open(snapshot).documents]

    def close(self) -> None:
        """Close the connection. Open snapshots cannot be read any more."""
        self._connection.close()

    def _drop(self, snapshot: str) -> None:
        """Drop the collections of a snapshot: the header first, since without it, the rest is no snapshot."""
        for collection in reversed(COLLECTIONS):
            self._connection.call("drop_collection", self._name(snapshot, collection))

    def _name(self, snapshot: str, collection: str) -> str:
        """The name on the server of one of a snapshot's collections."""
        return collection_name(self._alias, snapshot, collection)

    def _create(self, name: str, collection: str, dim: int) -> None:
        """Create an empty, indexed, loaded collection, in place of whatever has its name."""
        from pymilvus import DataType, Function, FunctionType, MilvusClient

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        for number, field in enumerate(FIELDS[collection]):
            length = {"dim": dim} if field.name == "vector" else {}
            schema.add_field(field.name, DataType[field.data_type], is_primary=number == 0, **field.options, **length)
        if collection == "passages":
            schema.add_function(Function("bm25", FunctionType.BM25, ["terms"], ["sparse"]))
        indexes = MilvusClient.prepare_index_params()
        for field_name, options in INDEXES[collection].items():
            indexes.add_index(field_name, **options)
        if self._connection.call("has_collection", name):
            self._connection.call("drop_collection", name, timeout=PUBLISH_SECONDS)
        self._connection.call("create_collection", name, schema=schema, index_params=indexes, timeout=PUBLISH_SECONDS)

    def _count(self, name: str) -> int:
        """The rows that a collection holds by now. Loads it first."""
        self._connection.call("load_collection", name, timeout=PUBLISH_SECONDS)
        rows = self._connection.call("query", name, "", ["count(*)"], consistency_level="Strong")
        return int(rows[0]["count(*)"])

    def _check(self, name: str, rows: int) -> None:
        """Raise SnapshotError where a collection does not hold so many rows."""
        if (counted := self._count(name)) != rows:
            raise SnapshotError(f"{name}: holds {counted} rows, not {rows}; activate another snapshot or publish again")

    def _header(self, snapshot: str) -> Header | None:
        """What a snapshot says about itself; None where it was not published to its end."""
        name = self._name(snapshot, "header")
        try:
            return Header.from_json(Pieces(self._connection.call, name).first("header", self._count(name)))
        except SnapshotError:
            return None

    def _verified(self, snapshot: str) -> Header:
        """The header of a snapshot, after loading and counting its rows; raises NotFoundError, SnapshotError."""
        if snapshot not in self.names():
            raise NotFoundError(f"there is no snapshot {snapshot!r} on {self._connection.uri}; publish it first")
        header = self._header(snapshot)
        if header is None:
            raise SnapshotError(f"{snapshot}: was not published to its end; publish it again")
        for collection, rows in header.rows.items():
            self._check(self._name(snapshot, collection), rows)
        return header
