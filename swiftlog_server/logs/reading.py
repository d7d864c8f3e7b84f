"""From stored frames to the lines and gaps of a range, touching only what it needs.

Most frames hold whole lines that nothing interrupts: of those only the lines that
are asked for are cut out. Others go through ``swiftlog_core.stream.lines.Joiner``,
which joins the parts of a line across frames and around the other stream's lines.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.stream.layout import decode
from swiftlog_core.stream.lines import Joiner, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from swiftlog_core.events import Frame, Segment
    from swiftlog_core.stream.layout import Body

LOOK_AHEAD_BYTES: Final = 4 * 1024 * 1024  # for the end of a line that stays open


class GapMark(NamedTuple):
    """Bytes that were printed after line ``line`` and could not be kept."""

    line: int
    stream: int
    size: int
    cause: str


Entry = Line | GapMark


class LineRange(NamedTuple):
    """Lines [first, last], both inclusive; ``stream`` 0 is both."""

    first: int
    last: int
    stream: int = 0

    def holds(self, number: int, stream: int) -> bool:
        """Tell whether a line or gap of that place and stream is asked for."""
        return self.first <= number <= self.last and self.stream in (0, stream)


def walk(frames: Iterable[Frame], wanted: LineRange, *, ended: bool) -> Iterator[Entry]:
    """Yield the lines and gaps of a range in order, from the frame of its first line.

    *ended* says that the run is closed: a last line without newline is then whole,
    else it is yielded with ``more``. So is a line whose end lies more than
    ``LOOK_AHEAD_BYTES`` beyond the range.
    """
    walker = _Walker(wanted)
    for frame in frames:
        if frame.first_line > wanted.last and walker.may_stop(frame):
            yield from walker.finish(ended=False)
            return
        yield from walker.take(frame)
    yield from walker.finish(ended=ended)


class _Walker:
    """Takes frames and gives entries; at most one joiner's lines are held."""

    def __init__(self, wanted: LineRange) -> None:
        self._wanted = wanted
        self._joiner: Joiner | None = None
        self._told = wanted.first - 1  # the last line given to the caller
        self._ahead = 0
        self._gaps: list[GapMark] = []

    def may_stop(self, frame: Frame) -> bool:
        """Tell whether nothing of the range can come from *frame* or later ones."""
        if self._joiner is None or not self._joiner.holds:
            return True
        self._ahead += frame.text_size
        return self._told >= self._wanted.last or self._ahead > LOOK_AHEAD_BYTES

    def take(self, frame: Frame) -> Iterator[Entry]:
        body = decode(frame)
        segments = list(body.segments(frame.first_line))
        if body.gaps:
            self._gaps += _gap_marks(frame.first_line, body, segments)
        if self._joiner is None and _is_plain(body, segments):
            lines = _cut(body, segments, frame.first_line, self._wanted)
        else:
            self._joiner = self._joiner or Joiner()
            lines = self._joiner.feed(frame.first_line, body)
        yield from self._merged(lines)
        if self._joiner is not None and not self._joiner.holds:
            self._joiner = None
        if self._joiner is None:
            yield from self._due_gaps(frame.first_line + _begun(segments))

    def finish(self, *, ended: bool) -> Iterator[Entry]:
        if self._joiner is not None:
            for entry in self._merged(self._joiner.finish()):
                if ended and isinstance(entry, Line):
                    yield entry._replace(more=False)
                else:
                    yield entry
        yield from self._due_gaps(self._wanted.last + 1)

    def _merged(self, lines: Iterable[Line]) -> Iterator[Entry]:
        for line in lines:
            if self._gaps:
                yield from self._due_gaps(line.number)
            if line.first and self._wanted.holds(line.number, line.stream):
                yield line
            self._told = max(self._told, line.number)

    def _due_gaps(self, before_line: int) -> Iterator[GapMark]:
        """Yield the gaps that stand before line *before_line*."""
        while self._gaps and self._gaps[0].line < before_line:
            gap = self._gaps.pop(0)
            if self._wanted.holds(max(gap.line, 1), gap.stream):
                yield gap


def _begun(segments: list[Segment]) -> int:
    return sum(s.line_ends + s.ends_mid_line - s.opens_mid_line for s in segments)


def _is_plain(body: Body, segments: list[Segment]) -> bool:
    """Tell whether every line begins and ends here and lies in one piece."""
    if body.open_stdout or body.open_stderr:
        return False
    before: Segment | None = None
    for segment in segments:
        was_open = before is not None and before.ends_mid_line
        if was_open and before is not None and segment.stream != before.stream:
            return False
        before = segment
    return before is None or not before.ends_mid_line


def _cut(
    body: Body, segments: list[Segment], first_line: int, wanted: LineRange
) -> Iterator[Line]:
    """Yield those lines of a plain frame that are asked for."""
    if wanted.stream and wanted.stream not in body.streams:
        return
    starts: list[int] = []
    begins: list[Segment] = []
    for segment in segments:
        number = segment.first_line + segment.opens_mid_line
        if segment.line_ends + segment.ends_mid_line > segment.opens_mid_line:
            starts.append(number)
            begins.append(segment)
    texts = body.text.split(b"\n")
    low = max(wanted.first, first_line)
    high = min(wanted.last, first_line + len(texts) - 2)
    for number in range(low, high + 1):
        segment = begins[bisect_right(starts, number) - 1]
        data = texts[number - first_line] + b"\n"
        yield Line(number, segment.stream, segment.t_ns, data)


def _gap_marks(
    first_line: int, body: Body, segments: list[Segment]
) -> Iterator[GapMark]:
    """Yield the frame's gaps with the number of the last line begun before each."""
    for gap in body.gaps:
        line = first_line - 1 + _begun(segments[: gap.segment])
        yield GapMark(line, gap.stream, gap.size, gap.cause)
