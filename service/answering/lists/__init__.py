"""The steps of a list."""
