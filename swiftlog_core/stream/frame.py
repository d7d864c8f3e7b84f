"""Cut masked bytes into frames, and seal frames.

Owns when and where a frame ends, and line numbers. Knows nothing of files or
sockets, and never reads a clock: times come in with the bytes.

A frame closes at ``TEXT_LIMIT`` bytes; 200 ms after its first line end; or 20 ms
after it when nothing had come for 200 ms before, so a quiet stream shows a line
at once and a busy one makes at most five small frames a second. Bytes stay in the
order in which they came: a line's number is given by its first byte's place in that
order, so neither cuts nor times can change it. A tail without a newline waits for
its end for at most a second, and only while nothing comes behind it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from swiftlog_core.events import STDERR, STDOUT, Frame, Gap, Position
from swiftlog_core.records import NamedTuple
from swiftlog_core.stream.layout import (
    LEVEL,
    TEXT_LIMIT,
    chain_link,
    decode,
    encode_segments,
)

if TYPE_CHECKING:
    from _hashlib import HASH
    from collections.abc import Callable, Iterable, Iterator

QUIET_NS: Final = 200_000_000
SOON_NS: Final = 20_000_000
BUSY_NS: Final = 200_000_000
TAIL_NS: Final = 1_000_000_000
MAX_SEGMENTS: Final = 16_384  # one-byte reads: a frame's segments stay under 300 KiB
_NEWLINE: Final = 10


class Draft(NamedTuple):
    """A frame before hashing and compression. Its position's chain is not set."""

    start: Position
    end: Position
    first_line: int
    line_ends: int
    datas: list[bytes]
    segments: bytes
    streams: list[int]
    times: list[int]
    gaps: list[Gap]

    @property
    def size(self) -> int:
        """Bytes of text."""
        return self.end.size - self.start.size


class Framer:
    """Collects masked reads of both streams and cuts them into drafts.

    Not thread-safe. Cost follows reads and bytes, never lines.
    """

    def __init__(self, position: Position) -> None:
        """Continue after *position*; its chain is not used."""
        self._position = position
        self._last_ns = -QUIET_NS
        self._due: int | None = None
        self._reset()

    def _reset(self) -> None:
        self._streams: list[int] = []
        self._times: list[int] = []
        self._datas: list[bytes] = []
        self._ends: list[int] = []
        self._gaps: list[Gap] = []
        self._size = 0

    @property
    def due_ns(self) -> int | None:
        """When ``take`` should be called next, since the run's start; None: idle."""
        return self._due

    def add(self, stream: int, t_ns: int, data: bytes) -> Iterator[Draft]:
        """Take what one read delivered; yield the drafts that this fills."""
        quiet = t_ns - self._last_ns >= QUIET_NS
        self._last_ns = t_ns
        while self._size + len(data) >= TEXT_LIMIT:
            room = TEXT_LIMIT - self._size
            cut = data.rfind(b"\n", 0, room) + 1
            count = 0 if cut else self._split_at_line_end()
            if not count:
                cut = cut or room  # a line longer than a frame
                self._append(stream, t_ns, data[:cut])
                data = data[cut:]
                count = len(self._datas)
            yield self._cut(count)
            self._due = None
        if not data:
            return
        self._append(stream, t_ns, data)
        if len(self._datas) >= MAX_SEGMENTS:
            yield self._cut(len(self._datas))
            self._due = None
            return
        delay = SOON_NS if quiet else BUSY_NS
        if not self._ends[-1]:
            delay = TAIL_NS
        self._hasten(t_ns + delay)

    def held(self, stream: int) -> int:
        """Count the bytes of *stream* that are in no draft yet."""
        pairs = zip(self._streams, self._datas, strict=True)
        return sum(len(data) for number, data in pairs if number == stream)

    def gap(self, stream: int, t_ns: int, size: int, cause: str) -> None:
        """Mark *size* bytes of *stream* that could not be kept, at this place."""
        self._gaps.append(Gap(len(self._datas), stream, size, cause))
        self._hasten(t_ns + SOON_NS)

    def take(self, now_ns: int, *, final: bool = False) -> Iterator[Draft]:
        """Yield what is due at *now_ns*; all that is left when *final*."""
        if final:
            if self._datas or self._gaps:
                yield self._cut(len(self._datas))
            self._due = None
            return
        if self._due is None or now_ns < self._due:
            return
        tail = self._tail_start(now_ns)
        self._due = None
        if tail or (self._gaps and not self._datas):
            yield self._cut(tail)
        if self._datas:
            self._due = self._times[0] + TAIL_NS

    def _hasten(self, due: int) -> None:
        if self._due is None or due < self._due:
            self._due = due

    def _append(self, stream: int, t_ns: int, data: bytes) -> None:
        self._streams.append(stream)
        self._times.append(t_ns)
        self._datas.append(data)
        self._ends.append(data.count(b"\n"))
        self._size += len(data)

    def _tail_start(self, now_ns: int) -> int:
        """Return how many segments to frame so that an unfinished tail may wait."""
        last = self._last_line_end()
        if not last:
            return len(self._datas)  # its second is over, or there is only a gap
        data = self._datas[last - 1]
        begins_inside = data[-1] != _NEWLINE
        if last == len(self._datas) and not begins_inside:
            return last
        tail_ns = self._times[last - 1 if begins_inside else last]
        if now_ns - tail_ns >= TAIL_NS:
            return len(self._datas)
        return self._split_at_line_end()

    def _last_line_end(self) -> int:
        """Return the number of segments up to the last that has a newline, or 0."""
        last = len(self._datas)
        while last and not self._ends[last - 1]:
            last -= 1
        return last

    def _split_at_line_end(self) -> int:
        """Make a segment end with the last newline; return its number from 1, or 0."""
        last = self._last_line_end()
        if last:
            data = self._datas[last - 1]
            cut = data.rfind(b"\n") + 1
            if cut < len(data):
                self._split(last - 1, cut)
        return last

    def _split(self, index: int, cut: int) -> None:
        data = self._datas[index]
        self._datas[index : index + 1] = [data[:cut], data[cut:]]
        self._streams.insert(index, self._streams[index])
        self._times.insert(index, self._times[index])
        self._ends.insert(index + 1, 0)
        self._gaps = [
            gap._replace(segment=gap.segment + (gap.segment > index))
            for gap in self._gaps
        ]

    def _cut(self, count: int) -> Draft:
        """Return the first *count* segments as a draft; the others stay."""
        start = self._position
        streams, times = self._streams[:count], self._times[:count]
        datas, ends = self._datas[:count], self._ends[:count]
        gaps = [gap for gap in self._gaps if gap.segment <= count]
        rest = (
            self._streams[count:],
            self._times[count:],
            self._datas[count:],
            self._ends[count:],
            [
                gap._replace(segment=gap.segment - count)
                for gap in self._gaps
                if gap.segment > count
            ],
        )
        sizes = list(map(len, datas))
        segments = encode_segments(start, (streams, times, sizes, ends), gaps)
        end = self._follow(start, streams, datas, ends)
        self._position = end
        self._streams, self._times, self._datas, self._ends, self._gaps = rest
        self._size -= sum(sizes)
        return Draft(
            start,
            end,
            start.lines + 1,
            sum(ends),
            datas,
            segments,
            streams,
            times,
            gaps,
        )

    @staticmethod
    def _follow(
        start: Position, streams: list[int], datas: list[bytes], ends: list[int]
    ) -> Position:
        lines, size = start.lines, start.size
        opened = [0, start.open_stdout, start.open_stderr]
        for stream, data, line_ends in zip(streams, datas, ends, strict=True):
            size += len(data)
            opens = opened[stream] != 0
            if data[-1] == _NEWLINE:
                lines += line_ends - opens
                opened[stream] = 0
            else:
                lines += line_ends + 1 - opens
                if line_ends or not opens:
                    opened[stream] = lines
        return Position(start.seq + 1, lines, size, opened[STDOUT], opened[STDERR], b"")


