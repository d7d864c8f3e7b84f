"""What the pump sends its recorder: slowness, death and a second life included.

Nothing here blocks. Bytes go to the link at once if it has room, else into a
queue of at most ``QUEUE_LIMIT``. When that is full the pump stops reading the
command (as ``tee`` on a slow disk would); after ``PATIENCE_SECONDS`` in which the
recorder took nothing, bytes pass unrecorded, and a gap with their number is
queued as soon as half the queue is free.

When a recorder dies, what it had not acknowledged is lost and becomes a gap of
exactly that size; what was still queued here is not: the next recorder gets it. A
message that was half written is written again from its start.
"""

from __future__ import annotations

import os
import time

from swiftlog_core.capture.link import (
    ACK,
    ACK_BODY,
    FAILURE,
    GAP,
    HEADER,
    KIND_GAP,
    KIND_STDERR,
    KIND_STDOUT,
    URGENT,
    LinkGap,
    StatusReader,
    encode_gap,
)

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable

    from swiftlog_core.capture.spec import RecorderHandle
else:
    from _collections import deque  # the public module is slow to import

QUEUE_LIMIT = 32 << 20
PATIENCE_SECONDS = 2.0
LIVES = 2
SLOW = "recorder_slow"
DIED = "recorder_died"
_DATA = (KIND_STDOUT, KIND_STDERR)


class _Message:
    __slots__ = ("body", "kind", "size", "t_ns", "taken")

    def __init__(self, kind: int, t_ns: int, body: bytes) -> None:
        self.kind = kind
        self.t_ns = t_ns
        self.body = body
        self.size = HEADER.size + len(body)
        self.taken = 0

    def remainder(self) -> list[bytes | memoryview]:
        if self.taken < HEADER.size:
            header = HEADER.pack(self.kind, self.t_ns, len(self.body))
            return [header[self.taken :], self.body]
        return [memoryview(self.body)[self.taken - HEADER.size :]]


