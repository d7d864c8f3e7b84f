"""The messages between the pump and its recorder, and the recorder's side of them.

Two pipes. *Link*, pump to recorder: a header ``<BQI`` (kind, nanoseconds since
the run's start, size of the body) and the body. *Status*, recorder to pump: a header
``<BI`` (kind, size) and the body; every message is shorter than ``PIPE_BUF``, so
that it is written whole or not at all.

The recorder acknowledges with ``ACK`` what it has made durable, as counts of
bytes of each stream received since it started. What a recorder that dies had not
acknowledged is what a gap counts: the pump never guesses.
"""

from __future__ import annotations

import _thread  # threading's lock without its import
import os
import select
import struct

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Sequence

    from swiftlog_core.capture.spec import CaptureResult

HEADER = struct.Struct("<BQI")
GAP = struct.Struct("<BQQ")
STATUS_HEADER = struct.Struct("<BI")
ACK_BODY = struct.Struct("<QQ")

KIND_STDOUT = 1
KIND_STDERR = 2
KIND_GAP = 3
KIND_EXIT = 4
KIND_EOF = 5

ACK = 1
FAILURE = 2  # words: why the recorder gives up
LAST_WORD = 16  # after it the recorder's end is no death; its body is the caller's
URGENT = 32  # kinds from here on go to the caller while the command runs

PIPE_SIZE = 1 << 20
_F_SETPIPE_SZ = 1031  # fcntl.F_SETPIPE_SZ, of Linux
_BUFFER_SIZE = 5 << 18  # a full pipe, and the rest of the message before it
_LAST_OF_PLANE_0 = 0xFFFF  # what is above takes two escapes in JSON
_STATUS_LIMIT = 4096  # PIPE_BUF of Linux; macOS has 512, still far over an ACK


class LinkGap:
    """Bytes of a stream that were printed and never reached this recorder.

    ``offset`` is the stream's position *after* the gap, in bytes printed since the
    run's start. A recorder that continues a log of which ``have`` raw bytes are
    durable therefore knows the exact loss, ``offset - have``, even if its
    predecessor died between making bytes durable and acknowledging them.
    """

    __slots__ = ("cause", "offset", "size", "stream")

    def __init__(self, stream: int, size: int, offset: int, cause: str) -> None:
        self.stream = stream
        self.size = size
        self.offset = offset
        self.cause = cause


def encode_gap(gap: LinkGap) -> bytes:
    """Give the body of a ``KIND_GAP`` message."""
    return GAP.pack(gap.stream, gap.size, gap.offset) + gap.cause.encode("ascii")


def decode_gap(body: bytes) -> LinkGap:
    """Read the body of a ``KIND_GAP`` message."""
    stream, size, offset = GAP.unpack_from(body)
    return LinkGap(stream, size, offset, body[GAP.size :].decode("ascii"))


def encode_exit(result: CaptureResult) -> bytes:
    """Give the body of a ``KIND_EXIT`` message: a JSON object in ASCII.

    Keys: ``status``, ``exit_code``, ``signal``, ``cause``, ``duration_ns``,
    ``holders`` (a list of ``{"pid", "command"}``). Written by hand, since
    importing ``json`` would delay every exit.
    """
    holders = ",".join(
        f'{{"pid":{holder.pid},"command":{_quote(holder.command)}}}'
        for holder in result.holders
    )
    return (
        f'{{"status":{_quote(result.status)},"exit_code":{result.exit_code},'
        f'"signal":{result.signal},"cause":{_quote(result.cause)},'
        f'"duration_ns":{result.duration_ns},"holders":[{holders}]}}'
    ).encode("ascii")


def _quote(text: str) -> str:
    def escape(char: str) -> str:
        if " " <= char <= "~" and char not in '"\\':
            return char
        code = ord(char)
        if code > _LAST_OF_PLANE_0:
            code -= _LAST_OF_PLANE_0 + 1
            return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
        return f"\\u{code:04x}"

    return '"' + "".join(map(escape, text)) + '"'


def widen_pipe(fd: int) -> None:
    """Let a pipe hold ``PIPE_SIZE`` bytes where the system allows it."""
    try:
        import fcntl  # absent on Windows

        fcntl.fcntl(fd, _F_SETPIPE_SZ, PIPE_SIZE)
    except (ImportError, OSError):
        # Over the user's quota of pipe pages, or not Linux: a smaller pipe works.
        return


