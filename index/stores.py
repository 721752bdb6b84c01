"""Where the snapshots are that are served: on this machine, or on a Milvus server."""

from pathlib import Path
from typing import TypeAlias

from index.milvus.store import ALIAS, MilvusStore
from index.snapshots.store import Store

AnyStore: TypeAlias = Store | MilvusStore


def open_store(var: Path, uri: str | None = None, token: str = "", alias: str = ALIAS) -> AnyStore:
    """The store in the local folder, or where an address is given, the one on that server; raises UnavailableError."""
    return MilvusStore(uri, var, token, alias) if uri else Store(var)
