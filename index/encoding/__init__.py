"""From text to vectors: the model's weights, what is derived from them, and how they are run."""
