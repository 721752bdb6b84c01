"""Runs: every question of a set asked of one engine, and what is recorded of the replies."""
