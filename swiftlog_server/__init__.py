"""Receive, store and serve runs: one process or many stateless ones."""
