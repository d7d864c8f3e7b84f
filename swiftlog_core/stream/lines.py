"""From frames back to lines: the one reader of line parts.

Owns how a frame's segments fall into pieces of lines and how the pieces of a line
that lies over several reads, frames, or around the other stream's lines are joined.
Whoever shows, searches, serves or explains a log uses it.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.records import NamedTuple
from swiftlog_core.stream.layout import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from swiftlog_core.events import Frame, Gap, Segment
    from swiftlog_core.stream.layout import Body

MAX_JOINED_BYTES: Final = 4 * 1024 * 1024


class Piece(NamedTuple):
    """A part of one line, as one read delivered it.

    ``data`` includes the newline when it ``ends`` the line. ``starts`` tells that
    this is the line's first part.
    """

    line: int
    stream: int
    t_ns: int
    data: bytes
    starts: bool
    ends: bool


class Line(NamedTuple):
    """A line with its newline, if it has one; ``t_ns`` is its first byte's time.

    ``more`` tells that the line goes on: in a later ``Line`` of the same number,
    or beyond what was read. ``first`` is false for such a later part.
    """

    number: int
    stream: int
    t_ns: int
    data: bytes
    more: bool = False
    first: bool = True


def pieces(first_line: int, body: Body) -> Iterator[Piece | Gap]:
    """Yield the pieces of a frame in the order of arrival, gaps in their places."""
    begun = first_line - 1
    gaps, next_gap = body.gaps, 0
    text, offset = body.text, 0
    for index, segment in enumerate(body.segments(first_line)):
        while next_gap < len(gaps) and gaps[next_gap].segment <= index:
            yield gaps[next_gap]
            next_gap += 1
        end = offset + segment.size
        number, starts = segment.first_line, not segment.opens_mid_line
        while offset < end:
            stop = text.find(b"\n", offset, end) + 1 or end
            if starts:
                begun += 1
                number = begun
            ends = text[stop - 1] == 10  # noqa: PLR2004 - 10 is "\n"
            data = text[offset:stop]
            yield Piece(number, segment.stream, segment.t_ns, data, starts, ends)
            offset, starts = stop, True
    yield from gaps[next_gap:]


def joined(frames: Iterable[Frame]) -> Iterator[Line]:
    """Yield whole lines in the order of their numbers, from consecutive frames.

    Parts of a line that began before the first frame are passed over. A line that
    stays open holds back the later ones, up to ``MAX_JOINED_BYTES``; then it is
    yielded with ``more`` and its other parts follow as they come.
    """
    joiner = Joiner()
    for frame in frames:
        yield from joiner.feed(frame.first_line, decode(frame))
    yield from joiner.finish()


class Joiner:
    """Joins pieces into lines in number order; feed it consecutive frames."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self._open: dict[int, tuple[Piece, list[bytes]]] = {}
        self._ready: dict[int, Line] = {}
        self._given_up: dict[int, int] = {}  # stream: number of its line
        self._parts: list[Line] = []
        self._next = 0
        self._held = 0

    @property
    def holds(self) -> bool:
        """Whether a line is still open."""
        return bool(self._open or self._ready or self._given_up)

    def feed(self, first_line: int, body: Body) -> Iterator[Line]:
        """Take one frame's body and yield what can be told now."""
        if not self._next:
            self._next = first_line
        for piece in pieces(first_line, body):
            if isinstance(piece, Piece):
                self._take(piece)
        yield from self._release()
        if self._held > MAX_JOINED_BYTES:
            yield from self._give_up()

    def finish(self) -> Iterator[Line]:
        """Yield what is held, at the end of the frames."""
        yield from self._give_up()

    def _take(self, piece: Piece) -> None:
        held = self._open.get(piece.stream)
        if piece.starts and piece.ends:
            self._ready[piece.line] = Line(
                piece.line, piece.stream, piece.t_ns, piece.data
            )
        elif piece.starts:
            self._open[piece.stream] = (piece, [piece.data])
        elif held is not None and held[0].line == piece.line:
            held[1].append(piece.data)
            if piece.ends:
                first, parts = self._open.pop(piece.stream)
                data = b"".join(parts)
                self._ready[first.line] = Line(
                    first.line, first.stream, first.t_ns, data
                )
        elif self._given_up.get(piece.stream) == piece.line:
            if piece.ends:
                del self._given_up[piece.stream]
            self._parts.append(
                Line(
                    piece.line,
                    piece.stream,
                    piece.t_ns,
                    piece.data,
                    more=not piece.ends,
                    first=False,
                )
            )
            return
        else:
            return  # the rest of a line that began before the first frame
        self._held += len(piece.data)

    def _release(self) -> Iterator[Line]:
        yield from self._parts
        self._parts.clear()
        while self._next in self._ready:
            line = self._ready.pop(self._next)
            self._next += 1
            self._held -= len(line.data)
            yield line

    def _give_up(self) -> Iterator[Line]:
        for stream in (STDOUT, STDERR):
            held = self._open.pop(stream, None)
            if held is not None:
                first, parts = held
                self._given_up[stream] = first.line
                self._ready[first.line] = Line(
                    first.line, stream, first.t_ns, b"".join(parts), more=True
                )
        for number in sorted(self._ready):
            yield self._ready.pop(number)
            self._next = number + 1
        self._held = 0


