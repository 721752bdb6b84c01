"""Vectors, terms, search and snapshots. No web."""
