"""Shapes of well-known tokens: how one is found, how far it goes, when it is undecided.

A shape is a sequence of parts, each a class of bytes with a least and a greatest
count. From it follow three things that must agree: the *trigger* (a bounded expression
that a scanner looks for), the *match* around a trigger's place, and the *tail* (what at
the end of a block may still become a match). Which shapes exist is ``tokens.py``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from swiftlog_core.records import NamedTuple
from swiftlog_core.stream.mask.literals import Tail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PLAIN: Final = 0
KEY: Final = 1  # the match begins a private key: mask to its end
REGISTER: Final = 2  # the match is a value to register


class Trigger(NamedTuple):
    """A bounded byte expression; its places are the ends of its matches.

    ``core`` is a literal that each match holds, ending ``after`` bytes before the
    match does; no match is longer than ``width``.
    """

    expression: bytes
    core: bytes
    after: int
    width: int


class Match(NamedTuple):
    """One occurrence: ``[start, stop)`` is to be masked as ``text``.

    ``context`` is where its evidence begins. ``open`` says that the match touches the
    block's end and may grow there.
    """

    start: int
    stop: int
    text: bytes
    context: int
    open: bool
    kind: int


class Shape(Protocol):
    """What the masker needs of a shape."""

    trigger: Trigger

    def match(self, block: bytes, end: int, floor: int, *, final: bool) -> Match | None:
        """Decide about the trigger that ends at *end*; None: no, or not yet.

        No match starts before *floor*. *final*: nothing follows the block.
        """
        ...

    def tail(self, block: bytes, line: int, floor: int) -> Tail:
        """Find what at the end of *block* may still become a match."""
        ...


class Part(NamedTuple):
    """Between ``low`` and ``high`` bytes of the class ``chars`` (an expression)."""

    chars: bytes
    low: int
    high: int


def literal(text: bytes) -> list[Part]:
    """Spell *text* as parts."""
    return [Part(re.escape(bytes((c,))), 1, 1) for c in text]


class PartShape:
    """A shape that its parts describe wholly.

    ``cover`` is the index of the first part that is masked; what precedes it is
    evidence. ``left`` are the bytes that may not precede the match. An *exact* shape
    has a last part that must end where its count ends; any other masks its bytes as
    soon as the least count is reached, and further ones as they come. ``check`` looks
    at the trigger's bytes.
    """

    def __init__(  # noqa: PLR0913 -- a shape is one declaration, read as a table row
        self,
        text: bytes,
        core: bytes,
        parts: Sequence[Part],
        *,
        cover: int = 0,
        left: bytes = b"",
        exact: bool = False,
        check: Callable[[bytes], bool] | None = None,
        kind: int = PLAIN,
    ) -> None:
        """Compile; *core* is the longest literal among the leading fixed parts."""
        self.text = text
        self.cover = cover
        self.left = left
        self.exact = exact
        self.kind = kind
        self.check = check
        self.parts = parts
        # The longest unfinished match.
        self.reach = sum(part.high for part in parts[:-1]) + (
            parts[-1].high if exact else parts[-1].low - 1
        )
        self.trigger = _trigger(parts, core)
        self._match: re.Pattern[bytes] | None = None
        self._tail: re.Pattern[bytes] | None = None

    def match(self, block: bytes, end: int, floor: int, *, final: bool) -> Match | None:
        """Decide about the trigger that ends at *end*."""
        start = end - self.trigger.width
        if start < floor or (start and block[start - 1] in self.left):
            return None
        if self.check is not None and not self.check(block[start:end]):
            return None
        match = self.whole.match(block, start)
        if match is None:
            return None
        low, high = match.span(1)
        grows = high == len(block) and not final
        if grows and self.exact:
            return None
        return Match(low, high, self.text, start, grows, self.kind)

    @property
    def whole(self) -> re.Pattern[bytes]:
        """A match with group 1 masked; compiled when a log first needs it."""
        if self._match is None:
            ahead = b"(?!%b)" % self.parts[-1].chars if self.exact else b""
            evidence, masked = self.parts[: self.cover], self.parts[self.cover :]
            self._match = re.compile(
                b"%b%b(%b)%b"
                % (_not_after(self.left), _spell(evidence), _spell(masked), ahead)
            )
        return self._match

    @property
    def unfinished(self) -> re.Pattern[bytes]:
        """A proper beginning of a match, up to the block's end."""
        if self._tail is None:
            self._tail = re.compile(
                _not_after(self.left)
                + _unfinished(self.parts, self.cover, exact=self.exact)
            )
        return self._tail

    def tail(self, block: bytes, line: int, floor: int) -> Tail:
        """Find what at the end of *block* may still become a match."""
        size = len(block)
        low = max(line, floor, size - self.reach)
        found = self.unfinished.search(block, low)
        if found is None:
            return Tail(size, size)
        held = found.start(1)
        return Tail(found.start(), size if held < 0 else held)


