"""What an operator sees of the requests: metrics, and the times that go with a reply."""
