"""From a question to an answer quoted from the text, or a refusal. Knows no web."""
