"""Benches: how fast the product is, how good, and how it grows with the text."""
