"""What is quoted as an answer, and what has to be quoted above it."""
