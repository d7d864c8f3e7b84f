"""How long runs stay on this machine.

A delivered run stays for seven days, and all of them within one GiB, oldest first
out. An undelivered one stays for ever: it is the only copy. A run that somebody
works on is never touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.errors import SpoolError
from swiftlog_core.events import RUNNING
from swiftlog_core.library.index import local_runs
from swiftlog_core.library.locks import RunLock
from swiftlog_core.library.places import files_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from swiftlog_core.library.index import LocalRun

KEEP_SECONDS: Final = 7 * 86_400
KEEP_BYTES: Final = 1024**3
WARN_BYTES: Final = 5 * 1024**3


class Pruned(NamedTuple):
    """What was removed, or would be; sizes in bytes of files.

    ``warning`` is a sentence once undelivered runs take ``WARN_BYTES``.
    """

    removed: tuple[LocalRun, ...]
    freed: int
    delivered_left: int
    undelivered_left: int
    warning: str


def prune(
    runs_dirs: Sequence[Path],
    now: float,
    *,
    keep_seconds: float = KEEP_SECONDS,
    keep_bytes: int = KEEP_BYTES,
    undelivered_too: bool = False,
    dry_run: bool = False,
) -> Pruned:
    """Remove what the rule lets go. *now* is the wall clock, in Unix seconds.

    With *undelivered_too* the rule is that of delivered runs for those as well that
    no server has.

    The age of a run is that of the last write to its file: its delivery.
    """
    removed: list[LocalRun] = []
    freed = kept = undelivered = 0
    for run in local_runs(runs_dirs):  # newest first: what fits is what stays
        try:
            size, written = run.bytes_on_disk(), run.path.stat().st_mtime
        except OSError:
            continue  # removed by somebody else in between
        if not (run.delivered or undelivered_too):
            undelivered += size
            continue
        old = now - written > keep_seconds or kept + size > keep_bytes
        if old and run.state != RUNNING and (dry_run or _remove(run.path)):
            removed.append(run)
            freed += size
        else:
            kept += size
    return Pruned(tuple(removed), freed, kept, undelivered, _warning(undelivered))


def _remove(path: Path) -> bool:
    """Remove a run's files; tell whether they are gone."""
    try:
        with RunLock.take(path, wait_seconds=0):
            for file in files_of(path):
                file.unlink(missing_ok=True)
    except (SpoolError, OSError):
        return False  # in use, or not ours to remove
    return True


def _warning(undelivered: int) -> str:
    if undelivered < WARN_BYTES:
        return ""
    return (
        f"runs that no server has take {undelivered / 1024**3:.1f} GiB; "
        "`swiftlog sync` delivers them once SWIFTLOG_SERVER is set"
    )
