"""What servers have told of themselves: the HTTP base of each gRPC address.

Recorders write it down beside their runs, commands that need REST read it. A hint and
no more: whoever cannot write or read it does without.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE_NAME: Final = "servers.json"
RUNS: Final = "runs"  # the folder of the spools, below the data folder
MAX_SERVERS: Final = 50


def remember(spool: Path, target: str, http_url: str) -> None:
    """Keep that the server at *target* (``host:port``) has its REST at *http_url*.

    It is kept in the data folder of *spool*, if that lies in one. Blocks for one
    small write, and only for news; never raises for a disk that is full or a folder
    that is not ours.
    """
    if spool.parent.name != RUNS:
        return
    path = spool.parent.parent / FILE_NAME
    known = _read(path)
    if not http_url or known.get(target) == http_url:
        return
    known.pop(target, None)
    known[target] = http_url
    newest = dict(list(known.items())[-MAX_SERVERS:])
    try:
        _replace(path, json.dumps(newest))
    except OSError:
        return  # the next run tells it again


def recall(data_dirs: Iterable[Path], target: str) -> str:
    """Return the HTTP base that the server at *target* told; empty when unknown."""
    for folder in data_dirs:
        found = _read(folder / FILE_NAME).get(target)
        if found:
            return found
    return ""


def _read(path: Path) -> dict[str, str]:
    try:
        loaded = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(loaded, dict):
        return {}
    return {key: url for key, url in loaded.items() if isinstance(url, str)}


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{FILE_NAME}-{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
