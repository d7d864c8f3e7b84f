"""From what a user types (an id, its beginning, ``last``, a file) to a run's log.

Owns the rule of which copy is read: a file as named; else the spool on this machine
when it is complete or its run is still going on here; else the server's copy when a
server is set; else whatever this machine has. Finding on this machine is the matter
of ``swiftlog_core.library``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_cli.files import find_file, is_spool
from swiftlog_cli.runlogs import LocalRunLog
from swiftlog_core.config import resolve
from swiftlog_core.errors import RunNotFoundError, SpoolError, SwiftLogError
from swiftlog_core.events import RUNNING
from swiftlog_core.library.index import COMPLETE, local_runs, look_at
from swiftlog_core.library.open import LAST, find
from swiftlog_core.library.places import known_runs_dirs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_cli.runlogs import RunLog
    from swiftlog_core.config import ClientConfig

MAX_OFFERED: Final = 20


def find_local(reference: str, config: ClientConfig) -> Path | None:
    """Return this machine's spool of the run; None when there is none.

    Raises ``RunAmbiguousError`` for a beginning that fits several.
    """
    try:
        return find(reference, known_runs_dirs(config))
    except RunNotFoundError:
        return None


def open_run(reference: str, config: ClientConfig, *, local: bool = False) -> RunLog:
    """Open the log of the run or file *reference*; *local* keeps off the server.

    Raises ``RunNotFoundError``, ``RunAmbiguousError``, ``SpoolError`` or
    ``ServerError``.
    """
    file = find_file(reference)
    if file is not None:
        if not file.is_file():
            raise RunNotFoundError(reference)
        if not is_spool(file):
            message = f"{file} is no spool; `swiftlog explain {file}` reads any log"
            raise SpoolError(message)
        return LocalRunLog(file)
    path = find_local(reference, config)
    if path is None:
        return _open_on_server(reference, config, local=local)
    if local or not has_server(config) or _is_best(path):
        return LocalRunLog(path)
    try:
        return _open_on_server(path.stem, config, local=False)
    except SwiftLogError:
        # The server cannot help: what this machine has is better than an error.
        return LocalRunLog(path)


def has_server(config: ClientConfig) -> bool:
    """Tell whether a server is set, by either of its addresses."""
    return bool(config.text("server") or config.text("url"))


def local_references() -> Iterator[tuple[str, str]]:
    """Yield ids and commands of this machine's newest runs, for completion."""
    yield LAST[0], "the newest run on this machine"
    offered = 0
    for run in local_runs(known_runs_dirs(resolve({}))):
        if run.info is not None:
            yield run.run_id, " ".join(run.info.argv)[:60]
            offered += 1
        if offered == MAX_OFFERED:
            return


def _is_best(path: Path) -> bool:
    """Tell whether no other copy can hold more than the spool at *path*."""
    run = look_at(path)
    return run is not None and run.state in (COMPLETE, RUNNING)


def _open_on_server(reference: str, config: ClientConfig, *, local: bool) -> RunLog:
    if local or reference in LAST or not has_server(config):
        raise RunNotFoundError(reference)
    from swiftlog_cli.server_runlogs import open_server_run

    return open_server_run(reference, config)
