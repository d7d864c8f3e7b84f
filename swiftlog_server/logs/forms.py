"""How one line looks as JSON: its text, exact bytes where needed, and its time.

Shared by the log routes and the live messages, so that both say the same.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Final

_SECOND_NS: Final = 1_000_000_000


def content_of(data: bytes) -> tuple[str, str | None]:
    """Return a line's text without its newline, and base64 where that is not exact.

    Bytes that are not UTF-8 become U+FFFD in the text; only then is the second
    value set, to all of *data* but the newline.
    """
    if data.endswith(b"\n"):
        data = data[:-1]
    try:
        return data.decode(), None
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace"), b64encode(data).decode("ascii")


class RunClock:
    """Turns times since a run's start into wall-clock text.

    RFC 3339 in UTC with nanoseconds. Times are monotonic within a run whatever the
    wall clock did meanwhile.
    """

    def __init__(self, started_ns: int) -> None:
        """Take the start in nanoseconds since the Unix epoch."""
        self._started_ns = started_ns
        self._second = -1
        self._text = ""

    def at(self, t_ns: int) -> str:
        """Return the wall-clock text of *t_ns* after the start."""
        second, rest = divmod(self._started_ns + t_ns, _SECOND_NS)
        if second != self._second:
            self._second = second
            self._text = _second_text(second)
        return f"{self._text}.{rest:09d}Z"


def _second_text(second: int) -> str:
    try:
        moment = datetime.fromtimestamp(second, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)  # a client with a wild clock
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
