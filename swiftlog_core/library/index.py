"""The runs on this machine: what each is, and in what state.

A listing opens each spool once and reads a handful of rows, never a frame's content.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.errors import SpoolError
from swiftlog_core.events import LOST, RUNNING
from swiftlog_core.library.locks import is_locked
from swiftlog_core.library.places import files_of
from swiftlog_core.stream.spool import SUFFIX, Spool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from swiftlog_core.events import Position, RunInfo
    from swiftlog_core.stream.spool import SpoolClosing

COMPLETE: Final = "complete"  # it has its end
DEAD: Final = "dead"  # it has none, and nobody works on it
DAMAGED: Final = "damaged"  # its file cannot be read
# and events.RUNNING: its recorder holds the lock


class LocalRun(NamedTuple):
    """One run on this machine. ``info`` and ``position`` are None when damaged.

    ``state`` is ``running``, ``complete``, ``dead`` or ``damaged``; ``server`` and
    ``url`` are set once delivered; ``damage`` is a sentence.
    """

    path: Path
    run_id: str
    state: str
    info: RunInfo | None = None
    position: Position | None = None
    closing: SpoolClosing | None = None
    delivered: bool = False
    durable_seq: int = 0
    server: str = ""
    url: str = ""
    damage: str = ""

    @property
    def status(self) -> str:
        """The run's status, one of ``events.STATUSES``."""
        if self.closing is not None:
            return self.closing.exit.status
        return RUNNING if self.state == RUNNING else LOST

    @property
    def exit_code(self) -> int | None:
        """The exit code; None while it runs and when nobody saw its end."""
        return self.closing.exit.exit_code if self.closing else None

    def bytes_on_disk(self) -> int:
        """Return what its files take."""
        return sum(file.stat().st_size for file in files_of(self.path) if file.exists())


def spools_in(runs_dirs: Sequence[Path]) -> list[Path]:
    """Return the spools in *runs_dirs*, newest first: ids order by their start."""
    paths = [
        path
        for folder in runs_dirs
        for path in folder.glob(f"*{SUFFIX}")
        if not path.name.startswith(".")
    ]
    return sorted(paths, key=lambda path: path.name, reverse=True)


def local_runs(runs_dirs: Sequence[Path]) -> Iterator[LocalRun]:
    """Yield the runs, newest first; take as many as are wanted."""
    for path in spools_in(runs_dirs):
        run = look_at(path)
        if run is not None:
            yield run


def look_at(path: Path) -> LocalRun | None:
    """Return the run at *path*; None when somebody has just removed it.

    Damage is a state here and never raised.
    """
    try:
        with Spool.read(path) as spool:
            return _described(path, spool)
    except (SpoolError, sqlite3.Error, ValueError, TypeError, KeyError) as error:
        if not path.exists():
            return None
        return LocalRun(path, path.stem, DAMAGED, damage=str(error))


def _described(path: Path, spool: Spool) -> LocalRun:
    info, closing, delivered = spool.info, spool.closing, spool.delivered
    state = COMPLETE
    if closing is None:
        state = RUNNING if is_locked(path) else DEAD
        if state == DEAD:
            # It may have ended between the two looks.
            closing = spool.closing
            state = DEAD if closing is None else COMPLETE
    return LocalRun(
        path,
        info.run_id,
        state,
        info,
        spool.position(),
        closing,
        bool(delivered),
        spool.durable_seq,
        delivered.get("server", ""),
        delivered.get("url", ""),
    )