def text_blocks(frames: Iterable[Frame]) -> Iterator[bytes]:
    """Yield the log as text in line order: line k ends at the k-th newline.

    Of a line over ``MAX_JOINED_BYTES`` only the beginning is told.
    """
    for block in blocks(frames):
        yield block.text()


class Block:
    """Consecutive lines of a log. One thread at a time may use it, any thread."""

    __slots__ = ("_body", "_ends", "_frame", "_lines", "_segments", "first_line")

    def __init__(
        self, first_line: int, frame: Frame | None, lines: list[Line] | None
    ) -> None:
        """Hold a frame in which each line begins and ends, or joined lines."""
        self.first_line = first_line
        self._frame = frame
        self._lines = lines
        self._body: Body | None = None
        self._segments: list[Segment] = []
        self._ends: list[int] = []

    def text(self) -> bytes:
        """Return the lines' text, each ended by one newline. Blocks on one core."""
        if self._frame is not None and self._body is None:
            body = self._body = decode(self._frame, check=False)
            if body.text and _is_interrupted(body):
                self._lines = list(Joiner().feed(self.first_line, body))
        if self._lines is None:
            return self._body.text if self._body is not None else b""
        return b"".join(
            line.data if line.data.endswith(b"\n") else line.data + b"\n"
            for line in self._lines
        )

    def line(self, number: int, start: int, end: int) -> Line:
        """Return line *number*, which lies at [start, end) of ``text``."""
        if self._lines is not None:
            return self._lines[number - self.first_line]
        if self._body is None:
            raise IndexError(number)
        if not self._ends:
            self._segments = list(self._body.segments(self.first_line))
            self._ends = list(accumulate(self._body.sizes))
        segment = self._segments[bisect_right(self._ends, start)]
        data = self._body.text[start : end + 1]
        return Line(number, segment.stream, segment.t_ns, data)


def blocks(frames: Iterable[Frame]) -> Iterator[Block]:
    """Yield the log in line order as blocks of whole lines.

    Frames in which every line begins and ends pass without being decompressed here:
    ``Block.text`` does that, on whatever thread. Which they are follows from
    the frames' counts alone. Others are joined line by line.
    """
    joiner: Joiner | None = None
    open_lines = -1
    for frame, following in _with_next(frames):
        if open_lines < 0:
            body = decode(frame, check=False)
            open_lines = bool(body.open_stdout) + bool(body.open_stderr)
        if following is None:
            ended = False
        else:
            open_after = (
                open_lines + (following.first_line - frame.first_line) - frame.line_ends
            )
            ended = not (open_lines or open_after)
            open_lines = open_after
        if joiner is None and ended:
            yield Block(frame.first_line, frame, None)
            continue
        joiner = joiner or Joiner()
        body = decode(frame, check=False)
        yield from _joined_block(joiner.feed(frame.first_line, body))
        if not joiner.holds:
            joiner = None
    if joiner is not None:
        yield from _joined_block(joiner.finish())


def _with_next(frames: Iterable[Frame]) -> Iterator[tuple[Frame, Frame | None]]:
    before = None
    for frame in frames:
        if before is not None:
            yield before, frame
        before = frame
    if before is not None:
        yield before, None


def _joined_block(lines: Iterable[Line]) -> Iterator[Block]:
    whole = [line for line in lines if line.first]
    if whole:
        yield Block(whole[0].number, None, whole)


def _is_interrupted(body: Body) -> bool:
    """Tell whether a line of one stream lies around bytes of the other."""
    if body.streams.count(body.streams[0]) == len(body.streams):
        return False
    offset, before = 0, 0
    for stream, size in zip(body.streams, body.sizes, strict=True):
        if before not in (0, stream) and body.text[offset - 1] != 10:  # noqa: PLR2004 - "\n"
            return True
        offset += size
        before = stream
    return False
