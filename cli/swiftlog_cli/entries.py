"""From frames to what is printed: lines and gaps by number, or text as it arrived.

Frames come from a spool or a server alike. Picking lines is the matter of
``selection``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from swiftlog_core.stream.layout import decode
from swiftlog_core.stream.lines import Joiner, Line, Piece, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from swiftlog_core.events import Frame
    from swiftlog_core.stream.layout import Body


class GapMark(NamedTuple):
    """Bytes that were printed after line ``line`` began and could not be kept."""

    line: int
    stream: int
    size: int
    cause: str


Entry = Line | GapMark


class LineRange(NamedTuple):
    """Lines *first* to *last*, both inclusive; ``last`` 0 means to the end."""

    first: int = 1
    last: int = 0

    def holds(self, number: int) -> bool:
        """Tell whether line *number* lies within."""
        return self.first <= number and (not self.last or number <= self.last)


def entries(
    frames: Iterable[Frame], span: LineRange, stream: int = 0, *, ended: bool = True
) -> Iterator[Entry]:
    """Yield the lines of *span* in order, gaps in their places, from *frames*.

    *frames* are consecutive, the first not behind the one where the span begins; of
    one *stream* when it is not 0. A last line without newline is whole when the run
    has *ended*; else it is yielded with ``more``.
    """
    joiner = Joiner()
    gaps: list[GapMark] = []
    for frame in frames:
        body = decode(frame)
        gaps += _gap_marks(frame.first_line, body)
        for line in joiner.feed(frame.first_line, body):
            while gaps and gaps[0].line < line.number:
                yield from _picked(gaps.pop(0), span, stream)
            if span.last and line.number > span.last:
                return
            yield from _picked(line, span, stream)
        if not joiner.holds:
            while gaps:
                yield from _picked(gaps.pop(0), span, stream)
    for line in joiner.finish():
        yield from _picked(line._replace(more=not ended), span, stream)
    for gap in gaps:
        yield from _picked(gap, span, stream)


def plain(frames: Iterable[Frame]) -> Iterator[bytes]:
    """Yield all lines in order as text, each ended by a newline.

    Frames in which every line begins and ends pass as they are, at the cost of
    decompression; others are joined line by line. Nothing is left out, however long.
    """
    joiner: Joiner | None = None
    for frame in frames:
        body = decode(frame)
        if joiner is None and _is_whole(body):
            yield body.text
            continue
        joiner = joiner or Joiner()
        yield b"".join(
            line.data if line.more else _ended(line.data)
            for line in joiner.feed(frame.first_line, body)
        )
        if not joiner.holds:
            joiner = None
    if joiner is not None:
        yield b"".join(_ended(line.data) for line in joiner.finish())


def _ended(data: bytes) -> bytes:
    return data if data.endswith(b"\n") else data + b"\n"


def _is_whole(body: Body) -> bool:
    """Tell whether each line of *body* begins and ends in it, in one piece."""
    if body.open_stdout or body.open_stderr or not body.text.endswith(b"\n"):
        return False
    if body.streams.count(body.streams[0]) == len(body.streams):
        return True
    offset, before = 0, 0
    for stream, size in zip(body.streams, body.sizes, strict=True):
        if stream != before and offset and body.text[offset - 1 : offset] != b"\n":
            return False
        offset += size
        before = stream
    return True


def arrivals(
    frame: Frame, first: int = 1, stream: int = 0
) -> Iterator[Piece | GapMark]:
    """Yield the pieces of *frame* in the order of arrival, from line *first* on."""
    begun = frame.first_line - 1
    for piece in pieces(frame.first_line, decode(frame)):
        if not isinstance(piece, Piece):
            yield GapMark(begun, piece.stream, piece.size, piece.cause)
            continue
        begun = max(begun, piece.line)
        if piece.line >= first and stream in (0, piece.stream):
            yield piece


def of_stream(frame: Frame, stream: int) -> bytes:
    """Return what *frame* holds of *stream*; all of its text for 0."""
    body = decode(frame)
    if not stream or not body.streams.strip(bytes((stream,))):
        return body.text
    parts, offset = [], 0
    for number, size in zip(body.streams, body.sizes, strict=True):
        if number == stream:
            parts.append(body.text[offset : offset + size])
        offset += size
    return b"".join(parts)


def _picked(entry: Entry, span: LineRange, stream: int) -> Iterator[Entry]:
    number = entry.number if isinstance(entry, Line) else max(entry.line, 1)
    if span.holds(number) and stream in (0, entry.stream):
        yield entry


def _gap_marks(first_line: int, body: Body) -> Iterator[GapMark]:
    """Yield the frame's gaps with the number of the last line begun before each."""
    if not body.gaps:
        return
    segments = list(body.segments(first_line))
    for gap in body.gaps:
        begun = first_line - 1
        for segment in segments[: gap.segment]:
            begun += segment.line_ends + segment.ends_mid_line - segment.opens_mid_line
        yield GapMark(begun, gap.stream, gap.size, gap.cause)
