"""A spool's log as text in line order, for whoever reads or explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.stream.lines import text_blocks
from swiftlog_core.stream.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class SpoolText:
    """The text of the spool at *path*: a ``LogSource``, opened anew each time."""

    def __init__(self, path: Path) -> None:
        """Remember *path*."""
        self._path = path

    def blocks(self) -> Iterator[bytes]:
        """Yield the text; line k ends at the k-th newline."""
        with Spool.read(self._path) as spool:
            yield from text_blocks(spool.frames())
