"""What the pump sends its recorder: slowness, death and a second life included.

Nothing here blocks. Bytes go to the link at once if it has room, else into a
queue of at most ``QUEUE_LIMIT``. When that is full the pump stops reading the
command (as ``tee`` on a slow disk would); after ``PATIENCE_SECONDS`` in which the
recorder took nothing, bytes pass unrecorded, and a gap with their number is
queued as soon as half the queue is free.

When a recorder dies, what it had not acknowledged is lost and becomes a gap of
exactly that size; what was still queued here is not: the next recorder gets it. A
message that was half written is written again from its start.

At the end (``conclude``) what still waits becomes gaps, for their number and the exit
are small; ``linger`` then stays until the recorder has said its last word. One that
is killed on the way is followed by another, which only closes the log.
"""

from __future__ import annotations

import os
import time

from swiftlog_core.capture.link import (
    ACK,
    ACK_BODY,
    FAILURE,
    HEADER,
    KIND_EXIT,
    KIND_GAP,
    LAST_WORD,
    URGENT,
    LinkGap,
    StatusReader,
    encode_gap,
)
from swiftlog_core.capture.message import DATA, Message, collapse
from swiftlog_core.capture.poller import READ, WRITE, new_poller

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
        self._queue: deque[Message] = deque()
        self._queued = 0
        self._sent = [0, 0, 0]  # of this recorder's life
        self._acknowledged = [0, 0, 0]
        self._printed = [0, 0, 0]  # since the run's start, lost ones included
        self._passed = [0, 0, 0]  # of these, sent or in a gap that was sent
        self._lost = [0, 0, 0]  # waiting to become a gap
        self._progress = 0.0
        self._status: StatusReader | None = None
        self._exit: Message | None = None
        self._words: list[tuple[int, bytes]] = []  # not for us
        self._concluded = self._done = False
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
            self._enqueue(Message(stream, t_ns, bytes(data)))
        else:
            self._send_now(stream, t_ns, data)

    def send(self, kind: int, t_ns: int, body: bytes) -> None:
        """Send a message that is not output; never lost while a recorder lives."""
        if self.fd >= 0:
            self._queue_gaps()
            if kind == KIND_EXIT:
                self._exit = Message(kind, t_ns, body)
            self._enqueue(Message(kind, t_ns, body))
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

    def conclude(self) -> None:
        """The exit was sent: from here on nothing but what is missing is told."""
        self._concluded = True
        self._lives = int(self.fd >= 0)  # for one that only closes the log
        self._queue = deque(collapse(self._queue, self._gap_at_end))
        self._queued = sum(message.size for message in self._queue)

    @property
    def lingering(self) -> bool:
        """Tell whether the recorder has still to take or to say something."""
        speaks = self._status is not None and not self._done
        return bool(self._words) or (self.fd >= 0 and (speaks or self.waiting))

    def linger(self) -> list[tuple[int, bytes]]:
        """Wait until the recorder took or said something; give its words.

        For use after ``conclude``, while ``lingering``. ``handle`` changes when it
        was killed and another has taken over.
        """
        if not self._words:
            poller = new_poller()
            if self.waiting:
                poller.register(self.fd, WRITE)
            if self._status is not None:
                poller.register(self.status_fd, READ)
            poller.poll()
            if self._status is not None:
                self.on_status()
            self.flush()
        words, self._words = self._words, []
        return words

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
                    if self._concluded:
                        self._lives = 0  # not killed: another would do no better
                else:
                    self._words.append((kind, body))
                    self._done = self._done or kind == LAST_WORD

    def _die(self) -> None:
        """Count what is lost with the recorder and start the next."""
        if self.fd < 0 or self._done:
            return
        self.failures.append("died")
        self._hang_up()
        if self._queue:
            self._queue[0].taken = 0
        for stream in DATA:
            lost = self._sent[stream] - self._acknowledged[stream]
            if not lost:
                continue
            gap = LinkGap(stream, lost, self._passed[stream], DIED)
            body = encode_gap(gap)
            self._queue.appendleft(Message(KIND_GAP, self._now(), body))
            self._queued += HEADER.size + len(body)
            self._passed[stream] -= lost  # _account adds it again when it is sent
        self._sent = [0, 0, 0]
        self._acknowledged = [0, 0, 0]
        if self._exit and not any(m.kind == KIND_EXIT for m in self._queue):
            self._enqueue(Message(KIND_EXIT, self._exit.t_ns, self._exit.body))
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
        self.unrecorded += sum(message.covers for message in self._queue)
        self.unrecorded += sum(self._lost)
        self._lost = [0, 0, 0]
        self._queue.clear()
        self._queued = 0

    def _enqueue(self, message: Message) -> None:
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
            self._enqueue(Message(stream, t_ns, bytes(data)))
            self.bury()
            return
        if count == HEADER.size + size:
            self._sent[stream] += size
            self._passed[stream] += size
            return
        message = Message(stream, t_ns, bytes(data))
        message.taken = count
        self._enqueue(message)

    def _account(self, message: Message) -> None:
        if message.kind in DATA:
            self._sent[message.kind] += len(message.body)
            self._passed[message.kind] += len(message.body)
        elif message.kind == KIND_GAP:
            self._passed[message.body[0]] += message.covers

    def _now(self) -> int:
        return time.monotonic_ns() - self._start_ns

    def _queue_gaps(self) -> None:
        for stream in DATA:
            if self._lost[stream]:
                gap = self._gap_at_end(stream, self._lost[stream])
                self._lost[stream] = 0
                self._enqueue(gap)

    def _gap_at_end(self, stream: int, size: int) -> Message:
        """Give the gap of the *size* bytes that were printed last."""
        gap = LinkGap(stream, size, self._printed[stream], SLOW)
        return Message(KIND_GAP, self._now(), encode_gap(gap))
