"""Question sets: what they hold, and how their files are read."""
