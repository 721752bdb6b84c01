"""What runs while the service runs: the engine in use, the pool that answers, rebuilds, start-up. Knows no web framework."""