class LinkReader:
    """The recorder's end of the link.

    ``ended`` is set once the exit message was returned, ``broken`` once the pipe
    ended without one: the pump was killed.
    """

    __slots__ = ("_buffer", "_fd", "_filled", "_view", "broken", "ended")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._buffer = bytearray(_BUFFER_SIZE)
        self._view = memoryview(self._buffer)
        self._filled = 0
        self.ended = False
        self.broken = False

    def fileno(self) -> int:
        """Give the descriptor, for waiting on several things at once."""
        return self._fd

    @property
    def is_midway(self) -> bool:
        """Whether a part of a message has come, so that more is on its way."""
        return self._filled > 0

    def read(
        self, timeout_seconds: float | None = None
    ) -> list[tuple[int, int, bytes]]:
        """Wait for messages and give all that have arrived whole, in order.

        Each is ``(kind, t_ns, body)``. The list is empty when *timeout_seconds*
        passed (``None``: wait without end), when only a part of a message came,
        and at the end of the link: look at ``ended`` and ``broken``.
        """
        if self.ended or self.broken or not self._wait(timeout_seconds):
            return []
        count = self._fill()
        if not count:
            self.broken = True
            return []
        self._filled += count
        return self._take()

    def close(self) -> None:
        """Close the descriptor; a pump that still writes sees a dead recorder."""
        os.close(self._fd)

    def _wait(self, timeout_seconds: float | None) -> bool:
        if timeout_seconds is None or os.name != "posix":
            return True  # Windows cannot wait for a pipe: the read itself waits
        if not hasattr(select, "poll"):
            return bool(select.select([self._fd], [], [], timeout_seconds)[0])
        poller = select.poll()
        poller.register(self._fd, select.POLLIN)
        return bool(poller.poll(timeout_seconds * 1000))

    def _fill(self) -> int:
        if hasattr(os, "readv"):
            return os.readv(self._fd, [self._view[self._filled :]])
        data = os.read(self._fd, _BUFFER_SIZE - self._filled)
        self._view[self._filled : self._filled + len(data)] = data
        return len(data)

    def _take(self) -> list[tuple[int, int, bytes]]:
        messages = []
        start, end, unpack, head = 0, self._filled, HEADER.unpack_from, HEADER.size
        while start + head <= end:
            kind, t_ns, size = unpack(self._buffer, start)
            stop = start + head + size
            if stop > end:
                break
            messages.append((kind, t_ns, bytes(self._view[start + head : stop])))
            start = stop
            if kind == KIND_EXIT:
                self.ended = True
        if start:
            self._filled = end - start
            self._view[: self._filled] = self._view[start:end]
        return messages


class StatusWriter:
    """The recorder's voice: tells the pump, and after it the session, how it goes.

    Any thread may speak: a message is never written into another.
    """

    __slots__ = ("_fd", "_lock")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = _thread.allocate_lock()

    def acknowledge(self, stdout_bytes: int, stderr_bytes: int) -> None:
        """Say how many bytes of each stream are durable.

        Counted as they came over the link, before masking, since this recorder
        started, gaps not included. Call it after each commit.
        """
        self.send(ACK, ACK_BODY.pack(stdout_bytes, stderr_bytes))

    def send(self, kind: int, body: bytes) -> None:
        """Send a message of at most 4,000 bytes; kinds from 16 on are the caller's.

        A session that no longer listens is no error.
        """
        message = STATUS_HEADER.pack(kind, len(body)) + body
        if len(message) > _STATUS_LIMIT:
            raise ValueError(len(message))
        with self._lock:  # where PIPE_BUF is smaller, one write may be many
            view = memoryview(message)
            try:
                while view:
                    view = view[os.write(self._fd, view) :]
            except BrokenPipeError:
                return


class StatusReader:
    """The other end of a ``StatusWriter``; splits bytes into messages."""

    __slots__ = ("_fd", "_pending", "ended")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._pending = b""
        self.ended = False

    def read(self) -> Sequence[tuple[int, bytes]]:
        """Read once (blocking as the descriptor does); ``ended`` tells the end."""
        data = os.read(self._fd, 1 << 16)
        if not data:
            self.ended = True
        data = self._pending + data
        messages = []
        start = 0
        while start + STATUS_HEADER.size <= len(data):
            kind, size = STATUS_HEADER.unpack_from(data, start)
            body_start = start + STATUS_HEADER.size
            if body_start + size > len(data):
                break
            messages.append((kind, data[body_start : body_start + size]))
            start = body_start + size
        self._pending = data[start:]
        return messages
