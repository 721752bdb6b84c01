"""The signals that rank passages, and how they are combined."""
