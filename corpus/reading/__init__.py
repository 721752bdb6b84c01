"""Files, and what happens to them before and while a format reads them."""
