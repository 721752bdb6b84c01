"""Training, exporting and measuring the reader that marks the words which answer."""
