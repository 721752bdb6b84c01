"""Citations: quotes with all that it takes to find them again, and finding them."""
