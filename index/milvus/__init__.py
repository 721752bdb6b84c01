"""Snapshots on a Milvus server, with the same hits and scores as on this machine."""
