"""Numbers that are fitted on labelled questions."""
