"""From what a user writes to a run on this machine.

A reference is a path of a ``.slog`` file, a run id, the beginning of one (four
characters at least), or ``last``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import RunAmbiguousError, RunNotFoundError
from swiftlog_core.library.index import spools_in
from swiftlog_core.stream.spool import SUFFIX, Spool

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORTEST_PREFIX: Final = 4
LAST: Final = ("last", "@last")


def find(reference: str, runs_dirs: Sequence[Path]) -> Path:
    """Return the spool that *reference* names.

    Raises ``RunNotFoundError`` or ``RunAmbiguousError``.
    """
    path = Path(reference)
    if (path.suffix == SUFFIX or len(path.parts) > 1) and path.is_file():
        return path
    spools = spools_in(runs_dirs)
    if reference in LAST and spools:
        return spools[0]
    prefix = reference.strip().lower()
    if len(prefix) < SHORTEST_PREFIX:
        raise RunNotFoundError(reference)
    matches = [spool for spool in spools if spool.stem.startswith(prefix)]
    if not matches:
        raise RunNotFoundError(reference)
    if len({spool.stem for spool in matches}) > 1:
        raise RunAmbiguousError(reference, tuple(spool.stem for spool in matches))
    return matches[0]


def open_run(reference: str, runs_dirs: Sequence[Path]) -> Spool:
    """Open the run that *reference* names, for reading. The caller closes it.

    Raises ``RunNotFoundError``, ``RunAmbiguousError`` or ``SpoolCorruptError``.
    """
    return Spool.read(find(reference, runs_dirs))
