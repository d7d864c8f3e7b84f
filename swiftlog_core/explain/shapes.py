"""Parsers made of line shapes: a head, and how the lines around it belong to it.

Most tools print a problem as one telling line with lines below that continue it. A
``Shape`` says so in two regular expressions; ``ShapeParser`` does the walking.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.events import Finding
from swiftlog_core.explain.scan import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from swiftlog_core.explain.parser import Window

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"

INDENTED: Final = re.compile(r"\s+\S")
NOT_BLANK: Final = re.compile(r"\s*\S")
MAX_LINE: Final = 2000  # characters of a line that expressions look at
MAX_MESSAGE: Final = 500


class Shape(NamedTuple):
    """How one kind of problem looks.

    ``head`` must match at the start of a line; its named groups ``file``, ``line``,
    ``column``, ``rule``, ``message`` fill the finding; ``line_2``, ``column_2`` and
    ``message_2`` serve a second alternative. Below it, at most ``limit``
    lines that match ``more`` belong to it, with up to ``blanks`` blank lines in a
    row between them. ``key`` finds the line that tells most among those; its group
    ``message`` replaces the head's. ``above`` lines that match belong to it too.
    """

    head: re.Pattern[str]
    severity: str = ERROR
    more: re.Pattern[str] | None = None
    limit: int = 40
    blanks: int = 0
    key: re.Pattern[str] | None = None
    above: re.Pattern[str] | None = None
    above_limit: int = 3


def literals(*words: str) -> tuple[Trigger, ...]:
    """Make a trigger of each word."""
    return tuple(Trigger(word.encode()) for word in words)


def expressions(*patterns: str) -> tuple[Trigger, ...]:
    """Make a trigger of each bounded regular expression."""
    return tuple(Trigger(pattern.encode(), regex=True) for pattern in patterns)


def weak(*patterns: str) -> tuple[Trigger, ...]:
    """Make a trigger that occurs too often to choose places in a large log."""
    return tuple(Trigger(p.encode(), regex=True, weak=True) for p in patterns)


class ShapeParser:
    """A parser whose findings all follow from shapes; the first that fits wins."""

    def __init__(
        self,
        name: str,
        kind: str,
        triggers: tuple[Trigger, ...],
        shapes: Sequence[Shape],
    ) -> None:
        """Name the tool and say how its output looks."""
        self.name = name
        self.kind = kind
        self.triggers = triggers
        self._shapes = tuple(shapes)

    def parse(self, window: Window) -> Iterator[Finding]:
        """Yield a finding for each place where a shape fits."""
        done = -1
        for place in window.places:
            if place <= done:
                continue
            text = window.lines[place][:MAX_LINE]
            for shape in self._shapes:
                match = shape.head.match(text)
                if match:
                    last = extend(window.lines, place, shape)
                    done = last
                    yield self._finding(window, place, last, shape, match)
                    break

    def _finding(
        self, window: Window, place: int, last: int, shape: Shape, match: re.Match[str]
    ) -> Finding:
        """Fill a finding from the groups of the head and of the key line."""
        groups = match.groupdict()
        message = groups.get("message") or groups.get("message_2") or match.group()
        if shape.key:
            for index in range(place, last + 1):
                found = shape.key.match(window.lines[index][:MAX_LINE])
                if found:
                    message = found.groupdict().get("message") or found.group()
                    break
        first = place
        if shape.above:
            lowest = max(0, place - shape.above_limit)
            while first > lowest and shape.above.match(
                window.lines[first - 1][:MAX_LINE]
            ):
                first -= 1
        return Finding(
            tool=self.name,
            severity=shape.severity,
            message=message.strip()[:MAX_MESSAGE],
            first_line=window.first_line + first,
            last_line=window.first_line + last,
            file=groups.get("file") or "",
            line=_number(groups.get("line") or groups.get("line_2")),
            column=_number(groups.get("column") or groups.get("column_2")),
            rule=groups.get("rule") or "",
        )


def extend(lines: Sequence[str], place: int, shape: Shape) -> int:
    """Give the index of the last line that belongs to the head at *place*."""
    if shape.more is None:
        return place
    last = place
    blanks = 0
    for index in range(place + 1, min(len(lines), place + 1 + shape.limit)):
        text = lines[index][:MAX_LINE]
        if shape.more.match(text):
            last = index
            blanks = 0
        elif not text.strip() and blanks < shape.blanks:
            blanks += 1
        else:
            break
    return last


def _number(text: str | None) -> int:
    """Read a short decimal number; 0 when there is none."""
    return int(text) if text and len(text) < 10 and text.isdecimal() else 0  # noqa: PLR2004 - nine digits fit every position
