"""What a snapshot's files hold: passages, sentences and their vectors, as columns."""
