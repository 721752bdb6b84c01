"""What a reader learns from: sets, examples made from them, and their rows."""
