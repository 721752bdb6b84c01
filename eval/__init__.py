"""Questions with known answers, and what the engine makes of them."""