class Outbox:
    """The pump's side of the link.

    ``fd`` is what to wait on for room when ``waiting``, and ``status_fd`` what to
    wait on for acknowledgements; both are -1 without a living recorder. Counts
    are lists indexed by stream number. ``on_urgent`` is given what the recorder says
    that a successor may need: kinds from ``URGENT`` on.
    """

    def __init__(
        self, start: Callable[[], RecorderHandle] | None, start_ns: int
    ) -> None:
        """Take what starts a recorder (``begin`` calls it) and the run's start."""
        self._start = start
        self._start_ns = start_ns
        self._lives = LIVES if start else 0
        self._queue: deque[_Message] = deque()
        self._queued = 0
        self._sent = [0, 0, 0]  # of this recorder's life
        self._acknowledged = [0, 0, 0]
        self._printed = [0, 0, 0]  # since the run's start, lost ones included
        self._passed = [0, 0, 0]  # of these, sent or in a gap that was sent
        self._lost = [0, 0, 0]  # waiting to become a gap
        self._progress = 0.0
        self._status: StatusReader | None = None
        self.handle: RecorderHandle | None = None
        self.fd = -1
        self.status_fd = -1
        self.overflowing = False
        self.unrecorded = 0
        self.failures: list[str] = []
        self.on_urgent: Callable[[int, bytes], None] | None = None

    @property
    def waiting(self) -> bool:
        """Tell whether messages wait for room."""
        return bool(self._queue)

    @property
    def full(self) -> bool:
        """Tell whether the pump must stop reading, at most until ``patience_ends``."""
        return self._queued >= QUEUE_LIMIT and not self.overflowing and self.fd >= 0

    @property
    def patience_ends(self) -> float:
        """Give the instant, in ``time.monotonic`` seconds, when patience ends."""
        return self._progress + PATIENCE_SECONDS

    def begin(self) -> None:
        """Start a recorder if one may still be started."""
        while self._lives and self.fd < 0:
            self._lives -= 1
            try:
                handle = self._start() if self._start else None
            except Exception as error:  # noqa: BLE001 - the command goes on regardless
                self.failures.append(f"not started: {type(error).__name__}: {error}")
                continue
            if handle is not None:
                self._adopt(handle)
        if self.fd < 0:
            self._give_up()

    def put(self, stream: int, t_ns: int, data: bytes | memoryview) -> None:
        """Send the bytes of *stream* that arrived at *t_ns*, or queue or lose them."""
        size = len(data)
        self._printed[stream] += size
        if self.fd < 0:
            self.unrecorded += size if self._start else 0
        elif self.overflowing:
            self._lost[stream] += size
        elif self._queue:
            self._enqueue(_Message(stream, t_ns, bytes(data)))
        else:
            self._send_now(stream, t_ns, data)

    def send(self, kind: int, t_ns: int, body: bytes) -> None:
        """Send a message that is not output; never lost while a recorder lives."""
        if self.fd >= 0:
            self._queue_gaps()
            self._enqueue(_Message(kind, t_ns, body))
            self.flush()

    def flush(self) -> None:
        """Write what is queued, as far as there is room."""
        while self._queue:
            message = self._queue[0]
            try:
                count = os.writev(self.fd, message.remainder())
            except BlockingIOError:
                break
            except OSError:  # nobody reads: on_status or the child's end tells more
                self.bury()
                return
            self._progress = time.monotonic()
            message.taken += count
            if message.taken == message.size:
                self._queue.popleft()
                self._queued -= message.size
                self._account(message)
        if self.overflowing and self._queued <= QUEUE_LIMIT // 2:
            self.overflowing = False
            self._queue_gaps()

    def overflow(self) -> None:
        """Patience has ended: let bytes pass unrecorded from here on."""
        self.overflowing = True

    def on_status(self) -> None:
        """Read what the recorder says; the end of it means its death."""
        self._hear()
        if self._status is not None and self._status.ended:
            self._die()

    def bury(self) -> None:
        """The recorder is dead: hear its last words, then start the next."""
        self._hear()
        self._die()

    def finish(self) -> None:
        """Close the link: all is said. ``handle`` remains for whoever waits for it."""
        if self._queue:
            self._give_up()
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        if self.status_fd >= 0:
            os.set_blocking(self.status_fd, True)

    def fds(self) -> list[int]:
        """Give the descriptors that no other process should hold."""
        return [fd for fd in (self.fd, self.status_fd) if fd >= 0]

    def _hear(self) -> None:
        while self._status is not None and not self._status.ended:
            try:
                messages = self._status.read()
            except BlockingIOError:
                return
            for kind, body in messages:
                if kind == ACK:
                    self._acknowledged[1:] = ACK_BODY.unpack(body)
                elif kind >= URGENT:
                    if self.on_urgent is not None:
                        self.on_urgent(kind, body)
                elif kind == FAILURE:
                    self.failures.append(body.decode("utf-8", "replace"))

    def _die(self) -> None:
        """Count what is lost with the recorder and start the next."""
        if self.fd < 0:
            return
        self.failures.append("died")
        self._hang_up()
        if self._queue:
            self._queue[0].taken = 0
        for stream in _DATA:
            lost = self._sent[stream] - self._acknowledged[stream]
            if not lost:
                continue
            gap = LinkGap(stream, lost, self._passed[stream], DIED)
            body = encode_gap(gap)
            self._queue.appendleft(_Message(KIND_GAP, self._now(), body))
            self._queued += HEADER.size + len(body)
            self._passed[stream] -= lost  # _account adds it again when it is sent
        self._sent = [0, 0, 0]
        self._acknowledged = [0, 0, 0]
        self.begin()

    def _adopt(self, handle: RecorderHandle) -> None:
        self.handle = handle
        self.fd = handle.write_fd
        self.status_fd = handle.status_fd
        os.set_blocking(self.fd, False)
        self._status = None
        if self.status_fd >= 0:
            os.set_blocking(self.status_fd, False)
            self._status = StatusReader(self.status_fd)
        self._progress = time.monotonic()

    def _hang_up(self) -> None:
        for fd in self.fds():
            os.close(fd)
        self.fd = self.status_fd = -1
        self._status = None
        self.handle = None

    def _give_up(self) -> None:
        """Nobody will take the queue: what it holds is unrecorded."""
        for message in self._queue:
            if message.kind in _DATA:
                self.unrecorded += len(message.body)
            elif message.kind == KIND_GAP:
                self.unrecorded += GAP.unpack_from(message.body)[1]
        self.unrecorded += sum(self._lost)
        self._lost = [0, 0, 0]
        self._queue.clear()
        self._queued = 0

    def _enqueue(self, message: _Message) -> None:
        if not self._queue:
            self._progress = time.monotonic()
        self._queue.append(message)
        self._queued += message.size

    def _send_now(self, stream: int, t_ns: int, data: bytes | memoryview) -> None:
        size = len(data)
        try:
            count = os.writev(self.fd, (HEADER.pack(stream, t_ns, size), data))
        except BlockingIOError:
            count = 0
        except OSError:
            self._enqueue(_Message(stream, t_ns, bytes(data)))
            self.bury()
            return
        if count == HEADER.size + size:
            self._sent[stream] += size
            self._passed[stream] += size
            return
        message = _Message(stream, t_ns, bytes(data))
        message.taken = count
        self._enqueue(message)

    def _account(self, message: _Message) -> None:
        if message.kind in _DATA:
            self._sent[message.kind] += len(message.body)
            self._passed[message.kind] += len(message.body)
        elif message.kind == KIND_GAP:
            stream, size, _ = GAP.unpack_from(message.body)
            self._passed[stream] += size

    def _now(self) -> int:
        return time.monotonic_ns() - self._start_ns

    def _queue_gaps(self) -> None:
        for stream in _DATA:
            if self._lost[stream]:
                gap = LinkGap(stream, self._lost[stream], self._printed[stream], SLOW)
                self._lost[stream] = 0
                self._enqueue(_Message(KIND_GAP, self._now(), encode_gap(gap)))
