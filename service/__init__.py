"""One engine that answers questions, and the doors to it."""
