"""What a run is worth: measures, how sure they are, comparisons, causes of failure."""
