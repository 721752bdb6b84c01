"""The rows and columns of a table."""
