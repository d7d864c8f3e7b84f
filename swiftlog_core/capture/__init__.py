"""Spawn, read, signal, wait, reap. Knows nothing of logs."""
