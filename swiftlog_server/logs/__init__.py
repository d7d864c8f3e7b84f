"""Logs of runs: reading, searching and downloading what the store holds."""
