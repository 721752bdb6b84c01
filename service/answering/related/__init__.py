"""What passages of different documents have to do with each other."""