def _spell(parts: Sequence[Part]) -> bytes:
    return b"".join(
        part.chars if part.high == 1 == part.low else b"%b{%d,%d}" % part
        for part in parts
    )


def _not_after(chars: bytes) -> bytes:
    return b"(?<![%b])" % re.escape(chars) if chars else b""


def _trigger(parts: Sequence[Part], core: bytes) -> Trigger:
    """Take the parts up to the first that varies, it at its least count."""
    leading: list[Part] = []
    for part in parts:
        if part.low != part.high and part is not parts[-1]:
            break
        leading.append(part._replace(high=part.low))
    width = sum(part.low for part in leading)
    expression = b"".join(
        part.chars if part.low == 1 else b"%b{%d}" % (part.chars, part.low)
        for part in leading
    )
    spelled = b"".join(
        part.chars.replace(b"\\", b"") if len(part.chars) < 3 else b"\0" * part.low  # noqa: PLR2004 -- one byte, perhaps escaped; a class has brackets
        for part in leading
    )
    after = width - spelled.index(core) - len(core)
    return Trigger(expression, core, after, width)


def _unfinished(parts: Sequence[Part], cover: int, *, exact: bool) -> bytes:
    """Spell every proper beginning of the parts, up to the end of the block.

    An exact shape is unfinished even when complete: the next byte decides. Group 1 is
    empty and marks where the masked part begins.
    """
    last = len(parts) - 1
    chars, low, high = parts[last]
    rest = b"%b{0,%d}\\Z" % (chars, high if exact else low - 1)
    if cover == last:
        rest = b"()" + rest
    for index in range(last - 1, -1, -1):
        chars, low, high = parts[index]
        if index == 0:  # at least its first byte must be there
            rest = chars + rest
        elif low == high == 1:
            rest = b"(?:%b%b|\\Z)" % (chars, rest)
        else:
            rest = b"(?:%b{%d,%d}%b|%b{0,%d}\\Z)" % (
                chars,
                low,
                high,
                rest,
                chars,
                high,
            )
        if index == cover:
            rest = b"()" + rest
    return rest


class ShapeSet:
    """All shapes, and one look at a tail for all of them."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        """Index the beginnings of the shapes' cores."""
        self.shapes = shapes
        parted = [shape for shape in shapes if isinstance(shape, PartShape)]
        self._others = [shape for shape in shapes if shape not in parted]
        self._cores = [(s.trigger.core, s.reach, s) for s in parted]
        self._beginnings: dict[bytes, list[PartShape]] = {}
        for core, _, shape in self._cores:
            for length in range(1, len(core)):
                self._beginnings.setdefault(core[:length], []).append(shape)
        self._longest = max(map(len, self._beginnings), default=0)

    def tail(self, block: bytes, line: int, floor: int) -> Tail:
        """Find what at the end of *block* may still become a match of any shape."""
        size = len(block)
        low = max(line, floor)
        tail = Tail(size, size)
        if low >= size:
            return tail
        # Expressions run (and are compiled) only where a whole core is there.
        find = block.find
        for core, reach, shape in self._cores:
            if find(core, low if low + reach > size else size - reach) >= 0:
                tail = tail.earlier(shape.tail(block, line, floor))
        for at in range(max(low, size - self._longest), size):
            for shape in self._beginnings.get(block[at:], ()):
                if not at or block[at - 1] not in shape.left:
                    tail = tail.earlier(Tail(at, size if shape.cover else at))
        for other in self._others:
            tail = tail.earlier(other.tail(block, line, floor))
        return tail
