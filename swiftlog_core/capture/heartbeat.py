"""A sign of life on standard error for those who kill silent jobs. Never recorded."""

from __future__ import annotations

import os

_MINUTE = 60
_HOUR = 60 * _MINUTE


class Heartbeat:
    """Says after every *seconds* of silence that the command still runs."""

    def __init__(self, seconds: float | None, now: float) -> None:
        self._seconds = seconds or None
        self._start = now
        self._next = now + seconds if seconds else None

    def deadline(self) -> float | None:
        """Give the instant of the next line, should silence last until then."""
        return self._next

    def act(self, now: float, last_output: float, *, raw: bool) -> None:
        """Write the line if it is due; *raw* tells how our terminal ends lines."""
        if self._seconds is None or self._next is None:
            return
        self._next = max(self._next, last_output + self._seconds)
        if now < self._next:
            return
        self._next = now + self._seconds
        line = (
            f"swiftlog: still running, {spell(now - self._start)}, "
            f"last output {spell(now - last_output)} ago"
        )
        try:
            os.write(2, line.encode() + (b"\r\n" if raw else b"\n"))
        except OSError:  # full, or nobody reads it: the command goes on regardless
            self._next = None


def spell(seconds: float) -> str:
    """Write a duration as people say it: ``45s``, ``3m12s``, ``2h05m``."""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}s"
    return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}m"
