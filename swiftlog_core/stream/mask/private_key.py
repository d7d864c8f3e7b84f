"""A private key inside a stream: each line is masked from BEGIN to END, at once."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.stream.mask.deal import Edit
from swiftlog_core.stream.mask.tokens import KEY_BYTES, KEY_END, KEY_END_BYTES, KEY_TEXT

_RUN: Final = re.compile(rb"[^\r\n]+")


class KeyBlock:
    """The state between BEGIN and END, of at most ``KEY_BYTES`` bytes.

    Nothing is held in it: that a byte is masked follows from BEGIN alone. Line ends
    stay, CR and LF alike; each line in between becomes one mask.
    """

    __slots__ = ("_in_line", "_left")

    def __init__(self, masked: int = 0) -> None:
        """Begin; *masked* bytes after BEGIN's start went out in another mask."""
        self._left = KEY_BYTES - masked
        self._in_line = masked > 0

    def feed(self, block: bytes, start: int, search: int, edits: list[Edit]) -> int:
        """Mask from *start* to the key's end or the block's; return the former, or -1.

        The end is looked for from *search* on: after BEGIN, or in what was carried.
        """
        limit = start + self._left
        found = KEY_END.search(block, search, min(limit, len(block)))
        end = limit if limit <= len(block) else -1
        if found is not None:
            end = found.end()
        stop = len(block) if end < 0 else end
        for run in _RUN.finditer(block, start, stop):
            text = b"" if self._in_line and run.start() == start else KEY_TEXT
            edits.append(Edit(run.start(), run.end(), text, run.start()))
        if stop > start:
            self._in_line = block[stop - 1] not in b"\r\n"
            self._left -= stop - start
        return end


def carried_from(block: bytes, search: int) -> int:
    """Return from where a block must be carried, so that an END cut in two is seen."""
    return max(search, len(block) - KEY_END_BYTES + 1)
