"""Say why a run failed: normalise, parse, compare, rank, excerpt, report."""
