"""Wrap a command, keep and ship its output, explain it. No server, no web, no ORM."""

from __future__ import annotations

__version__ = "0.1.0"
