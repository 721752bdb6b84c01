"""From documents to snapshots, and from a question to ranked passages. Knows no web."""
