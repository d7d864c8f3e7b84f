"""Finds where literals and triggers occur in a block: two engines, the same places.

A place is ``(end, number)``: pattern *number* matches up to *end*. Both scanners report
every place, overlapping ones included, in ascending order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from swiftlog_core.records import NamedTuple
from swiftlog_core.stream.mask.charsets import ALNUM_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import hyperscan

    from swiftlog_core.stream.mask.shapes import Trigger


class Pattern(NamedTuple):
    """A literal, or the core of a trigger together with the trigger."""

    literal: bytes
    trigger: Trigger | None = None

    @property
    def expression(self) -> bytes:
        """The pattern as a bounded regular expression, free of NUL.

        Hyperscan takes expressions as C strings: a NUL in one would cut it off.
        """
        if self.trigger is not None:
            return self.trigger.expression
        return b"".join(
            [b"%c" % c if c in ALNUM_BYTES else b"\\x%02x" % c for c in self.literal]
        )


Place = tuple[int, int]


class Scanner(Protocol):
    """Finds the places of a fixed list of patterns."""

    def places(self, block: bytes) -> list[Place]:
        """Give the places of *block*, sorted."""
        ...


class LiteralScanner:
    """One ``bytes.find`` per pattern: no set-up, for little data or few patterns."""

    def __init__(self, patterns: Sequence[Pattern], first: int = 0) -> None:
        """Take *patterns*, numbered from *first*."""
        self._literals: list[tuple[int, bytes]] = []
        self._triggers: list[tuple[int, Trigger]] = []
        self.extend(patterns, first)

    def extend(self, patterns: Sequence[Pattern], first: int) -> None:
        """Take more patterns, numbered from *first*."""
        for number, pattern in enumerate(patterns, first):
            if pattern.trigger is None:
                self._literals.append((number, pattern.literal))
            else:
                self._triggers.append((number, pattern.trigger))

    def places(self, block: bytes, low: int = 0) -> list[Place]:
        """Give the places of *block* from *low* on, sorted."""
        found: list[Place] = []
        find = block.find
        for number, data in self._literals:
            at = find(data, low)
            while at >= 0:
                found.append((at + len(data), number))
                at = find(data, at + 1)
        for number, trigger in self._triggers:
            at = find(trigger.core, low)
            if at < 0:
                continue
            # Compiled on first sight, by re's own cache: most logs need none.
            whole = re.compile(b"(?:%b)\\Z" % trigger.expression)
            while at >= 0:
                end = at + len(trigger.core) + trigger.after
                if end <= len(block) and whole.search(
                    block, max(low, end - trigger.width), end
                ):
                    found.append((end, number))
                at = find(trigger.core, at + 1)
        found.sort()
        return found


class HyperscanScanner:
    """All patterns in one pass, in block mode, at several GB/s.

    Bounded expressions only: an open-ended repeat reports every end that it could
    have. Never with ``HS_FLAG_UTF8``: a log is bytes. The database holds the secrets in
    clear and so never leaves memory.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Compile; slow, releases the GIL. Raises ImportError without the library."""
        import hyperscan

        self._database: hyperscan.Database = hyperscan.Database(
            mode=hyperscan.HS_MODE_BLOCK
        )
        self._database.compile(
            expressions=[pattern.expression for pattern in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=[hyperscan.HS_FLAG_DOTALL] * len(patterns),
        )

    def places(self, block: bytes) -> list[Place]:
        """Give the places of *block*, sorted."""
        found: list[Place] = []
        append = found.append

        def take(number: int, _start: int, end: int, *_rest: object) -> None:
            append((end, number))

        self._database.scan(block, match_event_handler=take)
        found.sort()
        return found
