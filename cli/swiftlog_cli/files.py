"""Telling what a file is, before anything that could read it is imported.

`swiftlog explain FILE` is called once per log in loops: SQLite and zstandard are not
needed for a text file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

SPOOL_SUFFIX: Final = ".slog"
_MAGIC: Final = b"SQLite format 3\0"
_ID_START: Final = 68  # where SQLite keeps a file's application id
_ID: Final = b"SLOG"


def find_file(reference: str) -> Path | None:
    """Return the path that *reference* is, if it is one; it may not exist.

    A run's id or ``last`` names a file only when a file of that name is there.
    """
    path = Path(reference)
    looks_like_path = "/" in reference or path.suffix == SPOOL_SUFFIX
    return path if looks_like_path or path.is_file() else None


def is_pipe(path: Path) -> bool:
    """Tell whether what is at *path* can be read once only, like ``<(COMMAND)``."""
    return path.is_fifo() or path.is_char_device() or path.is_socket()


def is_spool(path: Path) -> bool:
    """Tell whether the file at *path* is a spool, whatever its name; it must exist.

    A file that is named ``.slog`` counts, so that a damaged one is called damaged.
    """
    if path.suffix == SPOOL_SUFFIX:
        return True
    with path.open("rb") as file:
        head = file.read(_ID_START + len(_ID))
    return head.startswith(_MAGIC) and head[_ID_START:] == _ID
