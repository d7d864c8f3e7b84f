"""The shape of a JSON Web Token."""

from __future__ import annotations

from typing import Final

from swiftlog_core.stream.mask.charsets import URL64, URL64_BYTES
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


class JwtShape:
    """Three parts of base64url joined by dots, of which two begin with ``eyJ``.

    Found by its second part: ``eyJ`` alone is common in base64 of JSON.
    """

    SHORTEST: Final = len(b"eyJ") + 8  # of a header
    HEADER: Final = 2048
    PAYLOAD: Final = 8192
    SIGNATURE: Final = 1024

    def __init__(self) -> None:
        self.text = label("jwt")
        self.trigger = Trigger(rb"\.eyJ", b".eyJ", 0, 4)
        parts = [
            *literal(b"eyJ"),
            Part(URL64, 8, self.HEADER),
            *literal(b".eyJ"),
            Part(URL64, 8, self.PAYLOAD),
            *literal(b"."),
            Part(URL64, 16, self.SIGNATURE),
        ]
        self._shape = PartShape(self.text, b"eyJ", parts, left=URL64_BYTES)

    def match(self, block: bytes, end: int, floor: int, *, final: bool) -> Match | None:
        """Go back to where the header begins, then match forward."""
        dot = end - self.trigger.width
        if dot - self.SHORTEST < floor or block[dot - self.SHORTEST : dot].translate(
            None, URL64_BYTES
        ):
            return None
        low = max(floor, dot - self.HEADER - 4)
        start = low + len(block[low:dot].rstrip(URL64_BYTES))
        match = self._shape.whole.match(block, start)
        if match is None:
            return None
        grows = match.end() == len(block) and not final
        return Match(start, match.end(), self.text, start, grows, PLAIN)

    def tail(self, block: bytes, line: int, floor: int) -> Tail:
        """Find a token that is not yet long enough."""
        size = len(block)
        low = max(line, floor, size - self._shape.reach)
        # By find(): a search for the expression would try it at every byte.
        at = block.find(b"eyJ", low)
        while at >= 0:
            if self._shape.unfinished.match(block, at):
                return Tail(at, at)
            at = block.find(b"eyJ", at + 1)
        for at in range(max(low, size - 2), size):
            begins = b"eyJ".startswith(block[at:])
            if begins and (not at or block[at - 1] not in URL64_BYTES):
                return Tail(at, at)
        return Tail(size, size)
