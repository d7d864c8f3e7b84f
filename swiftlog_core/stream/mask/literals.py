"""The literals of all secrets, and which of them the end of a block may begin.

Owns the question "must these last bytes wait?" for literals. Finding whole literals
in a block is the scanners' work.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from swiftlog_core.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD_BYTES: Final = 256  # a long literal is searched by this much of it, then verified
LONG_BYTES: Final = 1024
_NEAR_BYTES: Final = 96  # tails up to this long are looked up, longer ones searched
_SEED_BYTES: Final = 6
_HEAD_BYTES: Final = 3


class Literal(NamedTuple):
    """Bytes to find; ``[start, stop)`` of them is replaced by ``text``."""

    data: bytes
    start: int
    stop: int
    text: bytes

    @property
    def head(self) -> bytes:
        """What a scanner looks for: all of it, or the beginning of a long one."""
        return self.data[:HEAD_BYTES] if len(self.data) > LONG_BYTES else self.data


class Tail(NamedTuple):
    """The end of a block that is not decided.

    ``context`` is where the earliest unfinished match begins, ``held`` the first byte
    that it may yet mask; both are the block's size when there is none.
    """

    context: int
    held: int

    def earlier(self, other: Tail) -> Tail:
        """Return the minimum of both, field by field."""
        return Tail(min(self.context, other.context), min(self.held, other.held))


class LiteralSet:
    """A growing set of literals, ordered for the question which ones a tail begins."""

    def __init__(self) -> None:
        self._whole: list[bytes] = []
        self._heads: set[bytes] = set()
        self._long: list[bytes] = []
        self._short_lines: list[Literal] = []

    def add(self, literals: Iterable[Literal]) -> None:
        """Take more literals; equal ones count once."""
        for literal in literals:
            data = literal.data
            if literal.start or b"\n" in data:
                self._short_lines.append(literal)
                continue
            place = bisect_left(self._whole, data)
            if self._whole[place : place + 1] != [data]:
                self._whole.insert(place, data)
                self._heads.add(data[:_HEAD_BYTES])
                if len(data) > _NEAR_BYTES:
                    self._long.append(data)

    def tail(self, block: bytes, line: int, floor: int) -> Tail:
        """Find the earliest proper prefix of a literal that *block* ends with.

        *line* is where the last, unfinished line starts; no match starts before
        *floor*.
        """
        size = len(block)
        first = size
        if self._whole and line < size:
            first = min(
                self._far(block, max(line, floor)), self._near(block, max(line, floor))
            )
        tail = Tail(first, first)
        for literal in self._short_lines:
            at = _prefix_at_end(block, literal.data, floor)
            if at < size:
                tail = tail.earlier(Tail(at, min(at + literal.start, size)))
        return tail

    def _near(self, block: bytes, low: int) -> int:
        whole, size = self._whole, len(block)
        count = len(whole)
        heads, short = self._heads, size - _HEAD_BYTES
        for at in range(max(low, size - _NEAR_BYTES), size):
            # Few places pass this; the look-up behind it costs six times as much.
            if at <= short and block[at : at + _HEAD_BYTES] not in heads:
                continue
            end = block[at:]
            place = bisect_left(whole, end)
            # One that equals the tail is complete, but a longer one may follow it.
            if place < count and whole[place] == end:
                place += 1
            if place < count and whole[place].startswith(end):
                return at
        return size

    def _far(self, block: bytes, low: int) -> int:
        size = len(block)
        best = size
        if size - low <= _NEAR_BYTES:
            return best
        for data in self._long:
            seed = data[:_NEAR_BYTES]
            limit = best + _NEAR_BYTES - 1  # only earlier places matter
            at = block.find(seed, max(low, size - len(data) + 1), limit)
            while at >= 0:
                if data.startswith(block[at:]):
                    best = at
                    break
                at = block.find(seed, at + 1, limit)
        return best


def _prefix_at_end(block: bytes, data: bytes, floor: int) -> int:
    """Return where the longest proper prefix of *data* that ends *block* begins."""
    size = len(block)
    seed = data[:_SEED_BYTES]
    at = block.find(seed, max(floor, size - len(data) + 1))
    while at >= 0:
        if data.startswith(block[at:]):
            return at
        at = block.find(seed, at + 1)
    for at in range(max(floor, size - _SEED_BYTES + 1), size):
        if data.startswith(block[at:]):
            return at
    return size
