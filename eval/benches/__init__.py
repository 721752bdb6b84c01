"""How fast, how good and how large it is, measured."""
