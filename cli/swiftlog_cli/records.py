"""One run as commands show it, wherever it is stored.

Owns the shape of a run in ``--json`` output and in lists. Where the facts come from
is the matter of ``runlogs`` and ``server_runlogs``.
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.card import SHORT_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from swiftlog_core.events import Receipt

SECOND_NS: Final = 1_000_000_000


class RunRecord(NamedTuple):
    """What is known of one run.

    ``place`` is ``local`` or ``server``. ``delivered`` tells that a server holds it
    whole. ``receipt`` has the keys of ``events.Receipt`` with hashes in hexadecimal;
    None until the run has ended. Times are nanoseconds; ``duration_ns`` is None
    while it is not known. ``conflicted`` tells that two recorders used the id.
    """

    id: str
    status: str
    exit_code: int | None
    signal: int
    cause: str
    project: str
    group: str
    argv: tuple[str, ...]
    started_ns: int
    duration_ns: int | None
    lines: int
    size: int
    frames: int
    place: str
    cwd: str = ""
    host: str = ""
    tty: bool = False
    merged: bool = False
    meta: Mapping[str, str] = {}
    ci: Mapping[str, str] = {}
    client_version: str = ""
    parent_run_id: str = ""
    delivered: bool = False
    url: str = ""
    gaps: int = 0
    gap_bytes: int = 0
    receipt: Mapping[str, object] | None = None
    path: str = ""
    conflicted: bool = False

    @property
    def command(self) -> str:
        """The command as a shell would take it."""
        return shlex.join(self.argv)

    @property
    def short_id(self) -> str:
        """The beginning of the id, long enough to be the only one."""
        return self.id[:SHORT_ID]

    @property
    def outcome(self) -> str:
        """How it ended, in words: the exit code, the signal, the cause."""
        if self.exit_code is None:
            return self.cause
        words = f"exit {self.exit_code}"
        if self.signal:
            words += f", signal {self.signal}"
        return f"{words}, {self.cause}" if self.cause else words

    def as_json(self) -> dict[str, object]:
        """Return the run as ``--json`` prints it."""
        seconds = self.duration_ns
        return {
            "id": self.id,
            "status": self.status,
            "exit_code": self.exit_code,
            "signal": self.signal,
            "cause": self.cause,
            "project": self.project,
            "group": self.group,
            "argv": list(self.argv),
            "cwd": self.cwd,
            "host": self.host,
            "started_at": iso(self.started_ns),
            "duration_seconds": None if seconds is None else seconds / SECOND_NS,
            "lines": self.lines,
            "bytes": self.size,
            "frames": self.frames,
            "gaps": self.gaps,
            "gap_bytes": self.gap_bytes,
            "tty": self.tty,
            "merged": self.merged,
            "meta": dict(self.meta),
            "ci": dict(self.ci),
            "client_version": self.client_version,
            "parent_run_id": self.parent_run_id,
            "conflicted": self.conflicted,
            "place": self.place,
            "path": self.path,
            "delivered": self.delivered,
            "url": self.url,
            "receipt": None if self.receipt is None else dict(self.receipt),
        }


def receipt_as_json(receipt: Receipt) -> dict[str, object]:
    """Return a receipt with its hashes in hexadecimal."""
    return {
        key: value.hex() if isinstance(value, bytes) else value
        for key, value in receipt._asdict().items()
    }


def iso(wall_ns: int) -> str:
    """Return nanoseconds since the Unix epoch as RFC 3339 in UTC, to the millisecond.

    A clock that was far off gives the nearest moment that can be written.
    """
    try:
        moment = datetime.fromtimestamp(wall_ns // SECOND_NS, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    milliseconds = wall_ns % SECOND_NS // 1_000_000
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"


def iso_ns(wall_ns: int) -> str:
    """Return the same to the nanosecond, as the server writes it."""
    return f"{iso(wall_ns)[:19]}.{wall_ns % SECOND_NS:09d}Z"


def from_iso(text: str) -> int:
    """Return RFC 3339 *text* as nanoseconds since the Unix epoch."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * SECOND_NS + moment.microsecond * 1000


def brief_time(wall_ns: int) -> str:
    """Return a moment as a person's clock shows it, in the local zone."""
    try:
        moment = datetime.fromtimestamp(wall_ns // SECOND_NS).astimezone()
    except (ValueError, OverflowError, OSError):
        return iso(wall_ns)
    return f"{moment:%m-%d %H:%M:%S}"


def brief_duration(duration_ns: int | None) -> str:
    """Return a duration in a few characters; empty when it is not known."""
    if duration_ns is None:
        return ""
    seconds = duration_ns / SECOND_NS
    if seconds < 10:  # noqa: PLR2004 - where tenths still matter
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes:02d}m"
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"


def brief_size(size: int) -> str:
    """Return a number of bytes in a few characters."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:  # noqa: PLR2004 - a unit's size
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"
