"""Text and where it came from: documents, sections, sentences, passages. No machine learning, no web."""
