"""From what a user types (an id, its beginning, ``last``, a file) to a run's log.

Owns the rule of which copy is read: a file as named; else the spool on this machine
when it is complete; else the server's copy when a server is set; else whatever this
machine has.
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import TYPE_CHECKING, Final

from swiftlog_cli.files import find_file
from swiftlog_cli.runlogs import LocalRunLog
from swiftlog_core.config import data_dirs, resolve
from swiftlog_core.errors import RunAmbiguousError, RunNotFoundError, SwiftLogError
from swiftlog_core.stream.spool import SUFFIX, Spool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_cli.runlogs import RunLog
    from swiftlog_core.config import ClientConfig

LAST: Final = "last"
MAX_OFFERED: Final = 20


def local_spools(config: ClientConfig) -> list[Path]:
    """Return the paths of this machine's spools, newest first."""
    found = [
        path
        for folder in data_dirs(config)
        for path in Path(folder, "runs").glob(f"*{SUFFIX}")
    ]
    # Ids are UUIDv7: their order is that of their making.
    return sorted(found, key=lambda path: path.name, reverse=True)


def is_live(path: Path) -> bool:
    """Tell whether a recorder holds the lock of the spool at *path*."""
    try:
        with path.with_suffix(".lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def find_local(reference: str, config: ClientConfig) -> Path | None:
    """Return this machine's spool of the run; None when there is none.

    Raises ``RunAmbiguousError`` for a beginning that fits several.
    """
    spools = local_spools(config)
    if reference == LAST:
        return spools[0] if spools else None
    wanted = reference.lower()
    fits = [path for path in spools if path.stem.startswith(wanted)]
    if len(fits) > 1:
        raise RunAmbiguousError(reference, tuple(path.stem for path in fits))
    return fits[0] if fits else None


def open_local(path: Path) -> LocalRunLog:
    """Open the spool at *path*; raises ``RunNotFoundError`` when it is not there."""
    if not path.is_file():
        raise RunNotFoundError(str(path))
    return LocalRunLog(path, live=is_live(path))


def open_run(reference: str, config: ClientConfig, *, local: bool = False) -> RunLog:
    """Open the log of the run or file *reference*; *local* keeps off the server.

    Raises ``RunNotFoundError``, ``RunAmbiguousError``, ``SpoolError`` or
    ``ServerError``.
    """
    file = find_file(reference)
    if file is not None:
        return open_local(file)
    path = find_local(reference, config)
    if path is None:
        return _open_on_server(reference, config, local=local)
    if local or not config.text("server") or is_complete(path):
        return open_local(path)
    try:
        return _open_on_server(path.stem, config, local=False)
    except SwiftLogError:
        # The server cannot help: what this machine has is better than an error.
        return open_local(path)


def is_complete(path: Path) -> bool:
    """Tell whether the spool at *path* can be read and has its end."""
    try:
        with Spool.read(path) as spool:
            return spool.closing is not None
    except SwiftLogError:
        return False


def local_references() -> Iterator[tuple[str, str]]:
    """Yield ids and commands of this machine's newest runs, for completion."""
    yield LAST, "the newest run on this machine"
    for path in local_spools(resolve({}))[:MAX_OFFERED]:
        try:
            with Spool.read(path) as spool:
                yield path.stem, " ".join(spool.info.argv)[:60]
        except SwiftLogError:
            continue  # a damaged spool has no title


def _open_on_server(reference: str, config: ClientConfig, *, local: bool) -> RunLog:
    if local or reference == LAST or not (config.text("server") or config.text("url")):
        raise RunNotFoundError(reference)
    from swiftlog_cli.server_runlogs import open_server_run

    return open_server_run(reference, config)
