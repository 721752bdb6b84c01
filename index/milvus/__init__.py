"""Snapshots on a Milvus server."""
