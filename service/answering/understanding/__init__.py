"""From a question as it came to the one that is answered."""
