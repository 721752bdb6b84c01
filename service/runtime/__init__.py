"""What runs while the service does: start-up, the engine in use, the pool that answers, rebuilds. No web framework."""
