"""Written answers: a language model is asked, and each statement checked. The only room that calls another machine."""
