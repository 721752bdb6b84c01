"""Text and where it came from: documents, sections, passages. No machine learning, no web."""
