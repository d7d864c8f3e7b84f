"""The byte layout of a frame's payload, its digest and the chain over frames.

Owns the one encoding that is hashed, spooled, shipped and stored; described for
other implementers in ``docs/reference/frame-format.md``. A payload, before
compression, is ``text + segments``. ``segments`` is little-endian and columnar,
so that cost follows bytes and reads, never lines::

    u8  version (1)         u8  zero
    u16 number of gaps      u32 n, the number of segments
    u64 open_stdout         u64 open_stderr     (line numbers, 0: none open)
    u64 t0_ns               (arrival of the first segment, since the run's start)
    u8  stream[n]           1 STDOUT, 2 STDERR
    u64 t_ns[n]             since t0
    u32 size[n]             bytes of text, >= 1; their sum is the text's size
    u32 line_ends[n]        newlines in that text
    per gap: u32 before segment, u8 stream, u64 bytes lost, u8 length, ASCII cause

Whether a segment opens or ends in the middle of a line, and its first line's
number, follow from these and are never sent.

``D_n = SHA-256(text + segments)``;
``C_n = SHA-256(C_{n-1} + u64be(n) + u64be(first_line) + D_n)``;
``C_0 = SHA-256(ASCII run id)``.
"""

from __future__ import annotations

import sys
from array import array
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import FrameInvalidError, FrameTooLargeError
from swiftlog_core.events import STDERR, STDOUT, Gap, Position, Segment
from swiftlog_core.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from swiftlog_core.events import Frame

TEXT_LIMIT: Final = 256 * 1024  # a framer closes a frame at this many bytes
MAX_TEXT_BYTES: Final = 1024 * 1024  # a reader refuses more
MAX_PAYLOAD_BYTES: Final = 8 * 1024 * 1024  # one-byte reads: 18 bytes a segment
LEVEL: Final = 1  # zstd: 13x on build logs at more than the disk's speed

_HEADER: Final = Struct("<BBHIQQQ")
_GAP: Final = Struct("<IBQB")
_LINK: Final = Struct(">QQ")
_VERSION: Final = 1
_COLUMN_BYTES: Final = 1 + 8 + 4 + 4
_STREAM_BYTES: Final = bytes((STDOUT, STDERR))


class Body(NamedTuple):
    """A frame's payload, decoded. ``text`` is what was printed, masked."""

    text: bytes
    open_stdout: int
    open_stderr: int
    t0_ns: int
    streams: bytes
    times: array[int]
    sizes: array[int]
    line_ends: array[int]
    gaps: tuple[Gap, ...]

    def segments(self, first_line: int) -> Iterator[Segment]:
        """Yield the segments; *first_line* is the frame's."""
        begun = first_line - 1
        open_lines = [0, self.open_stdout, self.open_stderr]
        text, offset = self.text, 0
        for stream, t_ns, size, ends in zip(
            self.streams, self.times, self.sizes, self.line_ends, strict=True
        ):
            offset += size
            opens = open_lines[stream] != 0
            ends_mid = text[offset - 1] != 10  # noqa: PLR2004 - 10 is "\n"
            first = open_lines[stream] if opens else begun + 1
            begun += ends + ends_mid - opens
            open_lines[stream] = (
                (first if opens and not ends else begun) if ends_mid else 0
            )
            yield Segment(stream, self.t0_ns + t_ns, size, ends, first, opens, ends_mid)


def empty_position(run_id: str) -> Position:
    """Return the position before the first frame, with C_0."""
    return Position(0, 0, 0, 0, 0, sha256(run_id.encode("ascii")).digest())


def chain_link(chain: bytes, seq: int, first_line: int, digest: bytes) -> bytes:
    """Return C_seq from C_{seq-1}."""
    return sha256(chain + _LINK.pack(seq, first_line) + digest).digest()


def encode_segments(
    position: Position,
    columns: tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]],
    gaps: Sequence[Gap] = (),
) -> bytes:
    """Return the segments' bytes for a frame that continues *position*.

    *columns* are streams, absolute times in ns, sizes and line ends, of equal length.
    """
    streams, times, sizes, line_ends = columns
    t0 = times[0] if times else 0
    header = _HEADER.pack(
        _VERSION,
        0,
        len(gaps),
        len(streams),
        position.open_stdout,
        position.open_stderr,
        t0,
    )
    parts = [
        header,
        bytes(streams),
        _column("Q", [t - t0 for t in times]),
        _column("I", sizes),
        _column("I", line_ends),
    ]
    for gap in gaps:
        cause = gap.cause.encode("ascii", "replace")[:255]
        parts += (_GAP.pack(gap.segment, gap.stream, gap.size, len(cause)), cause)
    return b"".join(parts)


def decode(frame: Frame, *, check: bool = True) -> Body:
    """Decompress and parse *frame*, checking its structure, and its digest too.

    The digest was checked when the frame was taken; *check* off saves a third of
    the time where a log is only searched. Memory is bounded by the declared size, and
    that by ``MAX_PAYLOAD_BYTES``.
    Raises ``FrameTooLargeError`` or ``FrameInvalidError``.
    """
    payload = decompress(frame)
    if check and sha256(payload).digest() != frame.digest:
        raise FrameInvalidError(frame.seq, "its digest is not that of its content")
    return _parse(frame, payload)


