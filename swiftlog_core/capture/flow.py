"""The way of the bytes: from the command to our output, then to the recorder.

A stream is read only while its output takes what was read before, and while the
recorder's queue has room: whoever is slow slows the command as it would without us.
"""

from __future__ import annotations

import os
import time

from swiftlog_core.capture.link import KIND_EOF, KIND_STDERR, KIND_STDOUT
from swiftlog_core.capture.poller import BROKEN, READ, WRITE

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import partial

    from swiftlog_core.capture.outbox import Outbox
    from swiftlog_core.capture.plumbing import Plumbing, Stream
    from swiftlog_core.capture.spec import RecorderHandle
    from swiftlog_core.capture.watch import Watch
else:
    from _functools import partial  # the public module is slow to import

# Twice as much costs more than twice the time: it no longer fits a core's cache.
READ_SIZE = 128 << 10
# A stream that alone fills reads this close together is read in bigger pieces.
_CLOSE_NS = 1_000_000
_STREAK = 16
_BREATH_SECONDS = 0.0001


class Flow:
    """All streams of a command. ``last_read`` is in ``time.monotonic`` seconds.

    ``on_terminal_end`` is called before the command's terminal is closed, with whether
    that is because nobody reads our output any more: unlike a pipe, a terminal
    cannot tell that to the command by itself.
    """

    def __init__(
        self,
        plumbing: Plumbing,
        outbox: Outbox,
        watch: Watch,
        start_ns: int,
        on_terminal_end: Callable[[bool], None],
    ) -> None:
        self._plumbing = plumbing
        self._outbox = outbox
        self._watch = watch
        self._start_ns = start_ns
        self._on_terminal_end = on_terminal_end
        self._recorder: RecorderHandle | None = None
        # One buffer for ever: a fresh one for each read costs more than the read.
        # Whoever keeps bytes longer than a call copies them.
        self._buffers = [memoryview(bytearray(READ_SIZE))]
        self._passed = [0, 0, 0]
        self._last_stream: Stream | None = None
        self._last_ns = 0
        self._streak = 0
        self._undelivered = 0
        self.last_read = time.monotonic()
        for stream in plumbing.streams:
            stream.reader = partial(self._on_readable, stream)
            stream.writer = partial(self._on_sink, stream)

    @property
    def open(self) -> bool:
        """Tell whether a stream has not ended yet."""
        return bool(self._plumbing.streams)

    @property
    def blocked(self) -> bool:
        """Tell whether bytes that were read wait for our own output."""
        return any(stream.sink.blocked for stream in self._plumbing.streams)

    @property
    def held_back(self) -> bool:
        """Tell whether the command may be waiting for us, and not we for it."""
        return self._outbox.full or self.blocked

    @property
    def passed(self) -> tuple[int, int]:
        """Give the bytes read from standard output and standard error."""
        return self._passed[KIND_STDOUT], self._passed[KIND_STDERR]

    @property
    def undelivered(self) -> int:
        """Give the bytes that our own output did not take."""
        open_sinks = (stream.sink for stream in self._plumbing.streams)
        return self._undelivered + sum(sink.undelivered for sink in open_sinks)

    def arrange(self) -> None:
        """Wait for just what can be dealt with now; before each turn."""
        full = self._outbox.full
        for stream in self._plumbing.streams:
            sink = stream.sink
            if full or sink.blocked:
                # Not "for nothing": its end would then be reported again and again.
                self._watch.forget(stream.fd)
            else:
                self._watch.on(stream.fd, READ, stream.reader)
            if sink.poll_fd >= 0:
                writing = WRITE if sink.blocked else 0
                self._watch.on(sink.poll_fd, writing, stream.writer)
        self._arrange_outbox()

    def breathe(self) -> None:
        """Let a busy stream fill its pipe for a moment, when it is the only one.

        A program that writes line by line would otherwise wake us at every line:
        twice the processor time for both. With two streams at work their order
        counts for more, and each is read as soon as it can be.
        """
        if self._streak >= _STREAK:
            time.sleep(_BREATH_SECONDS)

    def drop_all(self) -> None:
        """Close what is still open, whoever holds the other end."""
        for stream in list(self._plumbing.streams):
            self._close(stream)

    def _arrange_outbox(self) -> None:
        box = self._outbox
        old, new = self._recorder, box.handle
        if old is not new:
            if old is not None:
                self._watch.forget(old.write_fd)
                self._watch.forget(old.status_fd)
            self._recorder = new
        if new is not None:
            mask = WRITE if box.waiting else 0
            self._watch.on(new.write_fd, mask, partial(self._on_outbox, new))
            if new.status_fd >= 0:
                self._watch.on(new.status_fd, READ, partial(self._on_status, new))

    def _on_readable(self, stream: Stream, _events: int) -> None:
        try:
            size = os.readv(stream.fd, self._buffers)
        except BlockingIOError:
            return
        except OSError:  # EIO: the last process has closed the terminal
            size = 0
        if not size:
            self._close(stream)
            return
        now_ns = time.monotonic_ns()
        self.last_read = now_ns / 1e9
        self._watch_pace(stream, size, now_ns)
        self._passed[stream.label] += size
        data = self._buffers[0][:size]
        stream.sink.put(data)
        self._outbox.put(stream.label, now_ns - self._start_ns, data)
        if stream.sink.gone:
            self._close(stream)  # nobody reads us: nor can the command be read

    def _watch_pace(self, stream: Stream, size: int, now_ns: int) -> None:
        close = now_ns - self._last_ns < _CLOSE_NS and stream is self._last_stream
        # A full read means that more is waiting: no reason to wait as well.
        self._streak = self._streak + 1 if close and size < READ_SIZE else 0
        self._last_ns = now_ns
        self._last_stream = stream

    def _on_sink(self, stream: Stream, events: int) -> None:
        sink = stream.sink
        if events & BROKEN and sink.is_terminal:
            # What that means for the command comes by another way, a HUP.
            self._watch.forget(sink.poll_fd)
            sink.fail_from_now_on()
        elif sink.blocked:
            sink.flush()
        elif events & BROKEN:
            sink.gone = True
        if sink.gone:
            self._close(stream)  # nobody reads us: nor can the command be read

    def _close(self, stream: Stream) -> None:
        if stream.is_terminal:
            self._on_terminal_end(stream.sink.gone)
        self._watch.forget(stream.fd)
        if stream.sink.poll_fd >= 0:
            self._watch.forget(stream.sink.poll_fd)
        self._plumbing.drop(stream)
        self._undelivered += stream.sink.undelivered
        t_ns = time.monotonic_ns() - self._start_ns
        self._outbox.send(KIND_EOF, t_ns, bytes([stream.label]))

    # Events of a recorder that has died may still be on their way when the next has
    # been given the same descriptors: each handler knows whose they are.

    def _on_outbox(self, recorder: RecorderHandle, events: int) -> None:
        if self._outbox.handle is not recorder:
            return
        if events & BROKEN:
            self._outbox.bury()
        else:
            self._outbox.flush()

    def _on_status(self, recorder: RecorderHandle, _events: int) -> None:
        if self._outbox.handle is recorder:
            self._outbox.on_status()
