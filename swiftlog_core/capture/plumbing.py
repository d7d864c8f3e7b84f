"""The pipes between the command and our own output, and who holds which end.

Owns the numbers 0, 1 and 2: those that were closed when we started stay closed in
the command and are plugged with ``/dev/null`` here, so that no pipe of ours
takes their number.
"""

from __future__ import annotations

import os

from swiftlog_core.capture.link import KIND_STDERR, KIND_STDOUT, widen_pipe
from swiftlog_core.capture.sink import Sink

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.capture.terminal import Terminal, Wiring

STDIN, STDOUT, STDERR = 0, 1, 2


class Stream:
    """One source of output: a pipe's read end or the terminal's master.

    ``label`` is the stream's number in messages, ``sink`` where its bytes go, and
    ``target`` what a process that holds the other end has open, as ``/proc`` names it.
    ``reader`` and ``writer`` are set by the flow: what to call when there is something
    to read, and when the sink has room.
    """

    __slots__ = ("fd", "is_terminal", "label", "reader", "sink", "target", "writer")

    def __init__(
        self, fd: int, label: int, sink: Sink, target: str, *, is_terminal: bool
    ) -> None:
        self.fd = fd
        self.label = label
        self.sink = sink
        self.target = target
        self.is_terminal = is_terminal
        self.reader: Callable[[int], None]
        self.writer: Callable[[int], None]


def plug_closed() -> frozenset[int]:
    """Give those of 0, 1 and 2 that are closed, now held by ``/dev/null``."""
    closed = set()
    for fd in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(fd)
        except OSError:
            closed.add(fd)
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one
    return frozenset(closed)


def point_to_null(fd: int) -> None:
    """Let go of what *fd* is without freeing its number."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, fd, inheritable=False)
    os.close(null)


class Plumbing:
    """All streams of one command.

    ``stdio`` is what the command's 0, 1 and 2 become, in descriptors of ours that
    ``close_far_ends`` closes once the command has them.
    """

    def __init__(self, closed: frozenset[int], *, merge: bool) -> None:
        self.closed = closed
        self.stdio: dict[int, int] = {}
        self.streams: list[Stream] = []
        self._far_ends: list[int] = []
        self._merge = merge and not closed & {STDOUT, STDERR}

    def connect(self, wiring: Wiring, terminal: Terminal | None) -> None:
        """Open what each of 1 and 2 needs, and the terminal's side of 0."""
        if terminal is not None:
            outputs = sorted(wiring.pty_fds - {STDIN})
            sink = Sink(outputs[0])
            self.streams.append(
                Stream(
                    terminal.master,
                    KIND_STDOUT,
                    sink,
                    terminal.name,
                    is_terminal=True,
                )
            )
            self.stdio = dict.fromkeys(wiring.pty_fds, terminal.slave)
        for fd, label in ((STDOUT, KIND_STDOUT), (STDERR, KIND_STDERR)):
            if fd in self.closed:
                continue
            if self._merge and fd == STDERR:
                self.stdio[fd] = self.stdio[STDOUT]
            elif fd not in self.stdio:
                self._open_pipe(fd, label)

    def close_far_ends(self) -> None:
        """Close the command's ends: the end of its output must be seen here."""
        for fd in self._far_ends:
            os.close(fd)
        self._far_ends.clear()

    def drop(self, stream: Stream) -> None:
        """Close our end; a command that still writes there gets EPIPE or EIO.

        Whoever reads our standard output sees its end when the command closed it,
        and not only when we exit; standard error is still needed for our own words.
        """
        self.streams.remove(stream)
        os.close(stream.fd)
        stream.sink.close()
        if stream.sink.fd == STDOUT:
            point_to_null(STDOUT)

    def fds(self) -> list[int]:
        """Give what no other process may hold open."""
        near = [stream.fd for stream in self.streams]
        extra = [
            stream.sink.poll_fd
            for stream in self.streams
            if stream.sink.poll_fd > STDERR
        ]
        return [*near, *extra, *self._far_ends]

    def _open_pipe(self, fd: int, label: int) -> None:
        near, far = os.pipe()
        widen_pipe(far)
        self._far_ends.append(far)
        self.stdio[fd] = far
        target = f"pipe:[{os.fstat(near).st_ino}]"
        self.streams.append(Stream(near, label, Sink(fd), target, is_terminal=False))
