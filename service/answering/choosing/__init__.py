"""Every sentence of the first hits as an answer, and which is the best."""
