"""Doors for other programs: agents (MCP) and clients of OpenAI's chat. Each asks as POST /v1/ask does."""
