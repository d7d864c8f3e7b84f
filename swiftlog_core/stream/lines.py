"""From frames back to lines: the one reader of line parts.

Owns how a frame's segments fall into pieces of lines and how the pieces of a line
that lies over several reads, frames, or around the other stream's lines are joined.
Whoever shows, searches, serves or explains a log uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.layout import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from swiftlog_core.events import Frame, Gap
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

    Frames in which no line is interrupted by the other stream pass as they are,
    at the cost of decompression; others are joined line by line. Of a line over
    ``MAX_JOINED_BYTES`` only the beginning is told.
    """
    joiner: Joiner | None = None
    for frame in frames:
        body = decode(frame)
        plain = not body.open_stdout and not body.open_stderr
        if joiner is None and plain and _is_uninterrupted(body):
            yield body.text
            continue
        joiner = joiner or Joiner()
        yield _ended(joiner.feed(frame.first_line, body))
        if not joiner.holds:
            joiner = None
    if joiner is not None:
        yield _ended(joiner.finish())


def _ended(lines: Iterable[Line]) -> bytes:
    return b"".join(
        line.data if line.data.endswith(b"\n") else line.data + b"\n"
        for line in lines
        if line.first
    )


def _is_uninterrupted(body: Body) -> bool:
    """Tell whether each line of the frame ends in it and lies in one piece."""
    if not body.text.endswith(b"\n"):
        return False
    if body.streams.count(body.streams[0]) == len(body.streams):
        return True
    offset, before = 0, 0
    for stream, size in zip(body.streams, body.sizes, strict=True):
        if before not in (0, stream) and body.text[offset - 1] != 10:  # noqa: PLR2004 - "\n"
            return False
        offset += size
        before = stream
    return True
