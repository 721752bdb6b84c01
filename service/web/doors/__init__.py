"""Doors for other programs: agents, by the Model Context Protocol. Each asks as POST /v1/ask does."""