class Mark(NamedTuple):
    """A sealer's state."""

    chain: bytes
    streams: dict[int, HASH]


class Sealer:
    """Turns drafts, in order, into frames: hashes, chains, compresses.

    Also keeps the SHA-256 of each stream. Runs on one thread of its own, beside
    the framer's: hashing and compressing release the GIL.
    """

    def __init__(self, chain: bytes) -> None:
        """Start from the chain value of the position that the framer continues."""
        self._chain = chain
        self._compress: Callable[[bytes], bytes] | None = None
        self._streams: dict[int, HASH] = {STDOUT: sha256(), STDERR: sha256()}

    def seal(self, draft: Draft) -> tuple[Frame, Position]:
        """Return the frame of *draft* and the position after it."""
        if self._compress is None:
            from zstandard import ZstdCompressor  # 5 ms, and not every run prints

            self._compress = ZstdCompressor(level=LEVEL).compress
        text = b"".join(draft.datas)
        self._hash_streams(draft, text)
        payload = text + draft.segments
        digest = sha256(payload).digest()
        seq = draft.end.seq
        self._chain = chain_link(self._chain, seq, draft.first_line, digest)
        frame = Frame(
            seq,
            draft.first_line,
            draft.line_ends,
            len(text),
            len(payload),
            self._compress(payload),
            digest,
            draft.times[0] if draft.times else 0,
            draft.times[-1] if draft.times else 0,
        )
        return frame, draft.end._replace(chain=self._chain)

    def mark(self) -> Mark:
        """Return the state, for ``restore`` when what was sealed cannot be kept."""
        return Mark(self._chain, {n: h.copy() for n, h in self._streams.items()})

    def restore(self, mark: Mark) -> None:
        """Go back to where ``mark`` was called."""
        self._chain, self._streams = mark

    def replay(self, frames: Iterable[Frame]) -> tuple[int, int]:
        """Hash the text of frames that another sealer made, and follow their chain.

        Returns how many gaps they hold, and of how many bytes.
        """
        gaps: list[Gap] = []
        for frame in frames:
            body = decode(frame)
            gaps += body.gaps
            offset = 0
            for stream, size in zip(body.streams, body.sizes, strict=True):
                self._streams[stream].update(body.text[offset : offset + size])
                offset += size
            self._chain = chain_link(
                self._chain, frame.seq, frame.first_line, frame.digest
            )
        return len(gaps), sum(gap.size for gap in gaps)

    def stream_digest(self, stream: int) -> bytes:
        """Return the SHA-256 of all text of *stream* sealed so far."""
        return self._streams[stream].digest()

    def _hash_streams(self, draft: Draft, text: bytes) -> None:
        streams = set(draft.streams)
        if len(streams) == 1:
            self._streams[streams.pop()].update(text)
            return
        for stream, data in zip(draft.streams, draft.datas, strict=True):
            self._streams[stream].update(data)
