"""What the records of a run add up to: measures, how sure they are, comparisons, causes of failure."""
