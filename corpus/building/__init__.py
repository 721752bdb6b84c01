"""What formats share that are no text themselves: their text is built from parts."""
