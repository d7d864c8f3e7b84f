"""Wrap a command, keep and ship its output, explain it. No server, no web, no ORM."""

__version__ = "0.1.0"
