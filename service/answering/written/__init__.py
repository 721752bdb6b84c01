"""Answers that a language model writes from passages, and what is checked of them."""
