"""Which lines of a log are wanted, and how each is printed.

Owns grep with context, the last N lines, and the forms of a line: as it was printed,
with times and numbers, as NDJSON. Where lines come from is not known here.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from swiftlog_cli.records import iso
from swiftlog_cli.runlogs import LineRange
from swiftlog_core.errors import UsageError
from swiftlog_core.events import STREAM_NAMES
from swiftlog_core.stream.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from swiftlog_core.stream.lines import Line


class LineForm(NamedTuple):
    """How lines are printed. ``safe`` takes out what a terminal would obey."""

    started_ns: int
    timestamps: bool = False
    elapsed: bool = False
    numbers: bool = False
    safe: bool = False
    color: bool = False

    def render(self, line: Line) -> bytes:
        """Return *line* ready for stdout; a line that ended has its newline."""
        prefix = self._prefix(line) if line.first else b""
        if not self.safe:
            return prefix + line.data
        return prefix + printable(line.data, color=self.color).encode()

    def _prefix(self, line: Line) -> bytes:
        parts = []
        if self.numbers:
            parts.append(f"{line.number:>6}")
        if self.timestamps:
            parts.append(iso(self.started_ns + line.t_ns))
        if self.elapsed:
            parts.append(f"{line.t_ns / 1e9:>9.3f}")
        return (" ".join(parts) + " ").encode() if parts else b""


def as_ndjson(line: Line, started_ns: int) -> bytes:
    """Return *line* as one JSON object and a newline.

    ``content`` is the text without its newline; only where that is not exact,
    ``base64`` holds the bytes.
    """
    data = line.data.removesuffix(b"\n")
    fields: dict[str, object] = {
        "line": line.number,
        "timestamp": iso(started_ns + line.t_ns),
        "level": STREAM_NAMES[line.stream],
        "content": data.decode("utf-8", "replace"),
    }
    try:
        data.decode()
    except UnicodeDecodeError:
        fields["base64"] = b64encode(data).decode()
    if line.more or not line.first:
        fields["more"] = line.more
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


def matcher(pattern: str, *, ignore_case: bool) -> Callable[[Line], bool]:
    """Return the test whether a line holds *pattern*; raise ``PatternError``."""
    from swiftlog_core.search.pattern import compile_pattern

    is_regex = re.escape(pattern) != pattern
    compiled = compile_pattern(pattern, regex=is_regex, ignore_case=ignore_case)
    return lambda line: compiled.matches(line.data.removesuffix(b"\n"))


def with_context(
    lines: Iterator[Line], wanted: Callable[[Line], bool], context: int
) -> Iterator[Line | None]:
    """Yield wanted lines and *context* lines around each, in order, each once.

    None stands between two places that do not touch.
    """
    before: deque[Line] = deque(maxlen=context or None)
    after = 0
    last = 0
    for line in lines:
        hit = wanted(line)
        if not hit and not after:
            if context:
                before.append(line)
            continue
        if hit:
            start = before[0].number if before else line.number
            if last and start > last + 1 and context:
                yield None
            yield from before
            before.clear()
            after = context
        else:
            after -= 1
        last = line.number
        yield line


def last_of(lines: Iterator[Line], count: int) -> Iterator[Line]:
    """Yield the last *count* of *lines*."""
    yield from deque(lines, maxlen=count)
