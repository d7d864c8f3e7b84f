"""Which lines of a log are wanted, and how each is printed.

Owns grep with context, the last N lines, and the forms of a line: as it was printed,
with times and numbers, as NDJSON. Where lines come from is not known here.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_cli.entries import GapMark, LineRange
from swiftlog_cli.records import iso, iso_ns
from swiftlog_core.errors import UsageError
from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from swiftlog_cli.entries import Entry
    from swiftlog_core.search.pattern import Pattern
    from swiftlog_core.stream.lines import Line

NAMES: Final = {STDOUT: "stdout", STDERR: "stderr"}


class LineForm(NamedTuple):
    """How lines are printed. ``safe`` takes out what a terminal would obey."""

    started_ns: int
    timestamps: bool = False
    elapsed: bool = False
    numbers: bool = False
    safe: bool = False
    color: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nothing stands before a line."""
        return not (self.timestamps or self.elapsed or self.numbers)

    def render(self, line: Line) -> bytes:
        """Return *line* ready for stdout; a line that ended has its newline."""
        prefix = self._prefix(line) if line.first else b""
        return prefix + self.text(line.data)

    def text(self, data: bytes) -> bytes:
        """Return a part of a line ready for stdout."""
        return printable(data, color=self.color).encode() if self.safe else data

    def gap(self, gap: GapMark) -> bytes:
        """Return what stands in the place of lost bytes: nothing where bytes count."""
        if not self.safe:
            return b""
        words = f"{gap.size} bytes of {NAMES[gap.stream]} are missing ({gap.cause})"
        return f"[swiftlog: {words}]\n".encode()

    def _prefix(self, line: Line) -> bytes:
        parts = []
        if self.numbers:
            parts.append(f"{line.number:>6}")
        if self.timestamps:
            parts.append(iso(self.started_ns + line.t_ns))
        if self.elapsed:
            parts.append(f"{line.t_ns / 1e9:>9.3f}")
        return (" ".join(parts) + " ").encode() if parts else b""


def as_ndjson(entry: Entry, started_ns: int) -> bytes:
    """Return *entry* as one JSON object and a newline, as the server has it.

    ``content`` is the text without its newline; only where that is not exact,
    ``base64`` holds the bytes.
    """
    fields: dict[str, object]
    if isinstance(entry, GapMark):
        fields = {
            "gap": NAMES[entry.stream],
            "after_line": entry.line,
            "bytes": entry.size,
            "cause": entry.cause,
        }
        return json.dumps(fields).encode() + b"\n"
    data = entry.data.removesuffix(b"\n")
    fields = {
        "line": entry.number,
        "stream": NAMES[entry.stream],
        "t_ns": entry.t_ns,
        "timestamp": iso_ns(started_ns + entry.t_ns),
        "content": data.decode("utf-8", "replace"),
        "more": entry.more,
    }
    try:
        data.decode()
    except UnicodeDecodeError:
        fields["base64"] = b64encode(data).decode()
    return json.dumps(fields).encode() + b"\n"


def parse_span(text: str) -> LineRange:
    """Return the range that ``A-B``, ``A-``, ``-B`` or ``A`` names."""
    match = re.fullmatch(r"(\d*)(-?)(\d*)", text)
    if match is None or text in ("", "-"):
        message = f"--lines {text!r} does not fit; like 10-20, 10- or 10"
        raise UsageError(message)
    first = int(match[1] or 1)
    last = int(match[3] or 0) if match[2] else first
    if first < 1 or (match[3] and last < first):
        message = f"--lines {text!r}: lines are counted from 1, and upwards"
        raise UsageError(message)
    return LineRange(first, last)


class Grep(NamedTuple):
    """A search within a log: a regular expression and how much around a hit."""

    pattern: str
    ignore_case: bool = False
    context: int = 0

    @property
    def is_regex(self) -> bool:
        """Whether the pattern is more than the text itself."""
        return re.escape(self.pattern) != self.pattern

    def compiled(self) -> Pattern:
        """Return the pattern ready for use; raise ``PatternError``."""
        from swiftlog_core.search.pattern import compile_pattern

        return compile_pattern(
            self.pattern, regex=self.is_regex, ignore_case=self.ignore_case
        )

    def pick(self, found: Iterable[Entry]) -> Iterator[Line]:
        """Yield the lines that match and ``context`` lines around each, once."""
        matches = self.compiled().matches
        before: deque[Line] = deque(maxlen=self.context)
        after = 0
        for line in found:
            if isinstance(line, GapMark):
                continue
            if matches(line.data.removesuffix(b"\n")):
                yield from before
                before.clear()
                after = self.context
                yield line
            elif after:
                after -= 1
                yield line
            else:
                before.append(line)


def last_of(found: Iterable[Entry], count: int) -> Iterator[Entry]:
    """Yield the last *count* of *found*."""
    yield from deque(found, maxlen=count)
