"""Our own standard output and error, written without ever blocking the pump.

``O_NONBLOCK`` belongs to an open file description, which we share with whoever
started us: setting it there would break *their* writes. So pipes and terminals are
opened again (a description of our own), sockets are asked not to block call by call,
and files and plain devices do not block anyway. Where none of it works, writes
block, as the command's own would have.
"""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import _socket
    from collections.abc import Callable
    from functools import partial
else:
    from _functools import partial  # the public module is slow to import

_GONE = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, errno.EBADF)


class Sink:
    """Where the bytes of one stream go.

    ``poll_fd`` is what to wait on for room, -1 when there is nothing to wait for.
    ``gone`` is set once nobody reads any more: the command must then be told so by
    the same means, its own write. ``undelivered`` counts bytes that failed in
    other ways (a full disk): they are still recorded.
    """

    __slots__ = (
        "_pending",
        "_sender",
        "_write",
        "fd",
        "gone",
        "is_terminal",
        "poll_fd",
        "undelivered",
    )

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.poll_fd = -1
        self.is_terminal = os.isatty(fd)
        self.gone = False
        self.undelivered = 0
        self._pending = memoryview(b"")
        self._sender: _socket.socket | None = None
        self._write = self._choose()

    @property
    def blocked(self) -> bool:
        """Tell whether bytes wait for room: do not read more for this sink."""
        return bool(self._pending)

    def put(self, data: memoryview) -> None:
        """Write *data*, keeping a copy of what does not fit; not when ``blocked``."""
        self._pending = data
        self.flush()
        if self._pending:
            self._pending = memoryview(bytes(self._pending))

    def flush(self) -> None:
        """Write what is kept, as far as there is room."""
        pending = self._pending
        while pending and not self.gone:
            try:
                pending = pending[self._write(pending) :]
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno in _GONE:
                    self.gone = True
                self.undelivered += len(pending)
                pending = pending[:0]
        self._pending = pending

    def fail_from_now_on(self) -> None:
        """Our terminal was hung up: drop what is put here, without waiting."""
        self.undelivered += len(self._pending)
        self._pending = memoryview(b"")
        self._write = self._refuse
        self._close_own()

    def close(self) -> None:
        """Drop what is kept and close what was opened here; ``fd`` stays as it is."""
        self.undelivered += len(self._pending)
        self._pending = memoryview(b"")
        self._close_own()

    def _close_own(self) -> None:
        if self._sender is not None:
            self._sender.detach()
            self._sender = None
        if self.poll_fd not in (-1, self.fd):
            os.close(self.poll_fd)
        self.poll_fd = -1

    def _refuse(self, data: memoryview) -> int:
        self.undelivered += len(data)
        return len(data)

    def _choose(self) -> Callable[[memoryview], int]:
        mode = os.fstat(self.fd).st_mode
        if stat.S_ISSOCK(mode):
            return self._socket_writer()
        if stat.S_ISFIFO(mode) or self.is_terminal:
            self.poll_fd = self._reopen()
            if self.poll_fd < 0:
                self.poll_fd = self.fd
            return partial(os.write, self.poll_fd)
        return partial(os.write, self.fd)

    def _reopen(self) -> int:
        flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY
        for path in (f"/proc/self/fd/{self.fd}", self._terminal_name()):
            try:
                fd = os.open(path, flags)
            except OSError:
                continue
            if os.path.samestat(os.fstat(fd), os.fstat(self.fd)):
                return fd
            os.close(fd)  # another device of the same name, in a container
        return -1

    def _terminal_name(self) -> str:
        try:
            return os.ttyname(self.fd)
        except OSError:
            return ""

    def _socket_writer(self) -> Callable[[memoryview], int]:
        import _socket  # `socket` is slow to import and rarely needed

        self.poll_fd = os.dup(self.fd)
        sender = self._sender = _socket.socket(fileno=self.poll_fd)
        return lambda data: sender.send(data, _socket.MSG_DONTWAIT)
