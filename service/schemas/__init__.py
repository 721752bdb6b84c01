"""The JSON of the HTTP contract: requests, replies, problems. Knows no web framework."""
