"""The numbers and the days of a text: their units, their bounds, and the ranges that they are the ends of."""
