"""What a question asks for: its words, the kind of thing that would answer, and requests that no quote serves."""
