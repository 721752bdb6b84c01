"""The signals that passages are ranked by, and how they are combined."""
