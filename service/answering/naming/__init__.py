"""Names that a text gives: short forms, and words of its own."""
