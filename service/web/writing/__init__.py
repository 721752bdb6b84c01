"""Replies whose answer a language model writes."""
