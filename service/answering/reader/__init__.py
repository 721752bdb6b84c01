"""The reader: a small network that reads a question and a passage together and marks the words that answer."""
