"""Connections: how many there are, how long each may keep the service waiting, and how it ends."""
