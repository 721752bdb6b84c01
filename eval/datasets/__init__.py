"""Labelled questions and the formats they come in."""
