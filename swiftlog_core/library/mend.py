"""Give a dead spool its end: a receipt of what it holds, and the cause of death.

Whoever calls holds the spool's lock, which proves that its recorder is gone.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from swiftlog_core.errors import (
    SpoolCorruptError,
    SpoolUnwritableError,
    VerifyError,
)
from swiftlog_core.events import LOST, STDERR, STDOUT, ExitStatus
from swiftlog_core.library.black_box import cause_of_death, look
from swiftlog_core.library.verify import Tally
from swiftlog_core.stream.frame import Framer, Sealer
from swiftlog_core.stream.spool import Spool, SpoolClosing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_core.events import Frame

_DISK_FULL = "disk_full"  # a gap's cause, as the recorder writes it


def mend(path: Path) -> SpoolClosing:
    """Return how the run at *path* ended, writing that down when nobody has.

    Leaves one whole file where the disk allows it. Raises ``SpoolCorruptError`` that
    names the damage, and ``SpoolUnwritableError`` while a gap cannot be marked for
    want of room; then the file is left as it was.
    """
    with Spool.write(path) as spool:
        closing = spool.closing
        if closing is None:
            closing = _close(spool)
        elif any(closing.unmarked):
            closing = _mark_gap(spool, closing)
        try:
            spool.seal()
        except sqlite3.OperationalError:
            # A reader is at it, or the disk is full: the files beside it stay, and
            # everybody can read those too.
            return closing
    return closing


def adopt(path: Path, frames: Iterator[Frame]) -> SpoolClosing:
    """Append *frames*, which a server has kept and power loss took from the spool.

    Each must continue the log. The run's end is written anew. Raises
    ``SpoolCorruptError`` and ``VerifyError``.
    """
    with Spool.write(path) as spool:
        tally = _tally(spool)
        for frame in frames:
            tally.take(frame)
            spool.append([(frame, tally.position)], spool.raw)
        closing = spool.closing
        ended = closing.exit if closing else _exit_of_dead(spool)
        closing = SpoolClosing(ended, tally.receipt())
        spool.set_closing(closing)
    return closing


def _close(spool: Spool) -> SpoolClosing:
    tally = _tally(spool)
    closing = SpoolClosing(_exit_of_dead(spool), tally.receipt())
    spool.set_closing(closing)
    return closing


def _mark_gap(spool: Spool, closing: SpoolClosing) -> SpoolClosing:
    """Mark what was lost when the disk was full, now that it may take the frame.

    Raises ``SpoolUnwritableError`` while it does not.
    """
    start = spool.position()
    framer, sealer = Framer(start), Sealer(start.chain)
    for stream, size in zip((STDOUT, STDERR), closing.unmarked, strict=True):
        if size:
            framer.gap(stream, closing.exit.duration_ns, size, _DISK_FULL)
    sealed = [sealer.seal(draft) for draft in framer.take(0, final=True)]
    after = sealed[-1][1]
    receipt = closing.receipt._replace(frames=after.seq, chain=after.chain)
    marked = SpoolClosing(closing.exit, receipt)
    try:
        spool.append(sealed, spool.raw)
        spool.set_closing(marked)
    except sqlite3.Error as error:
        raise SpoolUnwritableError(str(spool.path), str(error)) from error
    return marked


def _exit_of_dead(spool: Spool) -> ExitStatus:
    cause = cause_of_death(spool.black_box, look(spool.path.parent))
    return ExitStatus(LOST, None, cause=cause, duration_ns=_last_ns(spool))


def _last_ns(spool: Spool) -> int:
    """Return when the last frame ended: all that is known of the run's duration."""
    last = spool.position().seq
    return max((frame.t_last_ns for frame in spool.frames(last - 1)), default=0)


def _tally(spool: Spool) -> Tally:
    tally = Tally(spool.info.run_id)
    try:
        for frame in spool.frames():
            tally.take(frame)
    except VerifyError as error:
        raise SpoolCorruptError(
            str(spool.path),
            f"frame {error.seq}: {error.reason}",
            good_frames=error.seq - 1,
        ) from error
    return tally
