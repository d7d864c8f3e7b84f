"""The shape of a password inside an address."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.stream.mask.charsets import ALNUM_BYTES
from swiftlog_core.stream.mask.literals import Tail
from swiftlog_core.stream.mask.secret import label
from swiftlog_core.stream.mask.shapes import (
    PLAIN,
    Match,
    Part,
    PartShape,
    Trigger,
    literal,
)

# What people write where a password would stand: $NAME, ${NAME}, {{ name }}, ***
_PLACEHOLDER: Final = rb"[$%]?[({\[]*[$%]?[\w.$ -]{0,40}[)}\]]+|\$\w+|%\w|\*+|[xX]+"


class UrlPasswordShape:
    """``scheme://user:PASSWORD@host``: the password, up to the last ``@``.

    Undecided until the authority ends: a password may contain ``@``.
    """

    USER: Final = 64
    PASSWORD: Final = 256

    def __init__(self) -> None:
        self.text = label("url-password")
        user = b"[^\\s/?#:@\"'<>`\\\\\\x00-\\x1f]"
        inside = b"[^\\s/?#@\"'<>`\\\\\\x00-\\x1f]"
        either = b"[^\\s/?#\"'<>`\\\\\\x00-\\x1f]"
        head = b"[A-Za-z0-9]://%b{0,%d}:" % (user, self.USER)
        expression = b"%b%b{1,%d}@" % (head, inside, self.PASSWORD)
        self.trigger = Trigger(expression, b"@", 0, self.USER + self.PASSWORD + 6)
        self._full = b"%b(%b{1,%d})@" % (head, either, self.PASSWORD)
        self._run = b"%b{0,%d}" % (either, self.PASSWORD + 1)
        parts = [
            Part(b"[A-Za-z0-9]", 1, 1),
            *literal(b"://"),
            Part(user, 0, self.USER),
            *literal(b":"),
            Part(either, 1, self.PASSWORD),
        ]
        self._shape = PartShape(
            self.text, b"://", parts, cover=len(parts) - 1, exact=True
        )

    def match(self, block: bytes, end: int, floor: int, *, final: bool) -> Match | None:
        """Extend the password to the last ``@`` of the authority."""
        # Neither user nor password holds a slash: its address is the last one.
        at = block.rfind(b"://", max(floor + 1, end - self.trigger.width), end) - 1
        if at < floor:
            return None
        # By re's own cache: compiled when a log first holds such an address.
        match = re.compile(self._full).match(block, at)
        if match is None:
            return None
        start, stop = match.span(1)
        run = re.compile(self._run).match(block, start)
        limit = run.end() if run else stop
        undecided = limit == len(block) and limit - start <= self.PASSWORD
        if undecided and not final:
            return None
        if re.compile(_PLACEHOLDER).fullmatch(block, start, stop):
            return None
        return Match(start, stop, self.text, at, open=False, kind=PLAIN)

    def tail(self, block: bytes, line: int, floor: int) -> Tail:
        """Find an authority that has not ended."""
        size = len(block)
        low = max(line, floor)
        if block.find(b"://", max(low, size - self._shape.reach)) >= 0:
            return self._shape.tail(block, line, floor)
        for at in range(max(low, size - 3), size):
            if block[at] in ALNUM_BYTES and b"://".startswith(block[at + 1 :]):
                return Tail(at, size)
        return Tail(size, size)
