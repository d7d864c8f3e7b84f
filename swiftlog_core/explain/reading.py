"""The lines of a log that are worth reading closely, in reading form.

A log of ordinary size is read whole. Of a larger one only the neighbourhoods of
places are kept, found in one scan over its blocks and fetched in a second reading,
so that memory depends on what is kept and not on the log.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.explain.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_LINE_BYTES: Final = 4096
_RED: Final = re.compile(rb"\x1b\[(?:[0-9]{1,2};){0,3}[39]1(?:;[0-9]{1,2}){0,3}m")
_STARTS: Final = re.compile(
    rb"travis_time:start|##\[endgroup\]|section_start:|::endgroup::"
    rb"|TASK \[|runtests: commands\["
)
_ECHO_OPENS: Final = b"##[group]Run "
_ECHO_CLOSES: Final = b"##[endgroup]"


class Region(NamedTuple):
    """Consecutive lines: number of the first, their texts, their joined bytes."""

    first_line: int
    lines: Sequence[str]
    data: bytes


class Reading(NamedTuple):
    """What is read of a log: regions in order, and facts that only bytes show.

    ``red`` are the numbers of lines with red text, ``starts`` those of the first
    lines of a command's output, ``echo`` those of lines that only show a script.
    """

    regions: tuple[Region, ...]
    red: frozenset[int]
    starts: tuple[int, ...]
    echo: frozenset[int]
    first_line: int
    last_line: int

    def items(self) -> Iterator[tuple[int, str]]:
        """Yield every line that is read, with its number."""
        for region in self.regions:
            yield from enumerate(region.lines, region.first_line)


def read_regions(
    parts: Sequence[tuple[int, bytes]], first_line: int, last_line: int
) -> Reading:
    """Bring *parts* (number of the first line, raw bytes of whole lines) to reading."""
    regions: list[Region] = []
    red: set[int] = set()
    starts: list[int] = []
    echo: set[int] = set()
    for first, raw in parts:
        if b"\x1b[" in raw:
            red.update(_lines_of(_RED, raw, first))
        starts.extend(_lines_of(_STARTS, raw, first))
        if _ECHO_OPENS in raw:
            echo.update(_echoes(raw, first))
        data = normalise(raw)
        if data.endswith(b"\n"):
            data = data[:-1]
        lines = [
            line if len(line) <= MAX_LINE_BYTES else line[:MAX_LINE_BYTES]
            for line in data.decode("utf-8", "replace").split("\n")
        ]
        regions.append(Region(first, lines, data))
    return Reading(
        tuple(regions),
        frozenset(red),
        tuple(starts),
        frozenset(echo),
        first_line,
        last_line,
    )


def _lines_of(pattern: re.Pattern[bytes], raw: bytes, first: int) -> Iterator[int]:
    """Yield the number of each line in which *pattern* occurs, once."""
    number = first
    counted = 0
    place = 0
    while match := pattern.search(raw, place):
        start = raw.rfind(b"\n", 0, match.start()) + 1
        number += raw.count(b"\n", counted, start)
        counted = start
        yield number
        place = raw.find(b"\n", match.end() - 1)
        if place < 0:
            return


def _echoes(raw: bytes, first: int) -> Iterator[int]:
    """Yield the numbers of lines between a step's heading and its output."""
    place = raw.find(_ECHO_OPENS)
    number = first
    counted = 0
    while place >= 0:
        start = raw.rfind(b"\n", 0, place) + 1
        end = raw.find(_ECHO_CLOSES, place)
        if end < 0:
            end = place
        number += raw.count(b"\n", counted, start)
        counted = start
        yield from range(number, number + raw.count(b"\n", start, end) + 1)
        place = raw.find(_ECHO_OPENS, max(end, place + 1))
