"""What is fitted on labelled questions."""
