"""Wrap a command, keep and ship its output, explain it. No server, no web, no ORM."""
