"""What goes over the live WebSocket: frames and heads to JSON texts.

Owns the form of every message. A line is sent in parts when it is not ended yet or
too long for one message: ``part`` counts from 0 and ``more`` tells that the next
part follows. Bytes that are not UTF-8 come with replacement characters in
``content`` and exactly in ``base64``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.events import STREAM_NAMES, Gap
from swiftlog_core.stream.layout import decode
from swiftlog_core.stream.lines import pieces
from swiftlog_server.logs.forms import RunClock, content_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from swiftlog_core.events import Frame
    from swiftlog_core.stream.layout import Body
    from swiftlog_server.live.interfaces import Head

PART_BYTES: Final = 64 * 1024  # escaped and in base64 this stays under 1 MiB
_UTF8_TAIL: Final = 0b1000_0000  # bytes 10xxxxxx continue a character
_UTF8_MASK: Final = 0b1100_0000
_MAX_TAIL: Final = 3

encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Part(NamedTuple):
    """What one frame has of one line, ready to be sent."""

    line: int
    stream: int
    t_ns: int
    data: bytes
    starts: bool
    ends: bool


class GapMark(NamedTuple):
    """A gap of a frame: after which line it stands; *seq* and *place* name it."""

    seq: int
    place: int
    after_line: int
    gap: Gap


def parts_of(frame: Frame) -> Sequence[Part | GapMark]:
    """Return the lines' parts in *frame*, each line's pieces joined, gaps in place.

    A part stands where its first piece arrived. None is over ``PART_BYTES``. Takes
    up to tens of milliseconds for a full frame.
    """
    body = decode(frame)
    plain = _plain_parts(frame.first_line, body)
    if plain is not None:
        return plain
    order: list[int | GapMark] = []
    begun, gaps = frame.first_line - 1, 0
    joined: dict[int, list[bytes]] = {}
    firsts: dict[int, Part] = {}
    ended: set[int] = set()
    for piece in pieces(frame.first_line, body):
        if isinstance(piece, Gap):
            order.append(GapMark(frame.seq, gaps, begun, piece))
            gaps += 1
            continue
        begun = max(begun, piece.line)
        if piece.line not in joined:
            order.append(piece.line)
            joined[piece.line] = []
            firsts[piece.line] = Part(*piece)
        joined[piece.line].append(piece.data)
        if piece.ends:
            ended.add(piece.line)
    out: list[Part | GapMark] = []
    for entry in order:
        if isinstance(entry, GapMark):
            out.append(entry)
        else:
            data = b"".join(joined[entry])
            out += _cut(firsts[entry]._replace(data=data, ends=entry in ended))
    return out


def _plain_parts(first_line: int, body: Body) -> list[Part] | None:
    """Return the lines of an ordinary frame, at a fifth of the general cost.

    ``None`` for one with gaps, with a line over its edge or interrupted by the
    other stream, or with a line that is too long for one message.
    """
    text, streams = body.text, body.streams
    if body.open_stdout or body.open_stderr or body.gaps or not text.endswith(b"\n"):
        return None
    parts: list[Part] = []
    start, place, end = 0, 0, body.sizes[0]
    for number, line in enumerate(text.split(b"\n")[:-1], first_line):
        while start >= end:
            place += 1
            end += body.sizes[place]
        stream, t_ns = streams[place], body.t0_ns + body.times[place]
        start += len(line) + 1
        last, last_end = place, end
        while start > last_end:  # the line lies over several reads
            last += 1
            last_end += body.sizes[last]
            if streams[last] != stream:
                return None
        if len(line) >= PART_BYTES:
            return None
        parts.append(Part(number, stream, t_ns, line + b"\n", True, True))  # noqa: FBT003 - a thousand times a frame
    return parts


def _cut(part: Part) -> Iterator[Part]:
    """Yield *part* in pieces of at most ``PART_BYTES``, not inside a character."""
    data, start = part.data, 0
    while len(data) - start > PART_BYTES:
        stop = start + PART_BYTES
        for back in range(_MAX_TAIL + 1):
            if data[stop - back] & _UTF8_MASK != _UTF8_TAIL:
                stop -= back
                break
        first = part.starts and not start
        yield part._replace(data=data[start:stop], starts=first, ends=False)
        start = stop
    yield part._replace(data=data[start:], starts=part.starts and not start)


class MessageWriter:
    """Writes one subscriber's messages of one run, from line *from_line* on.

    Keeps the count of parts of the (at most two) open lines, so feed it consecutive
    frames from the one in which *from_line* begins.
    """

    def __init__(self, run_id: str, started_ns: int, from_line: int) -> None:
        """Begin at *from_line*; earlier lines are passed over, all their parts."""
        self._run_id = run_id
        self._clock = RunClock(started_ns)
        self._from_line = from_line
        self._next_part: dict[int, int] = {}  # stream: of its open line

    def message(self, entry: Part | GapMark) -> dict[str, object] | None:
        """Return the message for *entry*; ``None``: it is not this subscriber's."""
        if isinstance(entry, GapMark):
            return self._gap(entry)
        if entry.line < self._from_line:
            return None
        part = 0 if entry.starts else self._next_part.get(entry.stream, 0)
        self._next_part[entry.stream] = part + 1
        content, exact = content_of(entry.data)
        message: dict[str, object] = {
            "type": "log",
            "run_id": self._run_id,
            "timestamp": self._clock.at(entry.t_ns),
            "level": STREAM_NAMES[entry.stream],
            "content": content,
            "line": entry.line,
            "part": part,
            "more": not entry.ends,
        }
        if exact is not None:
            message["base64"] = exact
        return message

    def _gap(self, mark: GapMark) -> dict[str, object] | None:
        if mark.after_line + 1 < self._from_line:
            return None
        return {
            "type": "gap",
            "run_id": self._run_id,
            "level": STREAM_NAMES[mark.gap.stream],
            "bytes": mark.gap.size,
            "cause": mark.gap.cause,
            "after_line": mark.after_line,
            "id": f"{mark.seq}.{mark.place}",
        }


def batch(run_id: str, messages: list[dict[str, object]]) -> str:
    """Return one message that holds many, each in its own form."""
    return encode({"type": "batch", "run_id": run_id, "messages": messages})


def status(head: Head) -> str:
    """Return the message for a head; ``complete``: no log message will follow."""
    return encode(
        {
            "type": "status",
            "run_id": head.run_id,
            "status": head.status,
            "exit_code": head.exit_code,
            "signal": head.signal,
            "cause": head.cause,
            "duration_ns": head.duration_ns,
            "lines": head.lines,
            "version": head.version,
            "complete": head.closed,
        }
    )


def ai(head: Head) -> str:
    """Return the message that tells how far the explanation is."""
    return encode({"type": "ai", "run_id": head.run_id, "ai_status": head.ai_status})