def decompress(frame: Frame) -> bytes:
    """Return ``text + segments`` of *frame*, of exactly its declared size."""
    from zstandard import ZstdDecompressor, ZstdError  # 5 ms, and not every run prints

    size = frame.payload_size
    if frame.text_size > MAX_TEXT_BYTES:
        raise FrameTooLargeError(frame.seq, frame.text_size, MAX_TEXT_BYTES)
    if size > MAX_PAYLOAD_BYTES:
        raise FrameTooLargeError(frame.seq, size, MAX_PAYLOAD_BYTES)
    try:
        # A reader and not decompress(): that trusts the size in the zstd header.
        with ZstdDecompressor().stream_reader(frame.payload) as reader:
            payload = reader.read(size + 1)
    except ZstdError as error:
        reason = f"it does not decompress ({error})"
        raise FrameInvalidError(frame.seq, reason) from error
    if len(payload) != size:
        raise FrameInvalidError(frame.seq, "its size is not the declared one")
    return payload


def _parse(frame: Frame, payload: bytes) -> Body:
    view = memoryview(payload)
    at = frame.text_size
    if at + _HEADER.size > len(payload):
        raise FrameInvalidError(frame.seq, "its segments are cut short")
    version, _, n_gaps, n, out, err, t0 = _HEADER.unpack_from(payload, at)
    if version != _VERSION:
        raise FrameInvalidError(frame.seq, f"segments of unknown version {version}")
    at += _HEADER.size
    if at + n * _COLUMN_BYTES > len(payload):
        raise FrameInvalidError(frame.seq, "its segments are cut short")
    streams = bytes(view[at : at + n])
    at += n
    times, at = _read_column("Q", view, at, n)
    sizes, at = _read_column("I", view, at, n)
    ends, at = _read_column("I", view, at, n)
    gaps, at = _read_gaps(frame.seq, payload, at, n_gaps)
    if at != len(payload):
        raise FrameInvalidError(frame.seq, "bytes are left over after its segments")
    if streams.strip(_STREAM_BYTES) or (n and not min(sizes)):
        raise FrameInvalidError(frame.seq, "a segment has no stream or no bytes")
    if sum(sizes) != frame.text_size or sum(ends) != frame.line_ends:
        raise FrameInvalidError(frame.seq, "its segments do not add up to its text")
    text = bytes(view[: frame.text_size])
    return Body(text, out, err, t0, streams, times, sizes, ends, gaps)


def advance(position: Position, frame: Frame, body: Body) -> Position:
    """Return the position after *frame*, checking that it continues *position*.

    Every line count is checked against the text: a frame cannot lie about
    numbers. Raises ``FrameInvalidError``; the sequence number is the caller's to
    check, since what follows from a wrong one differs.
    """
    if frame.first_line != position.lines + 1:
        reason = f"first line {frame.first_line}, expected {position.lines + 1}"
        raise FrameInvalidError(frame.seq, reason)
    if (body.open_stdout, body.open_stderr) != (
        position.open_stdout,
        position.open_stderr,
    ):
        raise FrameInvalidError(frame.seq, "its open lines are not the run's")
    _check_line_ends(frame.seq, body)
    return follow(position, frame, body)


def follow(position: Position, frame: Frame, body: Body) -> Position:
    """Return the position after *frame* without checking that it fits."""
    begun = position.lines
    open_lines = [0, position.open_stdout, position.open_stderr]
    for segment in body.segments(position.lines + 1):
        began = segment.line_ends + segment.ends_mid_line - segment.opens_mid_line
        begun += began
        stays = segment.opens_mid_line and not segment.line_ends
        if not segment.ends_mid_line:
            open_lines[segment.stream] = 0
        elif not stays:
            open_lines[segment.stream] = begun
    return Position(
        frame.seq,
        begun,
        position.size + frame.text_size,
        open_lines[STDOUT],
        open_lines[STDERR],
        chain_link(position.chain, frame.seq, frame.first_line, frame.digest),
    )


def _check_line_ends(seq: int, body: Body) -> None:
    text, offset = body.text, 0
    count = text.count
    for size, ends in zip(body.sizes, body.line_ends, strict=True):
        if count(b"\n", offset, offset + size) != ends:
            raise FrameInvalidError(seq, "its line counts are not those of its text")
        offset += size


def _column(code: str, values: Sequence[int]) -> bytes:
    column = array(code, values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _read_column(
    code: str, view: memoryview, at: int, n: int
) -> tuple[array[int], int]:
    column: array[int] = array(code)
    end = at + n * column.itemsize
    column.frombytes(view[at:end])
    if sys.byteorder == "big":
        column.byteswap()
    return column, end


def _read_gaps(
    seq: int, payload: bytes, at: int, count: int
) -> tuple[tuple[Gap, ...], int]:
    gaps = []
    for _ in range(count):
        if at + _GAP.size > len(payload):
            raise FrameInvalidError(seq, "its gaps are cut short")
        segment, stream, size, length = _GAP.unpack_from(payload, at)
        at += _GAP.size
        cause = payload[at : at + length].decode("ascii", "replace")
        if stream not in (STDOUT, STDERR) or len(cause) != length:
            raise FrameInvalidError(seq, "a gap is malformed")
        gaps.append(Gap(segment, stream, size, cause))
        at += length
    return tuple(gaps), at
