"""The JSON of what other programs come in by: tools of agents, and chat completions."""
