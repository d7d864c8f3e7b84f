"""Finds where triggers occur in a block, all of them in one pass.

Owns the choice of engine: Hyperscan where it can be imported, else ``re``, with the
same result. A trigger is a literal or a bounded regular expression that says only
"look at this line"; what the line means is decided by exact code elsewhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Trigger(NamedTuple):
    """A byte pattern that makes a line worth a look.

    ``weak`` triggers are left out when a large log is searched for places.
    ``pattern`` is a literal, or with ``regex`` an expression without open-ended
    repeats, groups that capture, or anchors. ``caseless`` ignores ASCII case.
    """

    pattern: bytes
    regex: bool = False
    caseless: bool = False
    weak: bool = False

    @property
    def expression(self) -> bytes:
        """The trigger as a regular expression."""
        return self.pattern if self.regex else re.escape(self.pattern)


class Hit(NamedTuple):
    """One line with triggers: where it lies in the block and which they are.

    ``line`` counts from 0 at the block's start; ``triggers`` has bit *i* set when
    trigger *i* occurs.
    """

    line: int
    start: int
    end: int
    triggers: int


class Scanner(Protocol):
    """Finds lines of a block in which triggers occur; its length is their number."""

    def __len__(self) -> int: ...

    def sample(self, data: bytes, room: Sequence[int]) -> list[tuple[int, int]]:
        """Give for each trigger some lines with it: (trigger, offset in the line).

        Of trigger *i* the first ``room[i]`` lines, and the last one.
        """
        ...

    def hits(self, data: bytes) -> list[Hit]:
        """Give the lines of *data* with a trigger, in order."""
        ...


def make_scanner(triggers: Sequence[Trigger]) -> Scanner:
    """Compile *triggers* for the best engine of this machine."""
    try:
        return HyperscanScanner(triggers)
    except ImportError:
        return RegexScanner(triggers)


class HyperscanScanner:
    """Runs every trigger at once with Hyperscan in block mode."""

    def __init__(self, triggers: Sequence[Trigger]) -> None:
        """Compile the database; raises ImportError without the library."""
        import hyperscan

        self._count = len(triggers)
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[t.expression for t in triggers],
            ids=list(range(len(triggers))),
            elements=len(triggers),
            flags=[hyperscan.HS_FLAG_CASELESS if t.caseless else 0 for t in triggers],
        )

    def __len__(self) -> int:
        return self._count

    def sample(self, data: bytes, room: Sequence[int]) -> list[tuple[int, int]]:
        """Give the first lines and the last one with each trigger."""
        left = list(room)
        limits = [0] * len(left)
        chosen: list[tuple[int, int]] = []
        last: dict[int, int] = {}

        def found(number: int, _start: int, end: int, *_rest: object) -> None:
            if left[number] > 0 and end > limits[number]:
                left[number] -= 1
                limits[number] = data.find(b"\n", end - 1) + 1 or len(data) + 1
                chosen.append((number, end - 1))
            last[number] = end

        self._database.scan(data, match_event_handler=found)
        chosen.extend((number, end - 1) for number, end in last.items())
        return chosen

    def hits(self, data: bytes) -> list[Hit]:
        """Give the lines of *data* with a trigger, in order."""
        ends: list[tuple[int, int]] = []
        append = ends.append

        def found(number: int, _start: int, end: int, *_rest: object) -> None:
            append((end - 1, number))

        self._database.scan(data, match_event_handler=found)
        hits: list[Hit] = []
        line = counted = 0
        start, limit, mask = 0, -1, 0
        for place, number in ends:  # Hyperscan reports in the order of ends
            if place < limit:
                mask |= 1 << number
                continue
            if mask:
                hits.append(Hit(line, start, limit, mask))
            start = data.rfind(b"\n", 0, place) + 1
            limit = data.find(b"\n", place)
            if limit < 0:
                limit = len(data)
            line += data.count(b"\n", counted, start)
            counted = start
            mask = 1 << number
        if mask:
            hits.append(Hit(line, start, limit, mask))
        return hits


class RegexScanner:
    """The same with the standard library alone: one alternation, then each."""

    def __init__(self, triggers: Sequence[Trigger]) -> None:
        """Compile the alternation that finds lines and the single triggers."""
        self._single = [
            re.compile(t.expression, re.IGNORECASE if t.caseless else 0)
            for t in triggers
        ]
        self._any = re.compile(
            b"|".join(
                b"(?i:%b)" % t.expression if t.caseless else b"(?:%b)" % t.expression
                for t in triggers
            )
        )

    def __len__(self) -> int:
        return len(self._single)

    def sample(self, data: bytes, room: Sequence[int]) -> list[tuple[int, int]]:
        """Give the first lines and the last one with each trigger."""
        chosen: list[tuple[int, int]] = []
        for number, pattern in enumerate(self._single):
            places: list[int] = []
            place = 0
            while match := pattern.search(data, place):
                places.append(match.end() - 1)
                place = data.find(b"\n", match.end() - 1) + 1 or len(data)
            chosen.extend((number, place) for place in places[: room[number]])
            chosen.extend((number, place) for place in places[-1:])
        return chosen

    def hits(self, data: bytes) -> list[Hit]:
        """Give the lines of *data* with a trigger, in order."""
        hits: list[Hit] = []
        line = counted = place = 0
        while match := self._any.search(data, place):
            start = data.rfind(b"\n", 0, match.start()) + 1
            end = data.find(b"\n", match.start())
            if end < 0:
                end = len(data)
            line += data.count(b"\n", counted, start)
            counted = start
            mask = 0
            for number, pattern in enumerate(self._single):
                if pattern.search(data, start, end):
                    mask |= 1 << number
            hits.append(Hit(line, start, end, mask))
            place = end
        return hits
