"""What a sentence states: its numbers, names and words, and how they agree with those of another text."""
