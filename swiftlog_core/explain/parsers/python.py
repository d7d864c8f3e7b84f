"""Python tracebacks, wherever they occur, with any prefix a logger put before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from swiftlog_core.events import Finding
from swiftlog_core.explain.parser import EXCEPTION
from swiftlog_core.explain.shapes import (
    ERROR,
    MAX_LINE,
    MAX_MESSAGE,
    Shape,
    ShapeParser,
    literals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from swiftlog_core.explain.parser import Window

_START: Final = "Traceback (most recent call last):"
_FRAME: Final = re.compile(r'\s*File "(?P<file>[^"]+)", line (?P<line>\d+)')
_RAISED: Final = re.compile(r"(?P<rule>[A-Za-z_][\w.]*)(?::\s|$)")
_CHAINED: Final = re.compile(
    r"(?:During handling of the above exception|The above exception was the direct)"
)
_LIMIT: Final = 150
_SINGLE: Final = Shape(
    re.compile(
        r"(?:E\s+|\s*)(?P<message>(?P<rule>(?:[a-z_]\w*\.)*[A-Z]\w*"
        r"(?:Error|Exception|Interrupt|Exit|Warning))(?:: .*)?)$"
    )
)


class TracebackParser:
    """Reads a traceback from its first line to the exception, and chained ones."""

    name = "python"
    kind = EXCEPTION
    triggers = literals(_START, "Error: ", "Error", "Exception: ", "KeyboardInterrupt")

    def __init__(self) -> None:
        """Prepare the parser for exception lines without a traceback."""
        self._single = ShapeParser(self.name, self.kind, self.triggers, (_SINGLE,))

    def parse(self, window: Window) -> Iterator[Finding]:
        """Yield one finding for a traceback, another for a lone exception line."""
        done = -1
        for place in window.places:
            if place <= done:
                continue
            text = window.lines[place][:MAX_LINE]
            column = text.find(_START)
            if column >= 0:
                finding = _read(window, place, column)
                done = finding.last_line - window.first_line
                yield finding
            else:
                yield from self._single.parse(window._replace(places=(place,)))


def _read(window: Window, place: int, column: int) -> Finding:
    """Read the traceback whose first line has its text at *column*."""
    lines = window.lines
    last, raised = _end_of_stack(lines, place, column)
    while (follow := _chained_start(lines, last + 1, column)) is not None:
        last, raised = _end_of_stack(lines, follow, column)
    file, line = "", 0
    for index in range(place, last + 1):
        frame = _FRAME.match(lines[index][column:MAX_LINE])
        if frame:
            file, line = frame["file"], int(frame["line"][:9])
    named = _RAISED.match(raised)
    return Finding(
        tool="python",
        severity=ERROR,
        message=raised[:MAX_MESSAGE],
        first_line=window.first_line + place,
        last_line=window.first_line + last,
        file=file,
        line=line,
        rule=named["rule"] if named else "",
    )


def _end_of_stack(lines: Sequence[str], place: int, column: int) -> tuple[int, str]:
    """Give the index of the exception's line and its text."""
    for index in range(place + 1, min(len(lines), place + _LIMIT)):
        text = lines[index][column:MAX_LINE]
        if text[:1].isspace() or text.startswith("| ") or not text:
            continue
        return index, text.strip()
    return place, _START


def _chained_start(lines: Sequence[str], start: int, column: int) -> int | None:
    """Give the index of the traceback that is chained after *start*, if any."""
    for index in range(start, min(len(lines), start + 3)):
        if _CHAINED.match(lines[index][column:]):
            for later in range(index + 1, min(len(lines), index + 4)):
                if _START in lines[later]:
                    return later
    return None


PARSER: Final = TracebackParser()
