"""The HTTP door: routes, limits, errors, the page."""
