"""What to look for in a log, and where a block of text has it.

A pattern matches a line, without its newline. Regular expressions are those of
Hyperscan (PCRE without back-references and look-around), so the time is linear in
the text whatever the user writes; a literal that minds case is found by
``bytes.find``. Matching works on whole blocks: Hyperscan finds a place, its line is
checked by itself, the scan goes on behind it. Python works once a matching line, and
never on the others.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Protocol

from swiftlog_core.errors import PatternError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import hyperscan

MAX_PATTERN: Final = 2000  # characters; longer ones are no search but an attack


class Pattern(Protocol):
    """Finds lines in a block of text that begins at a line's start."""

    def spans(self, block: bytes) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of each matching line, its newline left out."""
        ...

    def matches(self, line: bytes) -> bool:
        """Tell whether one line, given without its newline, matches."""
        ...


def compile_pattern(
    text: str, *, regex: bool = False, ignore_case: bool = False
) -> Pattern:
    """Return the pattern for *text*; raise ``PatternError`` with the reason."""
    if not text:
        raise PatternError(text, "it is empty")
    if len(text) > MAX_PATTERN:
        reason = f"it has over {MAX_PATTERN} characters"
        raise PatternError(text[:40] + "…", reason)
    data = text.encode("utf-8", "surrogateescape")
    if b"\n" in data:
        raise PatternError(text, "a line end is part of no line")
    if not regex:
        return _Caseless(data) if ignore_case else _Literal(data)
    return _Regex(text, _per_line(data), ignore_case=ignore_case)


class _Literal:
    """Found by ``bytes.find``, which is as fast as memory allows."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def spans(self, block: bytes) -> Iterator[tuple[int, int]]:
        at = block.find(self._data)
        while at >= 0:
            start = block.rfind(b"\n", 0, at) + 1
            end = block.find(b"\n", at)
            end = len(block) if end < 0 else end
            yield start, end
            at = block.find(self._data, end)

    def matches(self, line: bytes) -> bool:
        return self._data in line


class _Scanner:
    """A compiled Hyperscan database with a scratch for each thread."""

    def __init__(self, text: str, expression: bytes, *, ignore_case: bool) -> None:
        import hyperscan

        flags = hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_ALLOWEMPTY
        if ignore_case:
            flags |= hyperscan.HS_FLAG_CASELESS
        self._terminated = hyperscan.ScanTerminated
        self._new_scratch = hyperscan.Scratch
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        try:
            self._database.compile(
                expressions=[expression], ids=[0], elements=1, flags=[flags]
            )
        except hyperscan.error as error:
            raise PatternError(text, str(error)) from error
        self._local = threading.local()

    def first_end(self, data: bytes | memoryview) -> int:
        """Return the end of the first match in *data*, or -1."""
        scratch: hyperscan.Scratch | None = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = self._new_scratch(self._database)
        ends: list[int] = []

        def found(_id: int, _start: int, end: int, _flags: int, _ctx: object) -> bool:
            ends.append(end)
            return True  # stop

        try:
            self._database.scan(
                data,  # type: ignore[type-var]  # any buffer will do
                match_event_handler=found,
                scratch=scratch,
            )
        except self._terminated:
            return ends[0]
        return -1


class _Regex:
    r"""Hyperscan over blocks; each place is checked on its line alone.

    The check is needed since ``\s`` or ``[^x]`` may run over a line's end.
    """

    def __init__(self, text: str, expression: bytes, *, ignore_case: bool) -> None:
        self._scanner = _Scanner(text, expression, ignore_case=ignore_case)

    def spans(self, block: bytes) -> Iterator[tuple[int, int]]:
        view, at, size = memoryview(block), 0, len(block)
        while at < size:
            found = self._scanner.first_end(view[at:])
            if found < 0:
                return
            # An empty match behind a newline is found again from there.
            place = at + max(found - 1, 0)
            start = max(block.rfind(b"\n", at, place) + 1, at)
            end = block.find(b"\n", place)
            end = size if end < 0 else end
            if self.matches(view[start:end]):
                yield start, end
            at = end + 1

    def matches(self, line: bytes | memoryview) -> bool:
        return self._scanner.first_end(line) >= 0


class _Caseless(_Regex):
    def __init__(self, data: bytes) -> None:
        escaped = b"".join(b"\\x%02x" % byte for byte in data)
        super().__init__(data.decode("utf-8", "replace"), escaped, ignore_case=True)


def _per_line(expression: bytes) -> bytes:
    r"""Make ``\A``, ``\z`` and ``\Z`` mean a line's edges, as ``^`` and ``$`` do."""
    edges = {b"\\A": b"^", b"\\z": b"$", b"\\Z": b"$"}
    parts, at = [], 0
    while at < len(expression):
        width = 2 if expression[at : at + 1] == b"\\" else 1
        word = expression[at : at + width]
        parts.append(edges.get(word, word))
        at += width
    return b"".join(parts)
