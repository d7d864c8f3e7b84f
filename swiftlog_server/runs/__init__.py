"""Runs: their rows, their life, and the two doors by which recorders deliver them."""
