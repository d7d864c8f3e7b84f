"""Where the runs of this machine lie.

Owns the choice of the data folder and the names of the files in it: ``<data>/runs/``
holds ``<id>.slog`` and ``<id>.lock``.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from swiftlog_core.config import data_dirs
from swiftlog_core.errors import SpoolUnwritableError
from swiftlog_core.stream.spool import LOCK_SUFFIX, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_core.config import ClientConfig

RUNS: Final = "runs"
_PRIVATE: Final = 0o700
_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def writable_runs_dirs(config: ClientConfig) -> Iterator[Path]:
    """Yield the folders where a new run can be kept, best first, made if need be.

    A folder that only looks writable (its disk is full) is found out by the spool:
    then take the next. Raises ``SpoolUnwritableError`` when there is none at all.
    """
    reason, last, found = "no folder is named", "", False
    for text in data_dirs(config):
        last = text
        try:
            place = _made(Path(text), chosen=bool(config.text("data_dir")))
        except OSError as error:
            reason = error.strerror or str(error)
            continue
        found = True
        yield place
    if not found:
        raise SpoolUnwritableError(last, reason)


def choose_runs_dir(config: ClientConfig) -> Path:
    """Return the best folder for a new run; raise ``SpoolUnwritableError``."""
    return next(writable_runs_dirs(config))


def known_runs_dirs(config: ClientConfig) -> list[Path]:
    """Return the folders that exist and may hold runs, best first. Makes none."""
    places = [Path(text) / RUNS for text in data_dirs(config)]
    return [place for place in places if place.is_dir()]


def spool_path(runs_dir: Path, run_id: str) -> Path:
    """Return the path of a run's spool."""
    return runs_dir / f"{run_id}{SUFFIX}"


def files_of(path: Path) -> list[Path]:
    """Return every file that may belong to the spool at *path*, itself first."""
    beside = [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]
    return [path, *beside, path.with_suffix(LOCK_SUFFIX)]


def _made(data: Path, *, chosen: bool) -> Path:
    """Return the runs folder in *data*, private and writable; raise ``OSError``."""
    data.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    facts = data.stat() if chosen else data.lstat()
    if not chosen and hasattr(os, "getuid"):
        # In /tmp others may have made it first, or made it a link, to read our logs.
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
            raise PermissionError(1, "it belongs to somebody else", str(data))
        if facts.st_mode & _OTHERS_MAY_WRITE:
            data.chmod(_PRIVATE)
    runs = data / RUNS
    runs.mkdir(mode=_PRIVATE, exist_ok=True)
    if not os.access(runs, os.W_OK | os.X_OK):
        raise PermissionError(13, "it is not writable", str(runs))
    return runs
