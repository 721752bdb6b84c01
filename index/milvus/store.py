"""Snapshots on a Milvus server: publishing fills new collections, activating is an alias switch.

A snapshot is a handful of collections named `<alias>_<id>_<kind>` (see `index.milvus.rows`). Its header is written
last, when all others were counted: collections without one are no snapshot. The alias is that of the active header.
"""

import re
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from corpus.errors import NotFoundError, SnapshotError, UnavailableError
from index.milvus.connection import ABSENT, Connection
from index.milvus.reading import Limits, Pieces
from index.milvus.rows import BATCH, FIELDS, INDEXES, KINDS, Header, Rows
from index.milvus.snapshot import MilvusSnapshot
from index.snapshots.store import SnapshotInfo, Store

ALIAS = "centreqa"
PUBLISH_SECONDS = 600.0  # creating, filling and flushing a collection


class MilvusStore:
    """Every snapshot under one alias, and which is active; several processes may use it at the same time.

    Offers what `index.snapshots.store.Store` offers to a service. `root` is the local var/, for the model's files.
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
        self, store: Store, name: str | None = None, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> str:
        """Copy a local snapshot (the active one where None) and count that all arrived; returns its id, not yet active.

        `progress` is told rows done and in all. A snapshot that is there already is left as it is, and what an
        interrupted publish left behind is replaced. Raises NotFoundError, SnapshotError, UnavailableError.
        """
        snapshot = store.open(name)
        if snapshot.id in self.names() and self._header(snapshot.id):
            return snapshot.id
        evaluation = next((info.evaluation for info in store.list() if info.id == snapshot.id), None)
        rows = Rows(snapshot, evaluation)
        for kind in KINDS:
            collection = self._name(snapshot.id, kind)
            self._create(collection, kind, snapshot.manifest.model.dim)
            source = rows.of(kind)
            while batch := list(islice(source, BATCH)):
                self._connection.call("insert", collection, batch, timeout=PUBLISH_SECONDS)
                rows.counted[kind] += len(batch)
                progress(rows.done, rows.total)
            self._connection.call("flush", collection, timeout=PUBLISH_SECONDS)
            self._check(collection, rows.counted[kind])
        return snapshot.id

    def list(self) -> Sequence[SnapshotInfo]:
        """Every snapshot that was published to its end, newest first."""
        current = self.current()
        found = [header.info(active=name == current) for name in self.names() if (header := self._header(name))]
        return sorted(found, key=lambda info: (info.created, info.id), reverse=True)

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
        names = {kind: self._name(snapshot, kind) for kind in KINDS}
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
            for kind in reversed(KINDS):  # the header first: a snapshot half deleted is none
                self._connection.call("drop_collection", self._name(snapshot, kind))
        return old

    def close(self) -> None:
        """Let go of the server; open snapshots cannot be read any more."""
        self._connection.close()

    def _name(self, snapshot: str, kind: str) -> str:
        return f"{self._alias}_{snapshot.replace('-', '_')}_{kind}"  # Milvus allows letters, digits and _

    def _create(self, name: str, kind: str, dim: int) -> None:
        """An empty, indexed, loaded collection in place of whatever had its name."""
        from pymilvus import DataType, Function, FunctionType, MilvusClient

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        for place, (field, data_type, options) in enumerate(FIELDS[kind]):
            width = {"dim": dim} if field == "vector" else {}
            schema.add_field(field, DataType[data_type], is_primary=place == 0, **options, **width)
        if kind == "passages":
            schema.add_function(Function("bm25", FunctionType.BM25, ["terms"], ["sparse"]))
        indexes = MilvusClient.prepare_index_params()
        for field, options in INDEXES[kind].items():
            indexes.add_index(field, **options)
        if self._connection.call("has_collection", name):
            self._connection.call("drop_collection", name, timeout=PUBLISH_SECONDS)
        self._connection.call("create_collection", name, schema=schema, index_params=indexes, timeout=PUBLISH_SECONDS)

    def _count(self, name: str) -> int:
        """Rows that the server holds by now, load included."""
        self._connection.call("load_collection", name, timeout=PUBLISH_SECONDS)
        counted = self._connection.call("query", name, "", ["count(*)"], consistency_level="Strong")
        return int(counted[0]["count(*)"])

    def _check(self, name: str, rows: int) -> None:
        """Raise SnapshotError where the server does not hold that many rows."""
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
        """Load and count a snapshot; raises NotFoundError, SnapshotError."""
        if snapshot not in self.names():
            raise NotFoundError(f"there is no snapshot {snapshot!r} on {self._connection.uri}; publish it first")
        header = self._header(snapshot)
        if header is None:
            raise SnapshotError(f"{snapshot}: was not published to its end; publish it again")
        for kind, rows in header.rows.items():
            self._check(self._name(snapshot, kind), rows)
        return header
