"""Asking an engine every question of a set, and what is recorded of it."""
